"""The annual cycle: pure, strictly rising, and total over leap years."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reciproca.plugins.bundled.annual_review import next_openings
from reciproca.plugins.types import CycleAnchor, Opening

ANCHORS = st.dates(min_value=date(1900, 1, 1), max_value=date(2400, 12, 31))


@given(anchor=ANCHORS, number=st.integers(min_value=1, max_value=400))
def test_an_opening_is_the_anniversary_and_the_seal_opens_three_weeks_later(
    anchor: date, number: int
) -> None:
    """Nobody has to look up when a review opens: it is the day itself, or 28 February where there is no 29th."""
    (opening,) = next_openings([CycleAnchor(anchor=anchor, number=number)])
    expected = (anchor.month, anchor.day)
    assert opening.opens.year == anchor.year + number
    assert (
        (opening.opens.month, opening.opens.day) in {expected, (2, 28)} if expected == (2, 29) else {expected}
    )
    assert opening.seal_opens - opening.opens == timedelta(days=21)


@given(anchor=ANCHORS)
def test_openings_rise_and_do_not_depend_on_the_batch(anchor: date) -> None:
    """The same question has the same answer alone, in any order and twice; a later number is a later day."""
    asked = [CycleAnchor(anchor=anchor, number=number) for number in range(1, 30)]
    days = [item.opens for item in next_openings(asked)]
    assert days == sorted(set(days))
    assert [next_openings([item])[0].opens for item in reversed(asked)] == days[::-1]


def test_what_began_on_a_leap_day_opens_on_leap_days_again() -> None:
    """29 February comes back when its year does, and a century year without it is no exception."""
    asked = [CycleAnchor(anchor=date(2096, 2, 29), number=number) for number in (1, 4, 8)]
    assert next_openings(asked) == [
        Opening(number=1, opens=date(2097, 2, 28), seal_opens=date(2097, 3, 21)),
        Opening(number=4, opens=date(2100, 2, 28), seal_opens=date(2100, 3, 21)),
        Opening(number=8, opens=date(2104, 2, 29), seal_opens=date(2104, 3, 21)),
    ]
