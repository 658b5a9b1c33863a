"""Counts that are shown never point at anybody, not even by subtraction."""

from hypothesis import given
from hypothesis import strategies as st

from reciproca.compacts.signing.rules import FLOOR, by_unit, shown

COUNTS = st.dictionaries(
    st.sampled_from(["declined", "asked_to_talk", "open", "ended"]), st.integers(0, 30), min_size=1
)
UNITS = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3),
    st.integers(0, 20).flatmap(lambda asked: st.tuples(st.just(asked), st.integers(0, asked))),
    max_size=8,
)


@given(COUNTS)
def test_no_small_count_is_shown_or_can_be_worked_out(counts: dict[str, int]) -> None:
    """What is hidden is at least two parts and five people together, or everything."""
    seen = shown(counts)
    assert all(count is None or (count == counts[name] and count >= FLOOR) for name, count in seen.items())
    hidden = [counts[name] for name, count in seen.items() if count is None]
    assert not hidden or len(hidden) == len(counts) or (len(hidden) > 1 and sum(hidden) >= FLOOR)


@given(COUNTS)
def test_nothing_is_hidden_without_need(counts: dict[str, int]) -> None:
    """Where every part is large enough, all are shown."""
    if min(counts.values()) >= FLOOR:
        assert shown(counts) == counts


@given(UNITS)
def test_small_departments_are_taken_together(units: dict[str, tuple[int, int]]) -> None:
    """No department below the floor stands alone; nobody is lost or counted twice."""
    groups = by_unit(units)
    assert all(group.asked is None or group.asked >= FLOOR for group in groups)
    assert sum(not group.name for group in groups) <= 1
    if all(group.asked is not None for group in groups):
        assert sum(group.asked or 0 for group in groups) == sum(asked for asked, _signed in units.values())
        assert sum(group.signed or 0 for group in groups) == sum(signed for _asked, signed in units.values())
