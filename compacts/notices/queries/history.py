"""Everything that somebody was told, or was to be told, and what became of it: for themselves, and for a steward, who
can't tell from it what they answered to an invitation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select

from reciproca.compacts.notices.facts import facts_by_notice, obligations_of
from reciproca.compacts.notices.fates import OPENLY, Became, as_others_see, became_of
from reciproca.compacts.notices.tables import Delivery, Notice
from reciproca.compacts.notices.words import Facts
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.tables import Person
from reciproca.compacts.policies.rules import Family
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class Told:
    """One notice in somebody's history. `channel`: "" where it stands on their page of messages only."""

    uid: str
    facts: Facts
    written_at: datetime
    channel: str
    became: Became


@dataclass(frozen=True, kw_only=True)
class History:
    """A page of somebody's history, the newest first. `is_own`: told in full; `after`: the uid of its last one where
    there are older ones."""

    person: Person
    is_own: bool
    told: list[Told]
    after: str | None


def history(
    work: Work, *, person_uid: str | None = None, before: str | None = None, limit: int = 50
) -> History:
    """What one was told oneself, or (`person_uid`) somebody else: then neither what is theirs alone nor what follows an
    invitation, because its reminders stop when it is answered. NotFound."""
    authorize(work, Action.HISTORY_READ, person_id=_person_id(work, person_uid))
    person = work.session.get(Person, _person_id(work, person_uid) or 0)
    if person is None:
        raise NotFound(detail=_("There is no such person here."), remedy=_("Look for them among the people."))
    is_own = person.id == work.actor.person_id
    wanted = _all_of(person) if is_own else _open_to_others(person)
    if before:
        wanted = wanted.where(Notice.uid < before)
    rows = work.session.execute(wanted.order_by(Notice.uid.desc()).limit(limit + 1)).all()
    shown = rows[:limit]
    known = obligations_of(work, [notice for notice, _delivery in shown])
    return History(
        person=person,
        is_own=is_own,
        told=[_told(work, notice, delivery, known, is_own=is_own) for notice, delivery in shown],
        after=shown[-1][0].uid if len(rows) > len(shown) else None,
    )


def _person_id(work: Work, uid: str | None) -> int | None:
    return work.session.scalar(select(Person.id).filter_by(uid=uid)) if uid else work.actor.person_id


def _told(
    work: Work, notice: Notice, delivery: Delivery | None, known: Mapping[int, Obligation], *, is_own: bool
) -> Told:
    became = became_of(delivery, notice.left_out, work.now)
    owed = known[notice.obligation_id] if notice.obligation_id is not None else None
    is_invitation = owed is not None and owed.family == Family.INVITATION.value
    return Told(
        uid=notice.uid,
        facts=facts_by_notice(notice, known),
        written_at=notice.written_at,
        channel=delivery.channel if delivery else "",
        became=became if is_own else as_others_see(became, is_invitation=is_invitation),
    )


def _all_of(person: Person) -> Select[Notice, Delivery]:
    carried = select(Notice, Delivery).outerjoin(Delivery, Delivery.id == Notice.delivery_id)
    return carried.where(Notice.person_id == person.id)


def _open_to_others(person: Person) -> Select[Notice, Delivery]:
    """Without what only its reader may see; of an invitation its first message, which everybody asked gets."""
    of_duty_or_first = or_(
        Notice.obligation_id.is_(None), Obligation.family == Family.DUTY.value, Notice.step == 0
    )
    about = _all_of(person).outerjoin(Obligation, Obligation.id == Notice.obligation_id)
    return about.where(Notice.kind.in_([str(kind) for kind in OPENLY]), of_duty_or_first)
