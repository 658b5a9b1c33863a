"""Passwords: hashed with Argon2id, and compared in the same time whether or not there is anybody to compare with."""

import unicodedata
from contextvars import ContextVar
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from reciproca.compacts.access.rules import LONGEST

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's first recommendation (19 MiB, two passes): some 20 ms, which are spent before a writer's turn."""
_NOBODY = (  # the hash of 32 random bytes that nobody kept, with the same parameters
    "$argon2id$v=19$m=19456,t=2,p=1$8BGZwiQRKpoMNmAUpq30sw$wFG0bwGOZJcJWf6FwRjzKKfhejCn90PqmABUCyLpw3U"
)
_weighed: ContextVar[tuple[bytes, bool] | None] = ContextVar("weighed", default=None)


def weigh(stored: str | None, password: str | None) -> None:
    """Find out now what `is_right` will be asked next in this thread; None: forget what was found for the last one.
    What it says depends on the two alone, so it is the same a moment later; whether it counts is decided then."""
    _weighed.set(
        None if stored is None or password is None else (_pair(stored, password), is_right(stored, password))
    )


def hashed(password: str) -> str:
    """The Argon2id hash of `password` (NFC), with its parameters and salt, as text."""
    return _HASHER.hash(_bytes(password))


def is_right(stored: str | None, password: str) -> bool:
    """Whether `password` is the one that was stored; None takes as long as a wrong one."""
    found = _weighed.get()
    if stored is not None and found is not None and found[0] == _pair(stored, password):
        _weighed.set(None)
        return found[1]
    try:
        right = _HASHER.verify(stored or _NOBODY, _bytes(password)[: 4 * LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None


def is_outdated(stored: str) -> bool:
    """Whether `stored` was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def _pair(stored: str, password: str) -> bytes:
    return sha256(stored.encode() + b"\0" + _bytes(password)).digest()


def _bytes(password: str) -> bytes:
    return unicodedata.normalize("NFC", password).encode()
