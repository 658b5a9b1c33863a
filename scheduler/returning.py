"""The mailbox for mail that comes back, read by IMAP. What was looked at is marked as read and never deleted; a letter
that isn't a machine's is flagged too, so that somebody finds it. A mailbox that is read twice changes nothing."""

import imaplib
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

import structlog

from reciproca.compacts.bounces.actions import report
from reciproca.compacts.bounces.queries import delivery_returned
from reciproca.compacts.bounces.rules import Reading, Sort, read
from reciproca.core.errors import Misconfigured, ReciprocaError
from reciproca.core.identity import system
from reciproca.core.outbox import Stopping, never
from reciproca.core.work import Installation
from reciproca.scheduler.places import all_places

READER = system("bounces")
TIMEOUT = 20  # seconds for one answer of the server
MOST = 200
"""Mails that are read in one go."""
LARGEST = 256 * 1024
"""Bytes that are fetched of each: what matters stands before the mail that came back."""
log = structlog.get_logger(__name__)


def read_returned(installation: Installation, *, stopping: Stopping = never) -> Counter[str]:
    """Read what is new in the mailbox; how many mails were of which sort, `unknown` being failures of no mail of ours.
    Nothing where no mailbox is set, or it can't be read now."""
    counts: Counter[str] = Counter()
    if not installation.settings.bounce_imap_url:
        return counts
    try:
        with mailbox(installation.settings.bounce_imap_url) as box:
            for sort in _each(installation, box, stopping):
                counts[sort] += 1
    except (OSError, imaplib.IMAP4.error, ReciprocaError) as error:
        log.warning("mailbox.unread", error=str(error))
    if counts:
        log.info("mailbox.read", **counts)
    return counts


def _each(installation: Installation, box: imaplib.IMAP4, stopping: Stopping) -> Iterator[str]:
    _answer, data = box.uid("SEARCH", "UNSEEN")
    for uid in (data[0] or b"").decode().split()[:MOST]:
        if stopping():
            return
        sort = _heard(installation, read(_fetched(box, uid)))
        flags = r"(\Seen \Flagged)" if sort == Sort.LETTER else r"(\Seen)"
        box.uid("STORE", uid, "+FLAGS.SILENT", flags)
        yield str(sort)


@contextmanager
def mailbox(url: str) -> Iterator[imaplib.IMAP4]:
    """The opened mailbox. The URL, which holds a password, is never in an error."""
    parts = urlsplit(url)
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname:
        raise Misconfigured(
            detail="RECIPROCA_BOUNCE_IMAP_URL can't be used.",
            remedy="Begin it with imaps:// and name user, password and host; imap:// is for this machine alone.",
        )
    box = _connected(parts.scheme, parts.hostname, parts.port)
    try:
        box.login(unquote(parts.username or ""), unquote(parts.password or ""))
        answer, _data = box.select(f'"{unquote(parts.path).strip("/") or "INBOX"}"')
        if answer != "OK":
            raise imaplib.IMAP4.error("there is no such mailbox")
        yield box
    finally:
        box.shutdown()


def _connected(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
    box = imaplib.IMAP4(host, port or 143, timeout=TIMEOUT)
    if "STARTTLS" in box.capabilities:
        box.starttls(ssl.create_default_context())
    elif host not in {"127.0.0.1", "localhost", "::1"}:
        box.shutdown()
        raise Misconfigured(
            detail="The server of RECIPROCA_BOUNCE_IMAP_URL doesn't encrypt.", remedy="Use imaps://."
        )
    return box


def _fetched(box: imaplib.IMAP4, uid: str) -> bytes:
    _answer, data = box.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)")
    return next((part[1] for part in data if isinstance(part, tuple)), b"")


def _heard(installation: Installation, reading: Reading) -> str:
    """What became of one mail."""
    if reading.sort is not Sort.FAILED:
        return reading.sort
    with installation.work(READER, write=False) as work:
        found = [delivery_returned(work, address=address) for address in reading.addressed]
    places = {place.id: place for place in all_places(installation)}
    for delivery, mark in filter(None, found):
        if place := places.get(delivery.organisation_id):
            with installation.work(READER, place) as work:
                is_new = report(work, delivery=delivery, status=reading.status, said=reading.said, mark=mark)
            return str(Sort.FAILED) if is_new else str(Sort.REPORT)
    return "unknown"
