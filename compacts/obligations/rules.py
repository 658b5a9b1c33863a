"""When a reminder is due, by a policy that is the same for both sides (`policies.rules`).

Order of adjustments, always: day from the policy → moved on to a working day that isn't closed → moved into the humane
hours. Adjusting an instant that was adjusted already changes nothing.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reciproca.compacts.policies.rules import POLICIES, Family, Policy
from reciproca.core.clock import instant_of

MORNING, EVENING = DAYTIME = 9, 18
"""Reminders go out between these local hours, on working days."""

NONE: frozenset[date] = frozenset()
"""No closed day."""

DUE_TIME = time(17, 0)
"""A due day ends at this local time unless something else was agreed."""


AFTERWARDS = timedelta(days=60)
"""No reminder comes later after its due day, closed days counted."""

LONGEST_SNOOZE, NEVER_SNOOZED_DAYS = 30, 14
"""For how many days one can put reminders off; and how late something goes up its ladder, whatever its owner wishes."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Reminder number `step` of its policy, `offset_days` from its reference day, at the instant `at` (UTC); `by_mail`,
    or on the page of messages alone."""

    step: int
    offset_days: int
    at: datetime
    by_mail: bool = True


def due_instant(due: date, zone: str) -> datetime:
    """The UTC instant at which the local day `due` ends for us."""
    return instant_of(due, DUE_TIME.hour, DUE_TIME.minute, zone)


def faults_of_snooze(*, until: date, today: date, due: date, family: Family, is_silent: bool) -> list[str]:
    """What is wrong with being reminded not before `until`, as codes: "past", "long", "over" (an invitation that ends
    by then), "reason" (`is_silent`: one is asked for, and none was given)."""
    wrong = {
        "past": until <= today,
        "long": until > today + timedelta(days=LONGEST_SNOOZE),
        "over": family is Family.INVITATION and until >= due,
        "reason": is_silent,
    }
    return [code for code, is_wrong in wrong.items() if is_wrong]


def steps(
    family: Family,
    *,
    opened: datetime,
    due: date,
    zone: str,
    policy: Policy | None = None,
    closed: Collection[date] = NONE,
) -> tuple[Step, ...]:
    """The reminders of something that opened at `opened` and is due on `due`, by its own `policy` or else by its
    family's: strictly later one than the other, none before it opened, none on a `closed` local day, an invitation's
    none after it ends."""
    planned = _planned(_of(family, policy), opened, due, zone, closed)
    return tuple(_later_each(planned, due_instant(due, zone), family))


def steps_before_new_day(
    family: Family,
    *,
    now: datetime,
    due: date,
    zone: str,
    policy: Policy | None = None,
    closed: Collection[date] = NONE,
) -> tuple[Step, ...]:
    """The reminders that a policy counts from the due day and that are still ahead, once that day has moved to `due`;
    those counted from the opening stay where they are."""
    chosen = _of(family, policy)
    all_planned = _planned(chosen, now, due, zone, closed)
    planned = (step for step in all_planned if not chosen[step.step].from_opening)
    return tuple(_later_each(planned, due_instant(due, zone), family))


def moves_with_due_day(family: Family, policy: Policy | None = None) -> frozenset[int]:
    """The offsets, in days, of the reminders that a policy counts from the due day."""
    return frozenset(reminder.days for reminder in _of(family, policy) if not reminder.from_opening)


def humane(
    instant: datetime, zone: str, closed: Collection[date] = NONE, hours: tuple[int, int] = DAYTIME
) -> datetime:
    """`instant`, moved on to the next working day that isn't `closed` and into the local `hours`, from the first and
    before the second; unchanged when it is there already."""
    local, (first, last) = instant.astimezone(ZoneInfo(zone)), hours
    if _is_working(local.date(), closed) and first <= local.hour < last:
        return instant
    day = local.date() + timedelta(days=1) if local.hour >= first else local.date()
    # Looked at again, because a zone can skip a whole day, as Samoa did: its morning is then the next day's.
    return humane(instant_of(_next_working(day, closed), first, 0, zone), zone, closed, hours)


def next_look(family: Family, *, plan: Sequence[Step], due_at: datetime) -> datetime | None:
    """When the sweep must first look at something with the reminders `plan`: an invitation also at its end."""
    return plan[0].at if plan else due_at if family is Family.INVITATION else None


def _of(family: Family, policy: Policy | None) -> Policy:
    return POLICIES[family] if policy is None else policy


def _planned(
    policy: Policy, opened: datetime, due: date, zone: str, closed: Collection[date]
) -> Iterator[Step]:
    begun = opened.astimezone(ZoneInfo(zone)).date()
    for number, reminder in enumerate(policy):
        day = (begun if reminder.from_opening else due) + timedelta(days=reminder.days)
        wished = instant_of(day, MORNING, 0, zone)
        if reminder.from_opening:
            wished = max(wished, opened)
        if wished >= opened:
            yield Step(
                step=number,
                offset_days=reminder.days,
                at=humane(wished, zone, closed),
                by_mail=reminder.by_mail,
            )


def _later_each(planned: Iterator[Step], ends: datetime, family: Family) -> Iterator[Step]:
    last: datetime | None = None
    for step in sorted(planned, key=lambda step: (step.at, step.step)):
        is_over = family is Family.INVITATION and step.at >= ends
        if not is_over and (last is None or step.at > last):
            last = step.at
            yield step


def _is_working(day: date, closed: Collection[date]) -> bool:
    return day.weekday() < 5 and day not in closed


def _next_working(day: date, closed: Collection[date]) -> date:
    while not _is_working(day, closed):
        day += timedelta(days=1)
    return day
