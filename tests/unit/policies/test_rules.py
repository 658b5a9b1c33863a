"""Which days a policy has, and which policy is the nearest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproca.compacts.escalating.rules import is_reminded_on_every_rung
from reciproca.compacts.policies.rules import (
    POLICIES,
    Days,
    Family,
    Reminder,
    days_of,
    faults_of_days,
    nearest,
    policy_of,
    read_days,
)

A_FEW = st.lists(st.integers(1, 45), unique=True, max_size=3).map(lambda days: tuple(sorted(days)))
ANY_DAYS = st.builds(Days, before=A_FEW, after=A_FEW, quiet_before=A_FEW, quiet_after=A_FEW)


@pytest.mark.parametrize("family", Family)
def test_the_usual_days_are_those_of_the_product(family: Family) -> None:
    """Written as people choose them and read again, they are the same policy."""
    days = days_of(POLICIES[family], family)
    assert set(policy_of(family, read_days(days.to_json()))) == set(POLICIES[family])


@given(ANY_DAYS)
def test_every_policy_of_duties_climbs_its_ladder_on_the_same_days(days: Days) -> None:
    """Nobody can choose the two days away, or their mails: for neither side, because a policy has none."""
    assert is_reminded_on_every_rung(policy_of(Family.DUTY, days))


@given(ANY_DAYS)
def test_an_invitation_begins_with_itself_and_has_no_day_after_its_end(days: Days) -> None:
    """Whatever is chosen."""
    policy = policy_of(Family.INVITATION, days)
    assert policy[0] == Reminder(0, from_opening=True)
    assert all(one.from_opening or one.days < 0 for one in policy)


@pytest.mark.parametrize(
    ("family", "days", "found"),
    [
        (Family.DUTY, Days(before=(30, 14), after=(1, 45)), []),
        (Family.DUTY, Days(before=(91,)), [("before", "days")]),
        (Family.DUTY, Days(before=(0,)), [("before", "days")]),
        (Family.DUTY, Days(after=(46,)), [("after", "days")]),
        (Family.INVITATION, Days(after=(46,)), []),
        (Family.DUTY, Days(before=(7,), quiet_before=(7,)), [("quiet_before", "twice")]),
        (Family.DUTY, Days(after=(1, 1)), [("after", "twice")]),
        (Family.INVITATION, Days(before=(1, 2), after=(1, 2), quiet_after=(3,)), [("before", "many")]),
        (Family.DUTY, Days(before=tuple(range(1, 14))), [("before", "many")]),
    ],
)
def test_days_that_can_not_be(family: Family, days: Days, found: list[tuple[str, str]]) -> None:
    """Each with its field."""
    assert faults_of_days(family, days) == found


def test_the_nearest_scope_counts() -> None:
    """Agreement, unit, the unit around it, organisation; each family by itself; the product's where nobody chose."""
    one, other = (Reminder(-1),), (Reminder(-2),)
    kept = {(Family.DUTY, "unit:a"): one, (Family.DUTY, "organisation"): other}
    scopes = ["compact:x", "unit:b", "unit:a", "organisation"]
    assert nearest(Family.DUTY, scopes, kept) is one
    assert nearest(Family.DUTY, ["unit:b", "organisation"], kept) is other
    assert nearest(Family.INVITATION, scopes, kept) is None
