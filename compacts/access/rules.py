"""How long a session lives, how often one may try, which passwords are good enough, where one may be sent."""

import base64
import hmac
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.identity import Role

IDLE = timedelta(hours=8)
"""Without a change (a GET can't write, so reading alone doesn't count) a session ends after this long."""
ABSOLUTE = timedelta(days=7)
TURN_GRACE = timedelta(minutes=1)
LINK_LIFE = timedelta(minutes=30)
FIRST_CODE_LIFE = timedelta(days=30)
TOKEN_LIFE = timedelta(days=365)

GUEST_CODE_LIFE = timedelta(minutes=10)
GUEST_LIFE = timedelta(hours=2)
"""A visit lasts as long as an opened signing page does; once the code was given, half an hour more."""
GUEST_AFTER = timedelta(minutes=30)
GUEST_TRIES, GUEST_CODES = 5, 8
"""How often one code may be typed wrong, and how many codes are sent about one thing in a day."""

WINDOW = timedelta(minutes=15)
LIMITS = {"account": 10, "step_up": 10, "address": 50, "link": 5, "link_address": 30, "verify_address": 60}
"""How many tries within `WINDOW`: wrong passwords for one account and from one address; links asked for; files sent
to be checked."""

SHORTEST, LONGEST = 15, 256
"""Characters of a password (NIST SP 800-63B-4 §3.1.1.2: length, no composition rules; the end keeps hashing cheap)."""
FEWEST_OF_ONES_OWN = 8
COMMON = (
    "correcthorsebatterystaple",
    "password",
    "passphrase",
    "passw0rd",
    "motdepasse",
    "administrator",
    "administrateur",
    "letmein",
    "welcome",
    "bienvenue",
    "changeme",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "iloveyou",
    "jetaime",
    "bonjour",
    "dragon",
    "monkey",
    "superman",
    "batman",
    "trustno1",
    "master",
    "hockey",
    "canadiens",
    "soleil",
    "secret",
    "admin",
    "login",
    "azerty",
    "qwerty",
    "qwertz",
    "hospital",
    "hopital",
    "medecin",
    "physician",
    "doctor",
    "reciproca",
    "compact",
    "summer",
    "winter",
    "spring",
    "autumn",
)
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
)

SIDES = {
    Role.PHYSICIAN: "physicians",
    Role.CO_SPONSOR_PHYSICIANS: "physicians",
    Role.RATIFIER_PHYSICIANS: "physicians",
    Role.CO_SPONSOR_ORGANISATION: "organisation",
    Role.RATIFIER_ORGANISATION: "organisation",
    Role.SIGNATORY: "organisation",
    Role.EXECUTIVE_SPONSOR: "organisation",
}
UNGRANTED = frozenset({Role.THEMSELF, Role.SYSTEM})
"""Roles that nobody is given: one is oneself, and the installation is the system."""


def keyed(secret: bytes, kind: str, value: str) -> str:
    """A digest of `value` that tells nothing to whoever lacks the installation's `secret`: 64 hexadecimal digits."""
    return hmac.new(secret, f"{kind}:{value}".encode(), sha256).hexdigest()


def code_of(secret: bytes, uid: str, *, length: int) -> str:
    """The one-time code of the row `uid`: derived, so that it is stored nowhere, and known to nobody until it is sent.
    `length` base32 characters (5 bits each)."""
    mac = hmac.new(secret, f"code:{uid}".encode(), sha256).digest()
    return base64.b32encode(mac).decode()[:length]


def personal_token(secret: bytes, *, about: str, address: str) -> str:
    """The token of the personal link about the thing with the uid `about`, for whoever reads the mailbox `address`:
    derived, so that it is stored nowhere, and worthless once the address is another. 52 base32 characters: the uid
    (128 bits) and what nobody can make up who lacks the installation's `secret` (128 bits)."""
    uid = UUID(about).bytes
    said = f"personal:{about}:{normal_address(address)}".encode()
    return base64.b32encode(uid + hmac.new(secret, said, sha256).digest()[:16]).decode().rstrip("=")


def personal_path(secret: bytes, *, path: str, address: str) -> str:
    """Where a mail to somebody without an account leads: an invitation (/sign/UID…) by their own personal link, every
    other path as it is. Written into the mail alone."""
    found = re.match(r"/sign/([0-9a-f-]{36})(?:/|$)", path)
    if not found:
        return path
    return f"/invited/{personal_token(secret, about=found[1], address=address)}"


