"""Closing days and opening them again. What was to be sent on a closed day is sent on the next day that is open."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from reciproca.compacts.closures import rules
from reciproca.compacts.closures.tables import ClosedDay
from reciproca.core import ids
from reciproca.core.errors import Fault, Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

_FAULTS = {
    "order": _("The last day is before the first."),
    "long": _("That is more than a month. Close fewer days at once."),
    "past": _("That day is over."),
    "known": _("These days are closed already."),
}


def close_days(work: Work, *, first: date, last: date, name: Mapping[str, str]) -> Sequence[ClosedDay]:
    """Close every day from `first` to `last` (local, both included) that isn't closed yet, under `name` ({locale:
    text}, any of them). Returns the days that are new. Invalid."""
    authorize(work, Action.CLOSURE_KEEP)
    said = {locale: text.strip() for locale, text in name.items() if text.strip()}
    days = rules.days_between(first, last)
    known = set(work.session.scalars(select(ClosedDay.day).where(ClosedDay.day.in_(days[: rules.MOST_DAYS]))))
    found = rules.faults_of(days, today=work.today(), open_days=len(set(days) - known))
    faults = [Fault(field=field, reason=_FAULTS[code]) for field, code in found]
    if not said:
        faults.append(Fault(field="name", reason=_("Say what the day is, in at least one language.")))
    if faults:
        raise Invalid(detail=_("Nothing was changed."), faults=faults)
    made = [
        ClosedDay(day=day, name=said, uid=ids.time_ordered(work.clock)) for day in days if day not in known
    ]
    work.session.add_all(made)
    work.session.flush()
    work.act(
        "days.closed",
        about=work.organisation.uid,
        record={"days": [str(row.day) for row in made], "name": dict(said)},
    )
    return made


def open_day(work: Work, *, uid: str) -> None:
    """Take back one closed day. NotFound; Invalid when it is over: what was held back because of it has gone."""
    authorize(work, Action.CLOSURE_KEEP)
    row = work.session.scalars(select(ClosedDay).filter_by(uid=uid)).one_or_none()
    if row is None:
        raise NotFound(
            detail=_("There is no such closed day. Nothing was changed."),
            remedy=_("Open the list of closed days again."),
        )
    if row.day < work.today():
        raise Invalid(detail=_("That day is over. Nothing was changed."))
    work.session.delete(row)
    work.act("days.opened", about=work.organisation.uid, record={"days": [str(row.day)]})
