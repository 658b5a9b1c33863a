"""What an owner says of what is late, and what a body's secretary does with what is proposed for its agenda."""

from datetime import date

from sqlalchemy import select

from reciproca.compacts.escalating.queries import KEEPERS, find_own_late, owes
from reciproca.compacts.escalating.rules import faults_of_placing
from reciproca.compacts.escalating.tables import AgendaProposal, OwnerStatement, ProposalState
from reciproca.core import ids
from reciproca.core.errors import Conflict, Fault, Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

LONGEST = 2000


def write_statement(work: Work, *, obligation_uid: str, text: str) -> OwnerStatement:
    """Say why something that one owes is late, and until when it will be done; whoever is told of it on the way up
    reads it. Saying it again replaces the words. Invalid, NotFound."""
    authorize(work, Action.STATEMENT_WRITE, person_id=work.actor.person_id)
    owed = find_own_late(work, obligation_uid=obligation_uid)
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise Invalid(
            detail=_("Nothing was changed."),
            faults=[Fault(field="text", reason=_("Write something, in at most 2,000 characters."))],
        )
    known = select(OwnerStatement).filter_by(obligation_id=owed.id).with_for_update()
    row = work.session.scalars(known).one_or_none()
    if row is None:
        row = OwnerStatement(uid=ids.time_ordered(work.clock), obligation_id=owed.id, revision=0)
        work.session.add(row)
    row.person_id, row.text, row.written_at = work.actor.person_id or 0, said, work.now
    row.revision += 1
    work.session.flush()
    work.act("overdue.statement", about=owed.uid, record={"text": said})
    return row


def place(work: Work, *, proposal_uid: str, meets_on: date) -> AgendaProposal:
    """Put what was proposed on the agenda of the meeting of a local day; placing it again moves it. Invalid, Conflict,
    NotFound."""
    authorize(work, Action.BALANCE_READ)
    row = _locked(work, proposal_uid)
    if faults_of_placing(meets_on=meets_on, today=work.today()):
        raise Invalid(
            detail=_("Nothing was changed."),
            faults=[
                Fault(field="meets_on", reason=_("That day is over. Name the day of a meeting to come."))
            ],
        )
    _decide(work, row, ProposalState.PLACED)
    row.meets_on, row.reason = meets_on, None
    work.act("agenda.placed", about=row.uid, record={"meets_on": str(meets_on)})
    return row


def decline_placing(work: Work, *, proposal_uid: str, reason: str) -> AgendaProposal:
    """Leave what was proposed off the agenda, for a `reason` that both sides read in the balance. Invalid, Conflict,
    NotFound."""
    authorize(work, Action.BALANCE_READ)
    row = _locked(work, proposal_uid)
    said = reason.strip()
    if not said or len(said) > LONGEST:
        raise Invalid(
            detail=_("Nothing was changed."),
            faults=[
                Fault(
                    field="reason",
                    reason=_("Give the reason, in at most 2,000 characters. Both sides read it."),
                )
            ],
        )
    _decide(work, row, ProposalState.DECLINED)
    row.meets_on, row.reason = None, said
    work.act("agenda.declined", about=row.uid, record={"reason": said})
    return row


def _locked(work: Work, uid: str) -> AgendaProposal:
    """The proposal, for whoever keeps the agenda of its side's body."""
    row = work.session.scalars(select(AgendaProposal).filter_by(uid=uid).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(
            detail=_("There is no such proposal. Nothing was changed."),
            remedy=_("Open the list of proposals again."),
        )
    authorize(work, KEEPERS[row.side])
    if owes(work, obligation_id=row.obligation_id):
        raise Conflict(
            detail=_("You hold the post that owes this, so its place on an agenda isn’t yours to decide."),
            remedy=_("Ask somebody else who records your body’s decisions, or a steward to name one."),
        )
    return row


def _decide(work: Work, row: AgendaProposal, state: ProposalState) -> None:
    if row.state is ProposalState.DECLINED and state is ProposalState.DECLINED:
        raise Conflict(
            detail=_("It was declined already. Nothing was changed."),
            remedy=_("You can still place it on an agenda."),
        )
    row.state, row.decided_at, row.decided_by = state, work.now, work.actor.person_id
    row.revision += 1
