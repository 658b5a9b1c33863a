"""What is told and how it is signed, which addresses may be called, and when they are tried again: pure decisions."""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

BOTH_FOR = timedelta(hours=24)
"""After a rotation, for how long messages are signed with the secret before as well."""
TEST = "webhook.test"
"""The type of a message that somebody sent to try an endpoint."""
UIDS = frozenset(
    {"compact", "version", "campaign", "request", "person", "signature", "review", "action", "by"}
)
"""The fields of events that hold identifiers: others may hold more than a stranger should be told."""
LONGEST_URL = 500
GONE = 410

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_WRAPPED: tuple[Network, ...] = tuple(
    ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
"""IPv6 that leads on to an IPv4 address inside it (NAT64, 6to4, Teredo): never called, whatever is inside."""


def secret_of(own: bytes, uid: str, generation: int) -> str:
    """The secret of the endpoint `uid`, of which nobody can make one up who lacks the installation's `own`."""
    key = hmac.new(own, f"webhook:{uid}:{generation}".encode(), sha256).digest()
    return f"whsec_{base64.b64encode(key).decode()}"


def counting(generation: int, rotated_at: datetime | None, now: datetime) -> tuple[int, ...]:
    """The generations of the secret that sign at `now`, the newest first."""
    is_turning = rotated_at is not None and now < rotated_at + BOTH_FOR
    return (generation, generation - 1) if is_turning else (generation,)


def headers_of(secrets: Sequence[str], *, message: str, now: datetime, body: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks 1.0.0, with a signature by each of `secrets`."""
    at = int(now.timestamp())
    signed = f"{message}.{at}.".encode() + body
    signatures = (hmac.new(_key(secret), signed, sha256).digest() for secret in secrets)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(one).decode()}" for one in signatures),
    }


def payload_of(wire: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of an event (as its `to_json` has it): what, when and which; never names, words or numbers."""
    which = {name: value for name, value in event.items() if name in UIDS}
    return {
        "type": wire,
        "timestamp": event["at"],
        "data": {"organisation": event["organisation"], **which},
    }


def fault_of(url: str) -> str:
    """What is wrong with an address as it is written, as a code; empty when nothing is."""
    parts = _split(url)
    if parts is None or len(url) > LONGEST_URL or not url.isascii() or any(ord(char) < 33 for char in url):
        return "form"
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        return "user"
    if parts.scheme == "http":
        return "" if _names_this_machine(parts.hostname or "") else "scheme"
    return "" if parts.scheme == "https" else "scheme"


def target_of(url: str) -> tuple[str, int, str]:
    """Host, port, and path with query of an address in which `fault_of` found nothing."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    path = parts.path or "/"
    return parts.hostname or "", port, f"{path}?{parts.query}" if parts.query else path


def shown(url: str) -> str:
    """The address without what may be a secret in it: its path and query stay out of logs, mails and the ledger."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def may_call(address: Address, allowed: Sequence[Network], *, is_plain: bool = False) -> bool:
    """Whether an address may be called: public ones, and those in the networks `allowed`. In plain text (`is_plain`)
    this machine only."""
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    address = inner or address
    if is_plain and not address.is_loopback:
        return False
    if any(address in network for network in _WRAPPED):
        return False
    if any(address in network for network in allowed):
        return True
    return address.is_global and not address.is_multicast


def is_accepted(status: int | None) -> bool:
    """Whether an answer means that the message was taken."""
    return status is not None and 200 <= status < 300


def word_of(state: str) -> str:
    """What became of a message, from its state, in the one word that is told: queued, accepted, refused or disabled."""
    return {"done": "accepted", "failed": "refused", "dropped": "disabled"}.get(state, "queued")


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0 and not parts.fragment and "\\" not in url
    except ValueError:
        return None
    return parts if is_whole else None


def _names_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
