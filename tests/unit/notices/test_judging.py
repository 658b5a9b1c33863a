"""Whether a message still has its reason when it is about to be sent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproca.compacts.notices.rules import Reason, Standing, Verdict, judge

NOW = datetime(2026, 10, 8, 14, 0, tzinfo=UTC)
STANDINGS = st.builds(
    Standing,
    has_address=st.booleans(),
    is_reminder=st.booleans(),
    is_open=st.booleans(),
    is_here=st.booleans(),
    is_holder=st.booleans(),
    is_planned=st.booleans(),
    is_of_day=st.booleans(),
    is_going=st.booleans(),
    is_awake=st.booleans(),
    is_newest=st.booleans(),
    not_before=st.sampled_from([None, NOW - timedelta(hours=1), NOW, NOW + timedelta(hours=1)]),
)


def a_reminder(**changes: Any) -> Standing:
    return Standing(**{"has_address": True, "is_reminder": True, **changes})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"has_address": False}, Reason.NO_ADDRESS),
        ({"is_open": False}, Reason.ANSWERED),
        ({"is_here": False}, Reason.LEFT),
        ({"is_holder": False}, Reason.NOT_HOLDER),
        ({"is_planned": False}, Reason.STOPPED),
        ({"is_of_day": False}, Reason.MOVED),
        ({"is_going": False}, Reason.PAUSED),
        ({"is_awake": False}, Reason.SNOOZED),
        ({"is_newest": False}, Reason.NEWER),
    ],
)
def test_a_reminder_without_its_reason_is_dropped(changes: dict[str, Any], reason: Reason) -> None:
    """Each thing that can have happened since the morning stops the reminder, and is named."""
    assert judge([a_reminder()], NOW) == Verdict(kept=(0,))
    assert judge([a_reminder(**changes)], NOW) == Verdict(dropped=reason, left_out={0: reason})
    both = judge([a_reminder(**changes), a_reminder()], NOW)
    assert both == Verdict(kept=(1,), left_out={0: reason})


def test_nothing_at_all_is_not_sent() -> None:
    """A message whose notices were all taken away, as by an erasure, isn't sent empty."""
    assert judge([], NOW) == Verdict(dropped=Reason.NOTHING)


def test_a_reminder_waits_and_a_receipt_does_not() -> None:
    """Leave and night hold back reminders only: what somebody has just done is confirmed at once."""
    later = NOW + timedelta(days=1)
    assert judge([a_reminder(not_before=later)], NOW) == Verdict(wait_until=later)
    assert judge([a_reminder(not_before=NOW)], NOW) == Verdict(kept=(0,))
    assert judge([a_reminder(is_reminder=False, not_before=later, is_open=False)], NOW) == Verdict(kept=(0,))


@given(st.lists(STANDINGS, max_size=4))
def test_a_verdict_is_one_thing(standings: list[Standing]) -> None:
    """A message is sent, dropped or kept waiting; never two of them, never without an address, and every notice is in
    the mail or has a reason why not."""
    verdict = judge(standings, NOW)
    assert [bool(verdict.kept), bool(verdict.dropped), bool(verdict.wait_until)].count(True) == 1
    assert verdict.wait_until is None or verdict.wait_until > NOW
    assert all(standings[place].has_address for place in verdict.kept)
    if not verdict.wait_until:
        assert sorted([*verdict.kept, *verdict.left_out]) == list(range(len(standings)))
