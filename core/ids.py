"""Public identifiers: UUIDv7 on the injected clock, UUIDv4 where a time would betray someone."""

import secrets
import uuid
from datetime import UTC, datetime

from reciproca.core.clock import Clock


def time_ordered(clock: Clock) -> str:
    """A UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds from `clock`, then 74 random bits."""
    milliseconds = int(clock.now().timestamp() * 1000)
    value = (milliseconds & (2**48 - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def instant_in(uid: str) -> datetime:
    """The instant (UTC) at which a UUIDv7 was made."""
    return datetime.fromtimestamp((uuid.UUID(uid).int >> 80) / 1000, UTC)


def timeless() -> str:
    """A UUIDv4: says nothing about when it was made (confidential comments, blind lists, sealed answers)."""
    return str(uuid.uuid4())
