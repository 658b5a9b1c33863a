"""One request to one endpoint: its name is looked up once, what it stands for is judged, and that very address is
called. Redirects aren't followed, proxies aren't asked, and nothing of the answer but its status is read."""

import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from threading import Thread, Timer
from typing import Any

from reciproca.compacts.webhooks.rules import Address, Network, may_call, target_of

SECONDS = 15
"""How long one request may take in all."""
LOOK_UP_SECONDS = 4
AGENT = "Reciproca-Webhooks/1.0"

Lookup = Callable[..., Sequence[tuple[Any, ...]]]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an endpoint answered: its HTTP status, or none and the reason why there is none."""

    status: int | None = None
    reason: str = ""


class NotCalled(Exception):
    """The address can't be called; `code` says why: `unknown` (no such name) or `private`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def address_of(url: str, allowed: Sequence[Network], lookup: Lookup = socket.getaddrinfo) -> Address:
    """The one address to connect to. NotCalled when the name isn't known, or when any of what it stands for may not be
    called: whoever mixes public and private addresses is up to something."""
    host, port, _path = target_of(url)
    found = _looked_up(host, port, lookup)
    is_plain = url.startswith("http:")
    if not found:
        raise NotCalled("unknown")
    if not all(may_call(one, allowed, is_plain=is_plain) for one in found):
        raise NotCalled("private")
    return found[0]


def call(
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes,
    allowed: Sequence[Network],
    lookup: Lookup = socket.getaddrinfo,
    context: ssl.SSLContext | None = None,
    seconds: float = SECONDS,
) -> Answer:
    """POST `body`; what came of it. Never raises for anything that the other side does."""
    try:
        address = address_of(url, allowed, lookup)
        connection = _Pinned(url, address, context, seconds)
        with closing(connection):
            return _posted(connection, target_of(url)[2], headers, body)
    except NotCalled as error:
        return Answer(reason="not called: private address" if error.code == "private" else "unknown host")
    except ssl.SSLCertVerificationError as error:
        return Answer(reason=f"certificate: {error.verify_message}"[:200])
    except TimeoutError:
        return Answer(reason="no answer in time")
    except (OSError, HTTPException, ValueError) as error:
        return Answer(reason=type(error).__name__)


def _posted(connection: "_Pinned", path: str, headers: Mapping[str, str], body: bytes) -> Answer:
    sent = {"Content-Type": "application/json", "User-Agent": AGENT, "Connection": "close", **headers}
    try:
        connection.request("POST", path, body=body, headers=sent)
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        if connection.is_over:
            raise TimeoutError from error
        raise
    if connection.is_over:  # what was cut off reads like an answer that ended
        raise TimeoutError
    return Answer(status=status)


class _Pinned(HTTPConnection):
    """A connection to the address that was judged, under the name that was asked for; cut off when its time is over,
    however slowly the other side drips."""

    def __init__(self, url: str, address: Address, context: ssl.SSLContext | None, seconds: float) -> None:
        host, port, _path = target_of(url)
        super().__init__(host, port, timeout=seconds)
        self.default_port = 443 if url.startswith("https:") else 80  # what the Host header leaves out
        self._address, self.is_over = str(address), False
        self._context = (context or ssl.create_default_context()) if url.startswith("https:") else None
        self._timer = Timer(seconds, self._cut)
        self._line: socket.socket | None = None

    def connect(self) -> None:
        self._timer.daemon = True
        self._timer.start()
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self._line = plain.dup()  # stays ours when TLS takes the socket over
        self.sock = plain
        if self._context:
            self.sock = self._context.wrap_socket(plain, server_hostname=self.host)

    def close(self) -> None:
        self._timer.cancel()
        super().close()
        if self._line:
            self._line.close()

    def _cut(self) -> None:
        self.is_over = True
        if self._line:
            try:
                self._line.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it has ended by itself


def _looked_up(host: str, port: int, lookup: Lookup) -> list[Address]:
    """What a name stands for, in the order of the system's resolver; nothing when it doesn't say so in time."""
    found: list[Address] = []

    def look() -> None:
        try:
            rows = lookup(host, port, type=socket.SOCK_STREAM)
            found.extend(ip_address(str(row[4][0]).partition("%")[0]) for row in rows)
        except (OSError, UnicodeError, ValueError):
            found.clear()

    asking = Thread(target=look, name="lookup", daemon=True)
    asking.start()
    asking.join(LOOK_UP_SECONDS)
    return [] if asking.is_alive() else found
