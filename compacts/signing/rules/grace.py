"""Does a signature still stand for the agreement as it is today? One pure rule; no person is named by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from reciproca.compacts.drafting.tables import VersionState
from reciproca.plugins.types import ChangeClass

ENDED_FOR_ALL = frozenset(
    {
        VersionState.SUSPENDED,
        VersionState.WITHDRAWN,
        VersionState.EXPIRED,
        VersionState.RETIRED,
        VersionState.VOID,
    }
)
"""Nobody's signature stands for a version that is suspended, or has ended without another in its place."""


class Standing(StrEnum):
    """How a signature stands: `covers_newer` where every change since was editorial, `grace` until the days to sign
    again are over, `replaced` by the same person's signature on a newer version."""

    CURRENT = "current"
    COVERS_NEWER = "covers_newer"
    GRACE = "grace"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    NOT_CURRENT = "not_current"


@dataclass(frozen=True, kw_only=True)
class Step:
    """A version of the agreement that came into force after the one that was signed."""

    number: int
    change_class: ChangeClass
    in_force_at: datetime
    state: VersionState


@dataclass(frozen=True, kw_only=True)
class Chain:
    """One of an agreement's versions, from the one that was signed to the one that is asked about."""

    number: int
    change_class: ChangeClass
    state: VersionState


@dataclass(frozen=True, kw_only=True)
class Stands:
    """The standing; the newest version's number, None where the signed one is the newest; and while it is `grace`,
    its end and the days left, one that has begun counting as one."""

    standing: Standing
    newest: int | None = None
    until: datetime | None = None
    days_left: int | None = None


def stands(
    *,
    state: VersionState,
    steps: Sequence[Step],
    grace_days: int,
    zone: ZoneInfo,
    now: datetime,
    is_withdrawn: bool,
    has_signed_newer: bool,
) -> Stands:
    """How a signature on a version in `state` stands at `now`, after `steps` (in the order in which they came into
    force). Days of grace are days of the wall clock in `zone`."""
    newest = steps[-1].number if steps else None
    if is_withdrawn or has_signed_newer:
        return Stands(standing=Standing.WITHDRAWN if is_withdrawn else Standing.REPLACED, newest=newest)
    if (steps[-1].state if steps else state) in ENDED_FOR_ALL:
        return Stands(standing=Standing.NOT_CURRENT, newest=newest)
    if not steps:
        return Stands(standing=Standing.CURRENT)
    asked_again = [step for step in steps if step.change_class is not ChangeClass.EDITORIAL]
    if not asked_again:
        return Stands(standing=Standing.COVERS_NEWER, newest=newest)
    until = _wall_days(asked_again[0].in_force_at, grace_days, zone)
    if until <= now:
        return Stands(standing=Standing.NOT_CURRENT, newest=newest)
    left = -((_wall(now, zone) - _wall(until, zone)) // timedelta(days=1))
    return Stands(standing=Standing.GRACE, newest=newest, until=until, days_left=left)


def covers(chain: Sequence[Chain], *, signed: int) -> bool:
    """Whether a signature on the version with the number `signed` stands for the last of `chain`: every change since
    was editorial, and nothing of it is void."""
    since = [one for one in chain if one.number > signed]
    sound = all(one.state is not VersionState.VOID for one in chain if one.number >= signed)
    return sound and all(one.change_class is ChangeClass.EDITORIAL for one in since)


def ends(in_force_at: datetime, grace_days: int, zone: ZoneInfo) -> datetime:
    """When the days of grace are over that began as a version came into force."""
    return _wall_days(in_force_at, grace_days, zone)


def _wall_days(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    return (start.astimezone(zone) + timedelta(days=days)).astimezone(UTC)


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows, so that a day is a day also when the hour changes."""
    return instant.astimezone(zone).replace(tzinfo=None)
