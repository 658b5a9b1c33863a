"""Being reminded later: the reminders until a day become one on that day. What goes up a ladder goes on."""

from datetime import date

from sqlalchemy import ColumnElement, delete, func, insert, or_, select

from reciproca.compacts.closures.queries import closed_days
from reciproca.compacts.obligations.rules import (
    AFTERWARDS,
    MORNING,
    NEVER_SNOOZED_DAYS,
    faults_of_snooze,
    humane,
)
from reciproca.compacts.obligations.tables import Obligation, ReminderStep
from reciproca.compacts.people.staying import in_post
from reciproca.compacts.people.tables import Holding
from reciproca.compacts.policies.rules import Family
from reciproca.core import ids
from reciproca.core.clock import instant_of
from reciproca.core.errors import Fault, Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.work import Work

FAULTS = {
    "past": _("Choose a day to come."),
    "long": _("Choose a day within the next 30."),
    "over": _("It ends before that day. You can also let it end by itself."),
    "reason": _("Say why: both sides read it, because the organisation owes this."),
}
LONGEST = 500


def own(work: Work) -> ColumnElement[bool]:
    """That the actor, or a post that they hold today, owes it. The statement selects from Obligation."""
    posts = select(Holding.post_id).where(Holding.person_id == work.actor.person_id, in_post(work.today()))
    return or_(Obligation.person_id == work.actor.person_id, Obligation.post_id.in_(posts))


def put_off(work: Work, *, uid: str, until: date, reason: str) -> Obligation:
    """The work of `snooze`, without its right."""
    asked = select(Obligation).where(Obligation.uid == uid, Obligation.state == "open", own(work))
    owed = work.session.scalars(asked.with_for_update()).one_or_none()
    if owed is None:
        raise NotFound(
            detail=_("Nothing of yours waits there. Nothing was changed."),
            remedy=_("Open the list again: it may be done meanwhile."),
        )
    _check(work, owed, until, reason)
    _plan(work, owed, until)
    owed.snoozed_until, owed.snooze_reason = until, reason.strip() or None
    work.session.flush()
    work.act("reminders.snoozed", about=owed.uid, record={"until": until.isoformat()})
    return owed


def _check(work: Work, owed: Obligation, until: date, reason: str) -> None:
    found = faults_of_snooze(
        until=until,
        today=work.today(),
        due=date.fromisoformat(owed.due_local[:10]),
        family=Family(owed.family),
        is_silent=not reason.strip() and owed.side == "organisation" and owed.post_id is not None,
    )
    faults = [Fault(field="reason" if code == "reason" else "until", reason=FAULTS[code]) for code in found]
    if len(reason) > LONGEST:
        faults.append(Fault(field="reason", reason=_("Write at most 500 characters.")))
    if faults:
        raise Invalid(detail=_("Nothing was changed."), faults=faults)


def _plan(work: Work, owed: Obligation, until: date) -> None:
    zone = work.organisation.zone
    morning = instant_of(until, MORNING, 0, zone)
    mine = (ReminderStep.organisation_id == work.organisation.id) & (ReminderStep.obligation_id == owed.id)
    earlier = (ReminderStep.at < morning) & (ReminderStep.offset_days < NEVER_SNOOZED_DAYS)
    again = ReminderStep.step == until.toordinal()
    before = delete(ReminderStep).where(mine, ReminderStep.at > work.now, or_(earlier, again))
    work.session.execute(before, execution_options={"synchronize_session": False})
    closed = closed_days(work, first=until, last=until + AFTERWARDS)
    step = {
        "organisation_id": work.organisation.id,
        "uid": ids.time_ordered(work.clock),
        "obligation_id": owed.id,
        "step": until.toordinal(),  # one of its own for each day: no other step can have had it
        "offset_days": (until - date.fromisoformat(owed.due_local[:10])).days,
        "at": humane(morning, zone, closed),
    }
    work.session.execute(insert(ReminderStep), step)
    ahead = select(func.min(ReminderStep.at)).where(mine, ReminderStep.at > work.now)
    owed.next_at = work.session.scalar(ahead)