def without_secrets(text: str) -> str:
    """`text` of a mail as anybody but its reader may see it: no link that opens anything, no code."""
    shown = re.sub(r"(/(?:invited|auth/link|courtesy)/)[A-Z2-7]{52}", r"\1…", text)
    return re.sub(r"(?<![\w-])\d{6}(?![\w-])", "……", shown)


def uid_in(token: str) -> str | None:
    """The uid that a personal link is about, if `token` has the form of one; whether it is right is another matter."""
    try:
        raw = base64.b32decode(f"{token}====")
    except ValueError:
        return None
    return str(UUID(bytes=raw[:16])) if len(raw) == 32 else None


def guest_code(secret: bytes, *, visit: str, bound_to: str) -> str:
    """The six digits that show who made the visit with the uid `visit`, on the opened page `bound_to` alone."""
    mac = hmac.new(secret, f"guest:{visit}:{bound_to}".encode(), sha256).digest()
    return f"{int.from_bytes(mac[:8]) % 1_000_000:06d}"


def masked(address: str) -> str:
    """An address as somebody else may see it: "a…@r….example"."""
    name, _at, domain = address.partition("@")
    first, _dot, last = domain.rpartition(".")
    return f"{name[:1]}…@{first[:1]}….{last}"


def typed_code(text: str) -> str:
    """A code as it was typed, without the dashes and blanks that help the eye."""
    return re.sub(r"[\s-]+", "", text).upper()


def is_alive(*, created_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """Whether a session still counts."""
    return now < last_seen_at + IDLE and now < created_at + ABSOLUTE


def normal_address(text: str) -> str:
    """A mail address as accounts are known by: NFC, without blanks around it, in lower case."""
    return unicodedata.normalize("NFC", text).strip().lower()


def safe_path(text: str | None) -> str:
    """`text` when it is a path of ours, else "/": a sign-in page must not send people elsewhere."""
    if not text or not re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", text):
        return "/"
    parts = urlsplit(text)
    goes_in_or_out = parts.path.startswith("/auth/") and parts.path != "/auth/account"
    return "/" if parts.scheme or parts.netloc or goes_in_or_out else text


def check_password(text: str, *, words: Iterable[str]) -> None:
    """Raise `Invalid` unless `text` is long enough and mostly one's own; `words` are those that others would guess:
    the organisation's name, the address. Anything that can be typed or pasted is allowed."""
    length = len(unicodedata.normalize("NFC", text))
    if length < SHORTEST:
        raise _weak(
            _("The password is too short."),
            _("Use at least 15 characters; a few words together are easy to keep in mind."),
        )
    if length > LONGEST:
        raise _weak(_("The password is too long."), _("Use at most 256 characters."))
    if len(_own(text, words)) < FEWEST_OF_ONES_OWN:
        raise _weak(
            _("The password is one that others would try first."),
            _(
                "Use several words that have nothing to do with each other, with you or with this organisation."
            ),
        )


def _own(text: str, words: Iterable[str]) -> str:
    """What is left of `text` without known words, runs along the keyboard and repetitions."""
    left = _plain(text)
    known = {
        _plain(word)
        for whole in words
        for word in (whole, *re.split(r"\W+", whole))
        if len(_plain(word)) >= 4
    }
    for word in sorted(known | set(COMMON), key=len, reverse=True):
        left = left.replace(word, "")
    return re.sub(r"(.{1,7}?)\1{2,}", "", _without_runs(left))


def _without_runs(text: str) -> str:
    runs = {
        run[at : at + size]
        for run in _both_ways()
        for size in (10, 6, 4)
        for at in range(len(run) - size + 1)
    }
    for piece in sorted(runs, key=len, reverse=True):
        text = text.replace(piece, "")
    return text


def _both_ways() -> Iterable[str]:
    return (way for run in _RUNS for way in (run, run[::-1]))


def _plain(text: str) -> str:
    """Without accents, case, blanks and signs; a text of signs only (or of other scripts) keeps what it has."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(char for char in folded if char.isalnum())
    return kept or text


def _weak(reason: str, remedy: str) -> Invalid:
    return Invalid(
        detail=_("This password can't be used. Nothing was changed."),
        remedy=remedy,
        faults=(Fault(field="password", reason=reason, remedy=remedy),),
    )
