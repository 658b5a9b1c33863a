"""When the mails of a campaign would really reach people: planned where the organisation is, held back by what holds
where the reader is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reciproca.compacts.obligations.rules import DAYTIME, Step, humane
from reciproca.compacts.policies.rules import Policy
from reciproca.core.clock import instant_of

Away = tuple[date, date | None]
"""The first and the last day of a leave; no last day where it isn't known."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What decides when somebody is reached: the number of their `wave`, the `policy` that counts for them, their zone,
    the local `hours` in which they are written to (from the first, before the second), and when they are `away`.
    Whoever is alike in this gets mail at the same instants."""

    wave: int
    policy: Policy
    zone: str
    hours: tuple[int, int] = DAYTIME
    away: tuple[Away, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A reminder that was wished for the local day `wished` and is planned for `day`, because of what lies between:
    `closed` days and, where `weekend` says so, a weekend; neither where it was too late in the evening."""

    wished: date
    day: date
    weekend: bool
    closed: tuple[date, ...]


def goings(
    plan: Sequence[Step], reader: Reader, *, closed: Collection[date], ends: datetime
) -> list[tuple[Step, datetime]]:
    """The steps of `plan` that reach `reader` by mail, and when: none after it `ends`, and of those that a leave holds
    back the latest only."""
    found = []
    for step, following in zip(plan, (*plan[1:], None), strict=True):
        at = _reached(step.at, reader, closed)
        is_overtaken = following is not None and at is not None and at >= following.at
        if step.by_mail and at is not None and at < ends and not is_overtaken:
            found.append((step, at))
    return found


def moved(
    step: Step, policy: Policy, *, opened: date, due: date, zone: str, closed: Collection[date]
) -> Moved | None:
    """Where a step was wished for another day than the one that it is planned for; None where it wasn't."""
    start = opened if policy[step.step].from_opening else due
    wished, day = start + timedelta(days=step.offset_days), local_day(step.at, zone)
    if day == wished:
        return None
    between = [wished + timedelta(days=number) for number in range((day - wished).days)]
    return Moved(
        wished=wished,
        day=day,
        weekend=any(one.weekday() >= 5 for one in between),
        closed=tuple(one for one in between if one in closed and one.weekday() < 5),
    )


def local_day(instant: datetime, zone: str) -> date:
    """The day that it is at `instant` in `zone`."""
    return instant.astimezone(ZoneInfo(zone)).date()


def _reached(at: datetime, reader: Reader, closed: Collection[date]) -> datetime | None:
    """The first instant from `at` on that is humane and in no leave; None in a leave without an end."""
    while True:
        at = humane(at, reader.zone, closed, reader.hours)
        day = local_day(at, reader.zone)
        leave = next(
            (one for one in reader.away if one[0] <= day and (one[1] is None or day <= one[1])), None
        )
        if leave is None:
            return at
        if leave[1] is None:
            return None
        at = instant_of(leave[1] + timedelta(days=1), reader.hours[0], 0, reader.zone)
