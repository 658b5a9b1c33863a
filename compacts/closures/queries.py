"""Which days are closed: holidays and the hospital's own, for people to read and for whoever plans reminders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from reciproca.compacts.closures.public import public_holidays
from reciproca.compacts.closures.tables import ClosedDay
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import HolidayCalendar


@dataclass(frozen=True, kw_only=True)
class Closure:
    """A closed day as it is read: `uid` is empty for a public holiday, which nobody here can open."""

    day: date
    name: Mapping[str, Any] = field(default_factory=dict)
    uid: str = ""


def closed_days(work: Work, *, first: date, last: date) -> frozenset[date]:
    """Every closed day from `first` to `last`, both included."""
    authorize(work, Action.ORGANISATION_READ)
    own = select(ClosedDay.day).where(ClosedDay.day.between(first, last))
    holidays = (day for year in range(first.year, last.year + 1) for day in _holidays(work, year))
    return frozenset(work.session.scalars(own)) | {day for day in holidays if first <= day <= last}


def closures(work: Work, *, year: int) -> Sequence[Closure]:
    """One year's closed days in order. A day that is both is the hospital's own: it has its own name for it."""
    authorize(work, Action.ORGANISATION_READ)
    own = select(ClosedDay).where(ClosedDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    known = {row.day: Closure(day=row.day, name=row.name, uid=row.uid) for row in work.session.scalars(own)}
    public = {day: Closure(day=day, name=name) for day, name in _holidays(work, year).items()}
    return [found for _day, found in sorted({**public, **known}.items())]


def _holidays(work: Work, year: int) -> Mapping[date, Mapping[str, str]]:
    """By day, their names in the organisation's languages."""
    calendar = _calendar(work)
    if calendar is None:
        return {}
    by_locale = {
        locale: public_holidays(calendar, year=year, locale=locale) for locale in work.organisation.locales
    }
    days = set().union(*by_locale.values())
    return {day: {locale: names[day] for locale, names in by_locale.items() if day in names} for day in days}


def _calendar(work: Work) -> HolidayCalendar | None:
    pack = work.plugins.jurisdictions.get(work.organisation.jurisdiction)
    return pack.holidays if pack else None
