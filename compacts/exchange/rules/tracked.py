"""Tracked changes of one clause: the words before anybody's, after everybody's, and with one change alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of words: as it was (`mark` empty), put in ("+") or taken out ("-") by `author`."""

    text: str
    mark: str = ""
    author: str = ""


@dataclass(frozen=True, kw_only=True)
class Tracked:
    """One tracked change: who made it, and the whole words with it alone accepted."""

    author: str
    wording: str


def original_text(parts: Sequence[Part]) -> str:
    """The words as if every tracked change were declined."""
    return tidy("".join(part.text for part in parts if part.mark != "+"))


def final_text(parts: Sequence[Part]) -> str:
    """The words as if every tracked change were accepted."""
    return tidy("".join(part.text for part in parts if part.mark != "-"))


def tracked_changes(parts: Sequence[Part]) -> list[Tracked]:
    """Each change by itself: what one author put in and took out in one place is one change."""
    return [
        Tracked(author=parts[start].author, wording=_with(parts, range(start, end)))
        for start, end in _runs(parts)
    ]


def tidy(text: str) -> str:
    """Words as they are stored: one blank between two, no blank line at the ends."""
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()


def _runs(parts: Sequence[Part]) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(parts):
        end = start + 1
        if parts[start].mark:
            while end < len(parts) and parts[end].mark and parts[end].author == parts[start].author:
                end += 1
            yield start, end
        start = end


def _with(parts: Sequence[Part], accepted: range) -> str:
    kept = (
        part.text
        for number, part in enumerate(parts)
        if not part.mark or (part.mark == "+") == (number in accepted)
    )
    return tidy("".join(kept))
