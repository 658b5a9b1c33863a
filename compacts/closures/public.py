"""Public holidays of a jurisdiction, by the library that keeps them; the pack only names its calendar."""

from collections.abc import Mapping
from datetime import date
from functools import cache

import structlog
from holidays import country_holidays, list_localized_countries

from reciproca.plugins.types import HolidayCalendar

log = structlog.get_logger(__name__)


def public_holidays(calendar: HolidayCalendar, *, year: int, locale: str = "en") -> Mapping[date, str]:
    """The names of one year's holidays by day, in `locale` where the library has it. A calendar that it doesn't know
    has none, which is logged: a wrong pack must not stop reminders."""
    return _found(calendar.country, calendar.subdivision or None, year, locale)


@cache
def _found(country: str, subdivision: str | None, year: int, locale: str) -> Mapping[date, str]:
    languages = list_localized_countries().get(country, [])
    language = next((one for one in languages if one.split("_")[0] == locale), None)
    try:
        found = country_holidays(country, subdiv=subdivision, years=year, language=language)
    except NotImplementedError as error:
        log.warning("holidays.unknown", country=country, subdivision=subdivision, cause=str(error))
        return {}
    return {day: name.replace("'", "’") for day, name in found.items()}
