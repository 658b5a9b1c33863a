"""Where a mail comes back to: an address of its own in one mailbox, so that what comes back says by itself which mail
it was and where it had been sent, and nobody can make up that another one did."""

import base64
import hmac
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from reciproca.compacts.access.rules import normal_address

LENGTH = 39
"""Characters of a token: a uid (128 bits), a mark of the address (16), and what only the installation can add (48), in
base32."""


@dataclass(frozen=True, kw_only=True)
class Returned:
    """The delivery that came back, by its `uid`, and the `mark` of the address that it had been sent to."""

    uid: str
    mark: bytes


def return_address(secret: bytes, *, uid: str, sent_to: str, mailbox: str) -> str:
    """Where the delivery `uid` to the address `sent_to` comes back to, in `mailbox`; "" where there is none."""
    if not mailbox:
        return ""
    name, _at, domain = mailbox.rpartition("@")
    return f"{name}+{_token(secret, UUID(uid).bytes + mark_of(secret, sent_to))}@{domain}"


def returned_to(secret: bytes, *, address: str, mailbox: str) -> Returned | None:
    """What was to come back to `address`; None for every other address, and every one made up."""
    name, _at, domain = mailbox.lower().rpartition("@")
    text = address.strip().lower()
    token = text.removeprefix(f"{name}+").removesuffix(f"@{domain}")
    if not mailbox or len(token) != LENGTH or text != f"{name}+{token}@{domain}":
        return None
    try:
        said = base64.b32decode(f"{token.upper()}=")[:18]
    except ValueError:
        return None
    if not hmac.compare_digest(token.encode(), _token(secret, said).encode()):
        return None
    return Returned(uid=str(UUID(bytes=said[:16])), mark=said[16:])


def mark_of(secret: bytes, address: str) -> bytes:
    """Enough of an address to tell whether it is still the same."""
    return hmac.new(secret, f"sent:{normal_address(address)}".encode(), sha256).digest()[:2]


def _token(secret: bytes, said: bytes) -> str:
    raw = said + hmac.new(secret, b"returned:" + said, sha256).digest()[:6]
    return base64.b32encode(raw).decode().rstrip("=").lower()
