"""Choosing how one is written to. No record is kept of it: it is nobody else's business."""

from sqlalchemy import select

from reciproca.compacts.preferences.queries import Chosen
from reciproca.compacts.preferences.rules import is_hour
from reciproca.compacts.preferences.tables import Preference
from reciproca.core import ids
from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def choose(work: Work, *, hour: int | None, courtesy_by_mail: bool) -> Chosen:
    """Have reminders come within the local `hour` (None: in the daytime), and courtesy by mail or not. What waits to be
    sent keeps to it as well. Invalid."""
    authorize(work, Action.PREFERENCE_KEEP, person_id=work.actor.person_id)
    if not is_hour(hour):
        raise Invalid(
            detail=_("Nothing was changed."),
            faults=(Fault(field="hour", reason=_("Choose an hour from 6 to 21.")),),
        )
    row = _row(work)
    row.hour, row.courtesy_by_mail = hour, courtesy_by_mail
    work.session.flush()
    return Chosen(hour=hour, courtesy_by_mail=courtesy_by_mail)


def stop_courtesy(work: Work) -> None:
    """No courtesy mails from now on; what they would have said waits on the page of messages. Twice is as once."""
    authorize(work, Action.PREFERENCE_KEEP, person_id=work.actor.person_id)
    _row(work).courtesy_by_mail = False
    work.session.flush()


def _row(work: Work) -> Preference:
    mine = select(Preference).filter_by(person_id=work.actor.person_id)
    row = work.session.scalars(mine.with_for_update()).one_or_none()
    if row is None:
        row = Preference(person_id=work.actor.person_id, uid=ids.time_ordered(work.clock))
        work.session.add(row)
    return row
