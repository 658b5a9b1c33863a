"""Days as people write them in tables, in English and French."""

import re
from collections.abc import Iterator
from datetime import date

from reciproca.compacts.people.tables import folded
from reciproca.plugins.types import DateOrder

MONTHS = (
    ("january", "janvier"), ("february", "fevrier"), ("march", "mars"), ("april", "avril"), ("may", "mai"),
    ("june", "juin"), ("july", "juillet"), ("august", "aout"), ("september", "septembre"), ("october", "octobre"),
    ("november", "novembre"), ("december", "decembre"),
)  # fmt: skip
_YEARS = range(1900, 2201)
_MIDNIGHT = r"(?:[t ]0?0:00(?::00(?:\.0+)?)?z?)?"
_YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})(?P<mark>[-/. ]?)(?P<m>\d\d?)(?P=mark)(?P<d>\d\d?){_MIDNIGHT}")
_NUMBERS = re.compile(rf"(\d\d?)[-/. ](\d\d?)[-/. ](\d{{4}}|\d\d){_MIDNIGHT}")
_DAY_FIRST = re.compile(r"(?P<d>\d\d?)(?:er|st|nd|rd|th)?[ .\-/]*(?P<m>[a-z]{3,})[ .,\-/]*(?P<y>\d{4}|\d\d)")
_MONTH_FIRST = re.compile(r"(?P<m>[a-z]{3,})[ .\-/]*(?P<d>\d\d?)(?:st|nd|rd|th)?[ ,.\-/]+(?P<y>\d{4}|\d\d)")


def read_day(text: str, order: DateOrder) -> date:
    """The day that `text` names: 2026-07-01, 01/07/2026 (by `order`), 1-Jul-26, July 1, 2026, 1er juillet 2026.
    ValueError when it names none, or none for certain: a day is never guessed."""
    try:
        found = next((date(*reading) for reading in _readings(folded(text), order)), None)
    except ValueError as error:
        raise ValueError(f"not a day: {text}") from error
    if found is None or found.year not in _YEARS:
        raise ValueError(f"not a day: {text}")
    return found


def _readings(plain: str, order: DateOrder) -> Iterator[tuple[int, int, int]]:
    if found := _YEAR_FIRST.fullmatch(plain):
        if found["mark"] or len(plain) == 8:
            yield int(found["y"]), int(found["m"]), int(found["d"])
    elif found := _NUMBERS.fullmatch(plain):
        yield from _ordered(found[1], found[2], found[3], order)
    elif found := _DAY_FIRST.fullmatch(plain) or _MONTH_FIRST.fullmatch(plain):
        yield _full_year(found["y"]), _month(found["m"]), int(found["d"])


def _ordered(first: str, second: str, third: str, order: DateOrder) -> Iterator[tuple[int, int, int]]:
    if order is DateOrder.DMY:
        yield _full_year(third), int(second), int(first)
    elif order is DateOrder.MDY:
        yield _full_year(third), int(first), int(second)
    elif len(third) == 2:
        yield _full_year(first), int(second), int(third)


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 70 else 1900)


def _month(word: str) -> int:
    """The month whose name begins with `word`: "jul" and "juil" are July, "jui" could be two and is none."""
    found = [number for number, names in enumerate(MONTHS, 1) if any(name.startswith(word) for name in names)]
    if len(found) != 1:
        raise ValueError(f"not a month: {word}")
    return found[0]
