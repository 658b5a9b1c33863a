"""Time is told by the clock that was handed in; identifiers follow it, or say nothing of it."""

import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reciproca.core import ids
from reciproca.core.clock import FileClock, FixedClock, instant_of, today

INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- zoned by it
TORONTO = "America/Toronto"


def test_a_day_is_asked_with_its_place() -> None:
    """At one instant it is still yesterday in Toronto and already tomorrow in Auckland."""
    clock = FixedClock(datetime(2026, 9, 2, 2, 0, tzinfo=UTC))
    days = [today(clock, zone) for zone in (TORONTO, "UTC", "Pacific/Auckland")]
    assert days == [date(2026, 9, 1), date(2026, 9, 2), date(2026, 9, 2)]


def test_a_skipped_hour_moves_forward_and_a_doubled_one_means_the_first() -> None:
    """Both nights of a clock change have one answer each."""
    assert instant_of(date(2026, 3, 8), 2, 30, TORONTO) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert instant_of(date(2026, 11, 1), 1, 30, TORONTO) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@given(
    st.dates(date(2001, 1, 1), date(2060, 1, 1)),
    st.sampled_from([TORONTO, "Europe/Paris", "Pacific/Auckland"]),
)
def test_an_ordinary_hour_comes_back_on_its_day(day: date, zone: str) -> None:
    """Noon on a day is on that day where it was asked."""
    assert today(FixedClock(instant_of(day, 12, 0, zone)), zone) == day


def test_a_file_tells_several_processes_the_same_time(tmp_path: Path) -> None:
    """Any offset may be written; the answer is UTC, and is read anew at each look."""
    clock = FileClock(tmp_path / "clock.txt")
    clock.path.write_text("2026-09-01T10:00:00-04:00\n")
    first = clock.now()
    clock.path.write_text("2026-09-01T15:00:00+00:00")
    assert (first, clock.now()) == (
        datetime(2026, 9, 1, 14, tzinfo=UTC),
        datetime(2026, 9, 1, 15, tzinfo=UTC),
    )


def test_a_clock_that_is_moved_stays_in_utc() -> None:
    """Whoever moves the clock may say the time in their own zone."""
    clock = FixedClock()
    clock.move_to(datetime(2026, 9, 1, 10, 0, tzinfo=timezone(timedelta(hours=-4))))
    assert clock.now().isoformat() == "2026-09-01T14:00:00+00:00"


@given(INSTANTS)
def test_a_time_ordered_id_is_a_uuid_of_version_7_at_its_clock(instant: datetime) -> None:
    """RFC 9562: version, variant and milliseconds stand where they belong."""
    made = uuid.UUID(ids.time_ordered(FixedClock(instant)))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == int(instant.timestamp() * 1000)


@given(INSTANTS, st.integers(1, 10**9))
def test_later_ids_sort_later(instant: datetime, milliseconds: int) -> None:
    """The order of ids is the order of their milliseconds."""
    later = FixedClock(instant + timedelta(milliseconds=milliseconds))
    assert ids.time_ordered(FixedClock(instant)) < ids.time_ordered(later)


def test_a_timeless_id_says_nothing_of_when() -> None:
    """Version 4: random from end to end."""
    assert {uuid.UUID(ids.timeless()).version for _ in range(20)} == {4}
    assert len({ids.timeless() for _ in range(1000)}) == 1000
