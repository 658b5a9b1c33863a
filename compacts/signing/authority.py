"""A time-stamp authority, asked over HTTP (RFC 3161 §3.4). Nothing that it answers is believed before it is checked."""

import secrets
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from asn1crypto import tsp
from cryptography import x509

from reciproca.compacts.signing.verification.report import Altered, Untrusted
from reciproca.compacts.signing.verification.token import Token, check_authority, check_token, read_token
from reciproca.core.errors import Misconfigured
from reciproca.core.settings import Settings

log = structlog.get_logger(__name__)
TIMEOUT, LARGEST = 5, 64 * 1024
CLOCKS_DIFFER = timedelta(minutes=5)


class NoStamp(Exception):
    """The authority gave no time stamp that can be used; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Authority:
    """Whom to ask, and the certificates that its answers must lead to. `now` is our clock."""

    url: str
    known: tuple[x509.Certificate, ...]
    now: Callable[[], datetime]

    def stamp(self, imprint: bytes) -> Token:
        """A time stamp for `imprint`, a SHA-256. NoStamp when the authority is down, slow, wrong or lying."""
        nonce = secrets.randbits(63)
        try:
            token = _granted(_ask(self.url, _request(imprint, nonce)))
            check_token(token, imprint)
            check_authority(token, self.known)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, Altered, Untrusted) as error:
            raise NoStamp(f"{type(error).__name__}: {error}") from error
        if token.nonce != nonce:
            raise NoStamp("the answer is to another question: its nonce is wrong")
        if abs(token.at - self.now()) > CLOCKS_DIFFER:
            raise NoStamp(
                f"its clock says {token.at:%Y-%m-%d %H:%M:%S} UTC, ours {self.now():%Y-%m-%d %H:%M:%S}"
            )
        return token


@dataclass
class Asking:
    """One seal's question to the authority, if there is one; `said` is then what may be said of the seal's time."""

    authority: Authority | None
    said: dict[str, Any] = field(default_factory=lambda: {"level": "B-B"})

    def stamp(self, imprint: bytes) -> Token | None:
        """The time stamp for `imprint`; None when it isn't to be had now, and `said` says why."""
        try:
            token = self.authority.stamp(imprint) if self.authority else None
        except NoStamp as reason:
            log.warning("stamp.missing", reason=str(reason))
            self.said["pending"] = str(reason)
            return None
        if token:
            self.said = {"level": "B-T", "stamped_at": token.at.isoformat()}
        return token


def authority_of(settings: Settings, now: Callable[[], datetime]) -> Authority | None:
    """The authority of these settings; None when there is none. Misconfigured when they are of no use."""
    if not settings.timestamp_url:
        return None
    if urlsplit(settings.timestamp_url).scheme not in {"http", "https"}:
        raise _unusable("RECIPROCA_TIMESTAMP_URL is no address on the web.")
    try:
        known = x509.load_pem_x509_certificates((settings.home / settings.timestamp_root).read_bytes())
    except (OSError, ValueError) as error:
        raise _unusable(f"RECIPROCA_TIMESTAMP_ROOT can't be read: {error}.") from error
    return Authority(url=settings.timestamp_url, known=tuple(known), now=now)


def _unusable(detail: str) -> Misconfigured:
    return Misconfigured(
        detail=detail, remedy="Give the authority's address, and a PEM file of its root certificate."
    )


def _request(imprint: bytes, nonce: int) -> bytes:
    asked = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": imprint}
    request = tsp.TimeStampReq({"version": "v1", "message_imprint": asked, "nonce": nonce, "cert_req": True})
    data: bytes = request.dump()
    return data


def _ask(url: str, request: bytes) -> bytes:
    """The authority's answer. OSError when it doesn't come in time."""
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    asked = urllib.request.Request(url, data=request, headers=headers)  # noqa: S310 -- http(s): see authority_of
    with urllib.request.urlopen(asked, timeout=TIMEOUT) as answer:  # noqa: S310 -- the same
        data: bytes = answer.read(LARGEST + 1)
    return data


def _granted(answer: bytes) -> Token:
    said = tsp.TimeStampResp.load(answer, strict=True)
    if said["status"]["status"].native not in {"granted", "granted_with_mods"}:
        raise ValueError(f"it refused: {said['status']['status'].native}")
    return read_token(said["time_stamp_token"].dump())
