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
        ({"is_newest": False}, Reason.NEWER),
    ],
)
def test_a_reminder_without_its_reason_is_dropped(changes: dict[str, Any], reason: Reason) -> None:
    """Each thing that can have happened since the morning stops the reminder, and is named."""
    assert judge(a_reminder(), NOW) == Verdict()
    assert judge(a_reminder(**changes), NOW) == Verdict(dropped=reason)


def test_a_reminder_waits_and_a_receipt_does_not() -> None:
    """Leave and night hold back reminders only: what somebody has just done is confirmed at once."""
    later = NOW + timedelta(days=1)
    assert judge(a_reminder(not_before=later), NOW) == Verdict(wait_until=later)
    assert judge(a_reminder(not_before=NOW), NOW) == Verdict()
    assert judge(a_reminder(is_reminder=False, not_before=later, is_open=False), NOW) == Verdict()


@given(STANDINGS)
def test_a_verdict_is_one_thing(standing: Standing) -> None:
    """A message is sent, dropped or kept waiting; never two of them, and never sent without an address."""
    verdict = judge(standing, NOW)
    assert not (verdict.dropped and verdict.wait_until)
    assert verdict.wait_until is None or verdict.wait_until > NOW
    assert standing.has_address or verdict.dropped
