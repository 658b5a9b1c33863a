"""Marks that a document carries unseen (names of bookmarks), so that each promise is known again when it comes back:
its identity, and a short digest of the words that left."""

import re
from dataclasses import dataclass

from reciproca.core.canonical import clean_text, sha256

_PROMISE = re.compile(r"[ct]([0-9a-f]{32})_([0-9a-f]{6})")
_VERSION = re.compile(r"v([0-9a-f]{32})_(\w+)")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A promise's identity (without dashes) and the digest of what stood there when the document left."""

    identity: str
    digest: str


def promise_mark(identity: str, text: str) -> str:
    """The name of the mark of a promise; 40 characters, as many as word processors keep."""
    return f"c{bare(identity)}_{digest_of(text)}"


def topic_mark(identity: str, topic: str) -> str:
    """The name of the mark of the topic that a promise belongs to."""
    return f"t{bare(identity)}_{digest_of(topic)}"


def version_mark(uid: str, locale: str) -> str:
    """The name of the mark of the whole document."""
    return f"v{bare(uid)}_{locale.replace('-', '_')}"


def read_mark(name: str) -> Mark | None:
    """What a mark of a promise or topic says."""
    found = _PROMISE.fullmatch(name)
    return Mark(identity=found[1], digest=found[2]) if found else None


def read_version(name: str) -> tuple[str, str] | None:
    """The version (without dashes) and language that a mark of a document names."""
    found = _VERSION.fullmatch(name)
    return (found[1], found[2].replace("_", "-")) if found else None


def bare(uid: str) -> str:
    """A uid without its dashes."""
    return uid.replace("-", "")


def digest_of(text: str) -> str:
    """Six digits that tell one wording from another, whatever blanks a word processor put between the words."""
    return sha256(" ".join(clean_text(text).split()).encode())[:6]
