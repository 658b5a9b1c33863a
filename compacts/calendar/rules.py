"""The secret of a feed, and which dates are worth a line in somebody's calendar: pure decisions."""

import base64
import hmac
from datetime import datetime, timedelta
from hashlib import sha256

LOOK_BACK = timedelta(days=30)
"""What was called off stays in the feed, shown as called off, for this long; a meeting that was, for as long."""


def feed_secret(secret: bytes, uid: str) -> str:
    """The secret of the feed `uid`: 256 bits as 52 base32 characters, which nobody can make up who lacks the
    installation's `secret`."""
    mac = hmac.new(secret, f"calendar:{uid}".encode(), sha256).digest()
    return base64.b32encode(mac).decode().rstrip("=")


def is_recent(instant: datetime | None, *, now: datetime) -> bool:
    """Whether something that ended or was at `instant` is still of interest."""
    return instant is not None and instant > now - LOOK_BACK
