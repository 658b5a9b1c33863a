"""Every zone of the tz database, three years: reminders come in order, by day, on open days, at times that exist."""

import random
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest

from reciproca.compacts.obligations.rules import EVENING, MORNING, Step, due_instant, humane, steps
from reciproca.compacts.policies.rules import POLICIES, Family
from reciproca.core.clock import instant_of

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
YEARS = (date(2025, 1, 1), date(2027, 12, 31))
DAYS = tuple(YEARS[0] + timedelta(days=number) for number in range((YEARS[1] - YEARS[0]).days + 1))


def some_closed_days(zone: str) -> frozenset[date]:
    """Forty days, the same for one zone at each run, and twelve in a row."""
    chosen = random.Random(zone)  # noqa: S311 -- no secret: a seeded choice
    return frozenset([*chosen.sample(DAYS, 40), *(date(2026, 12, 24) + timedelta(days=n) for n in range(12))])


def check(plan: tuple[Step, ...], *, zone: str, opened: datetime, closed: frozenset[date]) -> None:
    """All that must hold of one plan."""
    local = [step.at.astimezone(ZoneInfo(zone)) for step in plan]
    assert all(earlier.at < later.at for earlier, later in pairwise(plan))
    assert len({one.date() for one in local}) == len(plan), "two on one day"
    assert len({step.step for step in plan}) == len(plan)
    assert all(step.at >= opened for step in plan)
    for step, there in zip(plan, local, strict=True):
        assert time(MORNING) <= there.time() < time(EVENING)
        assert there.weekday() < 5
        assert there.date() not in closed
        assert humane(step.at, zone, closed) == step.at
        # A time that exists, and the first of those that come twice.
        assert instant_of(there.date(), there.hour, there.minute, zone) == step.at.replace(
            second=0, microsecond=0
        )


def plans(zone: str, days: tuple[date, ...], hour: int) -> Iterator[None]:
    """Check what opens on each of `days` at an `hour` of UTC, of both families."""
    closed = some_closed_days(zone)
    for number, day in enumerate(days):
        opened = datetime.combine(day, time(hour, 17), UTC)
        due = day + timedelta(days=(number * 7) % 120)
        for family in Family:
            check(
                steps(family, opened=opened, due=due, zone=zone, closed=closed),
                zone=zone,
                opened=opened,
                closed=closed,
            )
            assert due_instant(due, zone).astimezone(ZoneInfo(zone)).date() == due
        yield


@pytest.mark.parametrize("part", range(4))
def test_in_every_zone_reminders_come_in_order_by_day_on_open_days(part: int) -> None:
    """Every zone, every 41st day of three years, another hour in each zone."""
    for number, zone in enumerate(ZONES[part::4]):
        for _checked in plans(zone, DAYS[number % 41 :: 41], number % 24):
            pass


@pytest.mark.deep
@pytest.mark.parametrize("part", range(8))
def test_in_every_zone_on_every_day(part: int) -> None:
    """The same of every day."""
    for number, zone in enumerate(ZONES[part::8]):
        for _checked in plans(zone, DAYS, number % 24):
            pass


@pytest.fixture
def changing_rules(tmp_path: Path) -> Iterator[Path]:
    """A folder of zone data that the test may change, as an update of the system would."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[tmp_path])
    yield tmp_path
    zoneinfo.reset_tzpath(to=before)
    ZoneInfo.clear_cache()


def rules_of(folder: Path, zone: str, like: str) -> None:
    """From now on, clocks in `zone` go as they do in `like`."""
    from importlib.resources import files

    data = files("tzdata").joinpath("zoneinfo", *like.split("/")).read_bytes()
    (folder / zone).parent.mkdir(parents=True, exist_ok=True)
    (folder / zone).write_bytes(data)
    ZoneInfo.clear_cache()


def _at(plan: tuple[Step, ...], day: date) -> datetime:
    """The reminder of a plan that is sent on a day."""
    return next(step.at for step in plan if step.at.date() == day)


def test_new_rules_for_a_zone_change_no_reminder_s_name(changing_rules: Path) -> None:
    """A province gives up summer time: the same steps are planned on the same days, an hour off; what was planned by
    the old rules goes at the next humane time by the new ones."""
    opened, due = datetime(2026, 9, 1, 14, 0, tzinfo=UTC), date(2026, 10, 15)
    rules_of(changing_rules, "Test/Province", "America/Toronto")
    before = steps(Family.DUTY, opened=opened, due=due, zone="Test/Province")
    rules_of(changing_rules, "Test/Province", "America/Panama")
    after = steps(Family.DUTY, opened=opened, due=due, zone="Test/Province")
    assert (
        [step.step for step in before]
        == [step.step for step in after]
        == list(range(len(POLICIES[Family.DUTY])))
    )
    summer, winter = date(2026, 9, 15), date(2026, 11, 12)
    for day, is_moved in ((summer, True), (winter, False)):
        assert (_at(before, day) != _at(after, day)) is is_moved
    for step in before:
        sent = humane(step.at, "Test/Province").astimezone(ZoneInfo("Test/Province"))
        assert time(MORNING) <= sent.time() < time(EVENING)
