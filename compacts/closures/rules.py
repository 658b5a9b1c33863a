"""What can be closed: a few days in a row, ahead, with a name."""

from collections.abc import Sequence
from datetime import date, timedelta

MOST_DAYS = 31
"""A longer pause than a month is no closure: reminders would pile up behind it."""


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Every day from `first` to `last`, both included; none when `last` is before `first`."""
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))


def faults_of(days: Sequence[date], *, today: date, open_days: int) -> list[tuple[str, str]]:
    """What is wrong with closing `days`, `open_days` of which aren't closed yet, as (field, code)."""
    checks = (
        ("last", "order", not days),
        ("last", "long", len(days) > MOST_DAYS),
        ("first", "past", bool(days) and days[0] < today),
        ("first", "known", bool(days) and not open_days),
    )
    return [(field, code) for field, code, is_wrong in checks if is_wrong]
