"""Whether a message still has its reason at the moment of sending: what was true in the morning may be over by noon."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    """Why a message was not sent, or went without one of its notices."""

    NO_ADDRESS = "no_address"
    CAME_BACK = "came_back"
    UNWANTED = "unwanted"
    NOT_BY_MAIL = "not_by_mail"
    ANSWERED = "answered"
    LEFT = "left"
    NOT_HOLDER = "not_holder"
    STOPPED = "stopped"
    MOVED = "moved"
    PAUSED = "paused"
    SNOOZED = "snoozed"
    NEWER = "newer"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of one notice just before sending. `is_open`: still owed; `is_here`: not left; `is_holder`: still
    the person who owes it, or holds the post that does; `is_planned`: its reminders were not stopped; `is_of_day`: the
    due day is still the one that it was planned by; `is_going`: not paused; `is_awake`: not
    put off by whoever owes it; `is_newest`: no later reminder of the same
    thing to the same person; `not_before`: when it may go at the earliest (their leave, the humane hours). A notice
    that is no reminder needs an address only, `is_reachable` (mail to it didn't come back for good), and `is_wanted`:
    it is no courtesy, or theirs come by mail."""

    has_address: bool
    is_reminder: bool
    is_reachable: bool = True
    is_wanted: bool = True
    is_open: bool = True
    is_here: bool = True
    is_holder: bool = True
    is_planned: bool = True
    is_of_day: bool = True
    is_going: bool = True
    is_awake: bool = True
    is_newest: bool = True
    not_before: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What becomes of a message: sent with the notices `kept` (places in the order asked) and without those `left_out`;
    never sent because of `dropped`; or looked at again at `wait_until`."""

    kept: tuple[int, ...] = ()
    left_out: Mapping[int, Reason] = field(default_factory=dict)
    dropped: Reason | None = None
    wait_until: datetime | None = None


def judge(standings: Sequence[Standing], now: datetime) -> Verdict:
    """What to do at `now` with a message that carries notices with these `standings`. It waits only when all that it
    still has to say can wait."""
    reasons = [_dropped(standing) for standing in standings]
    left_out = {place: reason for place, reason in enumerate(reasons) if reason}
    kept = tuple(place for place, reason in enumerate(reasons) if reason is None)
    if not kept:
        return Verdict(left_out=left_out, dropped=next(iter(left_out.values()), Reason.NOTHING))
    times = [_earliest(standings[place]) for place in kept]
    later = [time for time in times if time and time > now]
    if len(later) == len(kept):
        return Verdict(wait_until=min(later))
    return Verdict(kept=kept, left_out=left_out)


def _earliest(standing: Standing) -> datetime | None:
    return standing.not_before if standing.is_reminder else None


def _dropped(standing: Standing) -> Reason | None:
    if not standing.has_address:
        return Reason.NO_ADDRESS
    if not standing.is_reachable:
        return Reason.CAME_BACK
    if not standing.is_wanted:
        return Reason.UNWANTED
    if not standing.is_reminder:
        return None
    checks = (
        (standing.is_open, Reason.ANSWERED),
        (standing.is_here, Reason.LEFT),
        (standing.is_holder, Reason.NOT_HOLDER),
        (standing.is_planned, Reason.STOPPED),
        (standing.is_of_day, Reason.MOVED),
        (standing.is_going, Reason.PAUSED),
        (standing.is_awake, Reason.SNOOZED),
        (standing.is_newest, Reason.NEWER),
    )
    return next((reason for holds, reason in checks if not holds), None)
