"""When reminders are due: the same for both sides, humane, in order, whatever the clocks of the place do."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reciproca.compacts.obligations.rules import EVENING, MORNING, due_instant, humane, next_look, steps
from reciproca.compacts.policies.rules import POLICIES, Family

ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))
CANADA = ["America/St_Johns", "America/Halifax", "America/Toronto", "America/Winnipeg", "America/Regina",
          "America/Edmonton", "America/Vancouver", "America/Whitehorse"]  # fmt: skip
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 45 * 365 * 24 * 60).map(lambda minutes: BEGINNING + timedelta(minutes=minutes))
FAMILIES = st.sampled_from(Family)


@given(INSTANTS, ZONES)
def test_adjusting_twice_is_adjusting_once(instant: datetime, zone: str) -> None:
    """An instant that was moved once stays where it is, so that a second look moves no reminder."""
    once = humane(instant, zone)
    assert humane(once, zone) == once >= instant


@given(INSTANTS, ZONES)
def test_reminders_go_out_by_day_on_working_days(instant: datetime, zone: str) -> None:
    """Nobody hears from us at night or on a weekend, and nobody waits longer than a weekend for it."""
    moved = humane(instant, zone)
    local = moved.astimezone(ZoneInfo(zone))
    assert local.weekday() < 5
    assert MORNING <= local.hour < EVENING
    assert moved - instant < timedelta(days=4)


@given(FAMILIES, INSTANTS, st.integers(0, 500), ZONES)
def test_the_reminders_of_one_thing_come_one_after_the_other(
    family: Family, opened: datetime, days: int, zone: str
) -> None:
    """Strictly increasing instants, no step twice, none before it opened, none by night."""
    due = opened.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    plan = steps(family, opened=opened, due=due, zone=zone)
    assert all(earlier.at < later.at for earlier, later in pairwise(plan))
    assert len({step.step for step in plan}) == len(plan)
    assert all(step.at >= opened and humane(step.at, zone) == step.at for step in plan)


@given(INSTANTS, st.integers(0, 500), ZONES)
def test_an_invitation_is_never_called_late(opened: datetime, days: int, zone: str) -> None:
    """An invitation's reminders all come before it ends, and the sweep looks at it once more at its end."""
    due = opened.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    plan, ends = steps(Family.INVITATION, opened=opened, due=due, zone=zone), due_instant(due, zone)
    assert all(step.at < ends for step in plan)
    assert len(plan) <= 3
    looked = next_look(Family.INVITATION, plan=plan, due_at=ends)
    assert looked is not None
    assert looked <= ends


@given(INSTANTS, st.integers(0, 500), ZONES)
def test_a_duty_is_always_followed_up(opened: datetime, days: int, zone: str) -> None:
    """However late something was agreed, at least its three reminders after the due day are there."""
    due = opened.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    plan = steps(Family.DUTY, opened=opened, due=due, zone=zone)
    assert sum(step.at > due_instant(due, zone) for step in plan) == 3
    assert next_look(Family.DUTY, plan=plan, due_at=due_instant(due, zone)) == plan[0].at
    assert next_look(Family.DUTY, plan=(), due_at=due_instant(due, zone)) is None


@pytest.mark.parametrize("zone", CANADA)
@given(opened=INSTANTS, days=st.integers(0, 500))
def test_a_plan_does_not_depend_on_when_it_is_looked_at(zone: str, opened: datetime, days: int) -> None:
    """The same facts give the same reminders; opening a day earlier only adds to those counted from the due day."""
    due = opened.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    plan = {step.step: step.at for step in steps(Family.DUTY, opened=opened, due=due, zone=zone)}
    earlier = steps(Family.DUTY, opened=opened - timedelta(days=1), due=due, zone=zone)
    assume(len(earlier) == len(POLICIES[Family.DUTY]))
    assert plan.items() <= {step.step: step.at for step in earlier}.items()


def test_the_usual_plan_of_a_duty() -> None:
    """Thirty, fourteen, seven days and one before; one, fourteen and twenty-eight after; moved off weekends."""
    opened = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)
    plan = steps(Family.DUTY, opened=opened, due=date(2026, 11, 2), zone="America/Toronto")
    assert [step.at.astimezone(ZoneInfo("America/Toronto")).strftime("%a %d %b %H:%M") for step in plan] == [
        "Mon 05 Oct 09:00", "Mon 19 Oct 09:00", "Mon 26 Oct 09:00", "Mon 02 Nov 09:00",
        "Tue 03 Nov 09:00", "Mon 16 Nov 09:00", "Mon 30 Nov 09:00",
    ]  # fmt: skip
    # The clocks went back on 1 November: nine in the morning is another hour in UTC before and after.
    assert [step.at.hour for step in plan] == [13, 13, 13, 14, 14, 14, 14]


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("America/Toronto", date(2026, 3, 8), datetime(2026, 3, 8, 21, 0, tzinfo=UTC)),
        ("America/Toronto", date(2026, 11, 1), datetime(2026, 11, 1, 22, 0, tzinfo=UTC)),
        ("America/St_Johns", date(2028, 2, 29), datetime(2028, 2, 29, 20, 30, tzinfo=UTC)),
        ("Pacific/Chatham", date(2026, 12, 31), datetime(2026, 12, 31, 3, 15, tzinfo=UTC)),
    ],
)
def test_a_due_day_ends_at_five_where_the_organisation_is(zone: str, day: date, expected: datetime) -> None:
    """Clock changes, half-hour zones, leap days and the year's end move nobody's deadline."""
    assert due_instant(day, zone) == expected


def test_a_day_that_a_zone_skipped_is_no_trap() -> None:
    """Samoa had no 30 December 2011: what was to come that Friday comes on the Monday after."""
    night = datetime(2011, 12, 30, 9, 59, tzinfo=UTC)  # 23:59 on Thursday the 29th
    assert humane(night, "Pacific/Apia").astimezone(ZoneInfo("Pacific/Apia")).date() == date(2012, 1, 2)
