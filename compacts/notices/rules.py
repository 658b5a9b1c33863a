"""Whether a message still has its reason at the moment of sending: what was true in the morning may be over by noon."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    """Why a message was not sent."""

    NO_ADDRESS = "no_address"
    ANSWERED = "answered"
    LEFT = "left"
    NOT_HOLDER = "not_holder"
    NEWER = "newer"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known just before sending. `is_open`: still owed; `is_here`: not left; `is_holder`: still holds the post
    (or it isn't a post's); `is_newest`: no later reminder of the same thing to the same person; `not_before`: when it
    may go at the earliest (their leave, the humane hours). A message that is no reminder needs an address only."""

    has_address: bool
    is_reminder: bool
    is_open: bool = True
    is_here: bool = True
    is_holder: bool = True
    is_newest: bool = True
    not_before: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Send it (neither is set), never send it because of `dropped`, or look again at `wait_until`."""

    dropped: Reason | None = None
    wait_until: datetime | None = None


def judge(standing: Standing, now: datetime) -> Verdict:
    """What to do with a message at `now`."""
    if dropped := _dropped(standing):
        return Verdict(dropped=dropped)
    if standing.is_reminder and standing.not_before and standing.not_before > now:
        return Verdict(wait_until=standing.not_before)
    return Verdict()


def _dropped(standing: Standing) -> Reason | None:
    if not standing.has_address:
        return Reason.NO_ADDRESS
    if not standing.is_reminder:
        return None
    checks = (
        (standing.is_open, Reason.ANSWERED),
        (standing.is_here, Reason.LEFT),
        (standing.is_holder, Reason.NOT_HOLDER),
        (standing.is_newest, Reason.NEWER),
    )
    return next((reason for holds, reason in checks if not holds), None)
