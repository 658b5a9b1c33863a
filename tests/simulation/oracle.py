"""What must be, worked out from rows as they stood: whom the sweep must tell of what, and which messages must go.

Written from the product's documents (docs/explanation/time.md, escalation.md), in plain Python, and sharing no line
with the code that it judges.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

Row = tuple[int, int, int, str]
"""One occurrence: obligation, step, person, kind."""


@dataclass(frozen=True)
class Owed:
    """Something owed, or somebody invited to."""

    id: int
    family: str
    state: str
    person: int | None
    post: int | None
    side: str
    due_at: datetime
    moved_at: datetime | None
    steps: tuple[tuple[int, int, datetime], ...]


@dataclass(frozen=True)
class Person:
    """Somebody: `away` from the first to the last day of each leave; `left_on` is the last day here."""

    id: int
    zone: str
    has_address: bool
    away: tuple[tuple[date, date], ...]
    left_on: date | None

    def is_away(self, day: date) -> bool:
        """Whether they are on leave on a day."""
        return any(first <= day <= last for first, last in self.away)


@dataclass(frozen=True)
class Notice:
    """What somebody was told."""

    id: int
    kind: str
    owed: int | None
    step: int | None
    person: int
    written_at: datetime
    message: int | None
    left_out: str | None


@dataclass(frozen=True)
class Message:
    """A mail, or what may become one."""

    id: int
    state: str
    person: int
    reference: str | None
    failure: str | None


@dataclass(frozen=True)
class Snapshot:
    """Everything that the oracle knows, at the instant `at`."""

    at: datetime
    zone: str
    owed: Mapping[int, Owed]
    people: Mapping[int, Person]
    holders: Mapping[int, tuple[tuple[int, bool], ...]]
    stewards: frozenset[int]
    sponsors: frozenset[int]
    closed: frozenset[date]
    notices: Mapping[int, Notice]
    messages: Mapping[int, Message]


def rows_due(before: Snapshot, at: datetime) -> set[Row]:
    """The occurrences that come into being when the clock goes on to `at` and nobody does anything."""
    day = at.astimezone(ZoneInfo(before.zone)).date()
    found: set[Row] = set()
    for owed in before.owed.values():
        is_over = owed.family == "invitation" and owed.due_at <= at
        due = [one for one in owed.steps if before.at < one[2] <= at]
        if owed.state != "open" or is_over or not due:
            continue
        step, offset, _at = max(due, key=lambda one: one[2])
        for person, kind in _told(before, owed, offset, day).items():
            found.add((owed.id, step, person, kind))
    return found


def has_left(world: Snapshot, person: int, at: datetime) -> bool:
    """Whether somebody's last day here was over at `at`: whether a row is still written for them depends on which of
    two things is done first, and it is never sent."""
    left_on = world.people[person].left_on
    return left_on is not None and left_on < at.astimezone(ZoneInfo(world.zone)).date()


def _told(world: Snapshot, owed: Owed, offset: int, day: date) -> dict[int, str]:
    if owed.post is None:
        return {owed.person or 0: "reminder"}
    holding = [
        (person, is_deputy)
        for person, is_deputy in world.holders.get(owed.post, ())
        if (left := world.people[person].left_on) is None or left >= day
    ]
    here = [(person, is_deputy) for person, is_deputy in holding if not world.people[person].is_away(day)]
    told = {person: "reminder" for person, is_deputy in here if is_deputy == min(one[1] for one in here)}
    if not here:
        told = dict.fromkeys(world.stewards, "vacant")
    if owed.family == "duty" and offset >= 14:
        free = world.sponsors - {person for person, _deputy in holding}
        for person in free:
            told.setdefault(person, "escalated")
        for person in world.stewards if offset >= 28 else ():
            told.setdefault(person, "escalated")
    return told


@dataclass(frozen=True)
class Fate:
    """What must become of a message: it is sent with the notices `kept` and without those `dropped`; or it `waits`; or,
    with nothing kept, it is never sent, which need not be found out while its reader can't be written to anyway
    (`is_held`). What is in `either` may be in it or not: two things happened at one instant."""

    waits: bool
    is_held: bool
    kept: frozenset[int]
    dropped: frozenset[int]
    either: frozenset[int]


def fates(before: Snapshot, after: Snapshot, at: datetime) -> dict[int, Fate]:
    """Of each message that wasn't settled before, what must have become of it at `at`."""
    settled = {one.id for one in before.messages.values() if one.state in {"done", "dropped"}}
    found: dict[int, list[Notice]] = {}
    alike: dict[tuple[int | None, int], list[int]] = {}
    for notice in after.notices.values():
        alike.setdefault((notice.owed, notice.person), []).append(notice.id)
        if notice.message is not None and notice.message not in settled:
            found.setdefault(notice.message, []).append(notice)
    return {message: _fate(before, after, notices, alike, at) for message, notices in found.items()}


def _fate(
    before: Snapshot,
    after: Snapshot,
    notices: list[Notice],
    alike: Mapping[tuple[int | None, int], list[int]],
    at: datetime,
) -> Fate:
    person = after.people[notices[0].person]
    kept, dropped, either = set(), set(), set()
    for notice in notices:
        if _has_passed(after, notice, person, at):
            dropped.add(notice.id)
        elif newer := _newer(notice, alike):
            (either if all(one not in before.notices for one in newer) else dropped).add(notice.id)
        else:
            kept.add(notice.id)
    can_wait = all(after.notices[one].owed is not None for one in kept)
    is_held = can_wait and not _may_write(after, person, at)
    return Fate(
        waits=bool(kept) and is_held,
        is_held=is_held,
        kept=frozenset(kept),
        dropped=frozenset(dropped),
        either=frozenset(either),
    )


def _has_passed(after: Snapshot, notice: Notice, person: Person, at: datetime) -> bool:
    if notice.owed is None or not person.has_address:
        return not person.has_address
    owed = after.owed[notice.owed]
    is_over = owed.state != "open" or (owed.family == "invitation" and owed.due_at <= at)
    is_stopped = notice.step not in {step for step, _offset, _at in owed.steps}
    is_moved = owed.moved_at is not None and owed.moved_at > notice.written_at
    return (
        has_left(after, person.id, at) or is_over or is_stopped or is_moved or not _owes(after, notice, owed)
    )


def _owes(after: Snapshot, notice: Notice, owed: Owed) -> bool:
    if notice.kind != "reminder":
        return True
    if owed.post is None:
        return owed.person == notice.person
    return notice.person in {person for person, _deputy in after.holders.get(owed.post, ())}


def _newer(notice: Notice, alike: Mapping[tuple[int | None, int], list[int]]) -> list[int]:
    if notice.owed is None:
        return []
    return [one for one in alike[notice.owed, notice.person] if one > notice.id]


def _may_write(world: Snapshot, person: Person, at: datetime) -> bool:
    """By day, on an open day, not on leave, where they are."""
    local = at.astimezone(ZoneInfo(person.zone))
    home = at.astimezone(ZoneInfo(world.zone)).date()
    is_open = local.weekday() < 5 and local.date() not in world.closed
    return is_open and 9 <= local.hour < 18 and not person.is_away(home)
