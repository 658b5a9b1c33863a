"""What is overdue on both sides, how far up it is, and what is proposed for each body's agenda."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select

from reciproca.compacts.escalating.rules import ladder_of, rung_on
from reciproca.compacts.escalating.tables import AgendaProposal, OwnerStatement, ProposalState
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.staying import in_post
from reciproca.compacts.people.tables import Holding, Person, Post
from reciproca.compacts.policies.rules import Family
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.core.work import Work
from reciproca.plugins.types import Side

KEEPERS = {
    Side.ORGANISATION: Action.AGENDA_KEEP_ORGANISATION,
    Side.PHYSICIANS: Action.AGENDA_KEEP_PHYSICIANS,
}
"""Who decides on what is proposed for the agenda of a side's body."""


@dataclass(frozen=True, kw_only=True)
class Late:
    """Something overdue: `owner` is the post that owes it, or the actor by name, or "" for somebody else; `rung` how
    far up its ladder it is (0: with its owner), `is_mine` whether the actor may say something of it."""

    obligation: Obligation
    owner: str
    due: date
    days: int
    rung: int
    statement: OwnerStatement | None = None
    proposal: AgendaProposal | None = None
    is_mine: bool = False


def overdue(work: Work) -> Sequence[Late]:
    """What is overdue, the oldest first: of both sides for who looks after agreements, one's own for anybody else."""
    authorize(work, Action.OBLIGATION_READ, person_id=work.actor.person_id)
    found = _late(work).where(Obligation.state == "open", Obligation.due_at < work.now)
    if not is_allowed(work, Action.OBLIGATION_READ):
        found = found.where(_is_own(work))
    own = _own_ids(work)
    return [_told(work, row, own) for row in work.session.execute(found.order_by(Obligation.due_at))]


def find_own_late(work: Work, *, obligation_uid: str) -> Obligation:
    """Something overdue that the actor, or a post of theirs, owes. NotFound for anything else."""
    authorize(work, Action.STATEMENT_WRITE, person_id=work.actor.person_id)
    found = work.session.scalars(
        select(Obligation)
        .where(Obligation.uid == obligation_uid, Obligation.state == "open", Obligation.due_at < work.now)
        .where(Obligation.family == Family.DUTY.value, _is_own(work))
    ).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("Nothing overdue of yours is there. Nothing was changed."),
            remedy=_("Open the list again: it may be done meanwhile."),
        )
    return found


def owes(work: Work, *, obligation_id: int) -> bool:
    """Whether the actor, or a post of theirs, owes it."""
    authorize(work, Action.BALANCE_READ)
    mine = select(Obligation.id).where(Obligation.id == obligation_id, _is_own(work))
    return work.actor.person_id is not None and work.session.scalar(mine) is not None


def agenda(work: Work) -> Sequence[Late]:
    """What was proposed for the agenda of either side's body and isn't done, what waits for a decision first."""
    authorize(work, Action.BALANCE_READ)
    found = _late(work).where(AgendaProposal.id.is_not(None), Obligation.state == "open")
    own = _own_ids(work)
    told = [_told(work, row, own) for row in work.session.execute(found.order_by(Obligation.due_at))]
    return sorted(
        told, key=lambda one: bool(one.proposal and one.proposal.state is not ProposalState.PROPOSED)
    )


def _late(work: Work) -> Select[Any, Any, Any, str, str, str]:
    return (
        select(Obligation, OwnerStatement, AgendaProposal, Person.given_name, Person.family_name, Post.title)
        .outerjoin(OwnerStatement, OwnerStatement.obligation_id == Obligation.id)
        .outerjoin(AgendaProposal, AgendaProposal.obligation_id == Obligation.id)
        .outerjoin(Person, Person.id == Obligation.person_id)
        .outerjoin(Post, Post.id == Obligation.post_id)
        .where(Obligation.family == Family.DUTY.value, Obligation.organisation_id == work.organisation.id)
    )


def _told(work: Work, row: Any, own: Collection[int]) -> Late:
    owed, statement, proposal, given, family, post = row
    due, today = date.fromisoformat(owed.due_local[:10]), work.today()
    ladder = ladder_of(owed.side, Family(owed.family), is_post=owed.post_id is not None)
    return Late(
        obligation=owed,
        owner=post or (f"{given} {family}" if owed.id in own else ""),
        due=due,
        days=(today - due).days,
        rung=rung_on(ladder, due=due, today=today),
        statement=statement,
        proposal=proposal,
        is_mine=owed.id in own,
    )


def _is_own(work: Work) -> Any:
    posts = select(Holding.post_id).where(Holding.person_id == work.actor.person_id, in_post(work.today()))
    return or_(Obligation.person_id == work.actor.person_id, Obligation.post_id.in_(posts))


def _own_ids(work: Work) -> frozenset[int]:
    if work.actor.person_id is None:
        return frozenset()
    mine = select(Obligation.id).where(
        Obligation.state == "open", Obligation.due_at < work.now, _is_own(work)
    )
    return frozenset(work.session.scalars(mine))
