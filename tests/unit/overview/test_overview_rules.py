"""From where somebody looks, and which numbers of people are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproca.compacts.overview.rules import viewpoint
from reciproca.compacts.signing.rules import FLOOR, Group, above_floor
from reciproca.core.identity import Role
from reciproca.plugins.types import Side

COUNTS = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (max(pair), min(pair)))
GROUPS = st.lists(COUNTS, max_size=8).map(
    lambda counts: [
        Group(name=f"Unit {n}", asked=asked, signed=signed) for n, (asked, signed) in enumerate(counts)
    ]
)


@pytest.mark.parametrize(
    ("roles", "side"),
    [
        ({Role.PHYSICIAN}, Side.PHYSICIANS),
        ({Role.PHYSICIAN, Role.SIGNATORY}, Side.ORGANISATION),
        ({Role.CO_SPONSOR_PHYSICIANS, Role.PHYSICIAN}, Side.PHYSICIANS),
        ({Role.STEWARD}, Side.ORGANISATION),
        ({Role.AUDITOR}, None),
        (set(), None),
    ],
)
def test_a_leader_who_is_a_physician_looks_from_the_leaders_side(roles: set[Role], side: Side | None) -> None:
    """One declared side for each person; who belongs to neither sees both as such."""
    assert viewpoint(roles) is side


@given(groups=GROUPS)
def test_no_number_points_at_somebody(groups: list[Group]) -> None:
    """Shown numbers, of those who signed and of those who didn't, are at least the floor, and what is hidden can't be
    worked out from the sums: never one unit alone, never fewer people than the floor."""
    shown = above_floor(groups)
    assert [group.name for group in shown] == [group.name for group in groups]
    seen = [group for group in shown if group.signed is not None]
    hidden = [before for before, after in zip(groups, shown, strict=True) if after.signed is None]
    for group in seen:
        assert (group.signed or 0) >= FLOOR
        assert (group.asked or 0) - (group.signed or 0) >= FLOOR
    if hidden and seen:
        assert len(hidden) > 1
        assert sum(group.signed or 0 for group in hidden) >= FLOOR
