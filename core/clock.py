"""The only room that asks what time it is. Everything else is handed a clock."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the time as an aware instant in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that stands still until it is moved: for tests and for the story that the demo tells."""

    instant: datetime = field(default_factory=lambda: datetime(2026, 9, 1, 14, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.instant

    def move_to(self, instant: datetime) -> None:
        """Set the clock to `instant` (aware)."""
        self.instant = instant.astimezone(UTC)

    def advance(self, step: timedelta) -> None:
        """Move the clock on by `step`."""
        self.instant += step


@dataclass(frozen=True)
class FileClock:
    """Reads an ISO 8601 instant from a file at each look, so that several processes of a test share one clock."""

    path: Path

    def now(self) -> datetime:
        return datetime.fromisoformat(self.path.read_text().strip()).astimezone(UTC)


def today(clock: Clock, zone: str) -> date:
    """The calendar day at `clock` in the IANA zone `zone`: a day is never asked without a place."""
    return day_at(clock.now(), zone)


def day_at(instant: datetime, zone: str) -> date:
    """The calendar day of `instant` (aware) in the IANA zone `zone`."""
    return instant.astimezone(ZoneInfo(zone)).date()


def instant_of(day: date, hour: int, minute: int, zone: str) -> datetime:
    """The UTC instant of a local wall time. A time that a clock change skips moves forward by the gap; one that
    happens twice means its first occurrence."""
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)
