"""Tracked changes of one clause: the words before anybody's, after everybody's, and with one author's alone."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of words: as it was (`mark` empty), put in ("+") or taken out ("-") by `author`."""

    text: str
    mark: str = ""
    author: str = ""


def original_text(parts: Sequence[Part]) -> str:
    """The words as if every tracked change were declined."""
    return "".join(part.text for part in parts if part.mark != "+")


def final_text(parts: Sequence[Part]) -> str:
    """The words as if every tracked change were accepted."""
    return "".join(part.text for part in parts if part.mark != "-")


def author_texts(parts: Sequence[Part]) -> dict[str, str]:
    """The words with the changes of one author alone accepted, by author, in the order in which they first appear."""
    authors = dict.fromkeys(part.author for part in parts if part.mark)
    return {author: "".join(_kept(part, author) for part in parts) for author in authors}


def _kept(part: Part, author: str) -> str:
    is_theirs = part.author == author
    if part.mark == "+":
        return part.text if is_theirs else ""
    return "" if part.mark == "-" and is_theirs else part.text
