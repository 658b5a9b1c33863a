"""Days as people write them."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproca.compacts.people.rules.days import MONTHS, read_day
from reciproca.plugins.types import DateOrder

FIRST_OF_JULY = date(2026, 7, 1)


@pytest.mark.parametrize(
    "text",
    ["2026-07-01", "2026/7/1", "20260701", "2026-07-01T00:00:00", "2026-07-01 00:00", "01/07/2026", "1.7.2026",
     "1/7/26",      "01-07-2026", "1-Jul-26", "01-JUL-2026", "1 July 2026", "July 1, 2026", "Jul 1 2026",
     "July 1st, 2026", "Jul. 1, 2026",
     "1er juillet 2026", "1 juil. 2026", " 1  Juillet 2026 "],
)  # fmt: skip
def test_every_usual_way_of_writing_a_day_is_read(text: str) -> None:
    """A hospital's table doesn't have to be retyped before it can be taken in."""
    assert read_day(text, DateOrder.DMY) == FIRST_OF_JULY


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("01/07/2026", DateOrder.MDY, date(2026, 1, 7)),
        ("26-07-01", DateOrder.YMD, FIRST_OF_JULY),
        ("3 août 2026", DateOrder.DMY, date(2026, 8, 3)),
        ("15 févr. 2026", DateOrder.DMY, date(2026, 2, 15)),
        ("1-Jul-85", DateOrder.DMY, date(1985, 7, 1)),
        ("29/02/2028", DateOrder.DMY, date(2028, 2, 29)),
    ],
)
def test_the_order_of_the_place_decides_what_numbers_mean(text: str, order: DateOrder, day: date) -> None:
    """01/07 is July here and January elsewhere, and nobody is appointed on a wrong day."""
    assert read_day(text, order) == day


@pytest.mark.parametrize(
    "text",
    ["", "31/02/2027", "07/31/2026", "29/02/2027", "1 jui 2026", "1-Xyz-26", "2026", "2026-07", "46204", "tomorrow",
     "2026-07-01T13:00", "0001-01-01", "12026-07-01", "1/7", "2026-13-01", "01/07/2026/1", "٠١/٠٧/٢٠٢٦x"],
)  # fmt: skip
def test_what_names_no_day_for_certain_is_refused(text: str) -> None:
    """A day is never guessed: 31 February and "jui" (June or July?) are errors."""
    with pytest.raises(ValueError, match="not a day"):
        read_day(text, DateOrder.DMY)


@pytest.mark.parametrize("order", [DateOrder.MDY, DateOrder.YMD])
def test_a_day_first_date_is_refused_where_another_order_rules(order: DateOrder) -> None:
    """The order is not switched silently for the lines where it happens not to fit."""
    with pytest.raises(ValueError, match="not a day"):
        read_day("31/07/2026", order)


@given(st.dates(min_value=date(1970, 1, 1), max_value=date(2069, 12, 31)), st.sampled_from([0, 1]))
def test_a_day_survives_every_spelling(day: date, language: int) -> None:
    """Whatever spelling is chosen, in English or French, the day that is read is the one that was written."""
    name = MONTHS[day.month - 1][language]
    year = f"{day.year:04}"
    spellings = [f"{year}-{day.month:02}-{day.day:02}", f"{day.day}/{day.month}/{year}", f"{day.day} {name} {year}",
                 f"{name.title()} {day.day}, {year}", f"{day.day}-{name[:4]}-{year[2:]}"]  # fmt: skip
    readable = [text for text in spellings if "-jui" not in text and "-juil" not in text]
    assert {read_day(text, DateOrder.DMY) for text in readable} == {day}
    assert read_day(f"{day.month}/{day.day}/{year}", DateOrder.MDY) == day


@given(st.text(max_size=30), st.sampled_from(DateOrder))
def test_any_text_is_a_day_or_no_day(text: str, order: DateOrder) -> None:
    """Whatever stands in a cell, reading it ends in a day or in a plain refusal."""
    with suppress(ValueError):
        assert isinstance(read_day(text, order), date)
