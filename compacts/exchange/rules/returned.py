"""What a document that came back says otherwise than the draft: pure decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from functools import partial

from reciproca.compacts.drafting.rules import Clause
from reciproca.compacts.exchange.rules.marks import Mark, bare, digest_of
from reciproca.compacts.exchange.rules.tracked import Part, final_text, original_text, tidy, tracked_changes
from reciproca.plugins.types import Side

_ALIKE = 0.6


class What(StrEnum):
    """What became of a promise in a document that came back."""

    ACCEPTED = "accepted"
    TRACKED = "tracked"
    REMOVED = "removed"
    ADDED = "added"
    TOPIC = "topic"


@dataclass(frozen=True, kw_only=True)
class Returned:
    """One cell of a document that came back, with the mark that was found in it, and that of the topic beside it."""

    parts: Sequence[Part]
    mark: Mark | None = None
    beside: Mark | None = None
    side: Side | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What the document says otherwise. `base`: the words that the draft says now; `is_current`: these are the words
    that the document left with, so that nobody else's work is overwritten by `wording`."""

    what: What
    wording: str
    identity: str = ""
    base: str = ""
    author: str = ""
    side: Side | None = None
    is_current: bool = False


@dataclass
class _Draft:
    """The promises of a draft, and those that a document has named already."""

    clauses: Sequence[Clause]
    named: set[str] = field(default_factory=set)

    def find(self, cell: Returned) -> Clause | None:
        """The promise that a cell holds: by its mark, else its topic's, else the one of its side that says nearly the
        same."""
        known: Mapping[str, Clause] = {bare(clause.identity): clause for clause in self.clauses}
        if cell.mark:
            return known.get(cell.mark.identity)
        topic = known.get(cell.beside.identity) if cell.beside else None
        for clause in self.clauses if topic else ():
            if topic and (clause.key, clause.side) == (topic.key, cell.side):
                return None if clause.identity in self.named else clause
        words = original_text(cell.parts) or final_text(cell.parts)
        rated = [
            (SequenceMatcher(None, clause.text, words, autojunk=False).ratio(), clause)
            for clause in self.clauses
            if clause.identity not in self.named and cell.side in {None, clause.side}
        ]
        best = max(rated, key=lambda one: one[0], default=(0.0, None))
        return best[1] if best[0] >= _ALIKE else None


def changes_of(
    clauses: Sequence[Clause], promises: Sequence[Returned], topics: Sequence[Returned]
) -> list[Change]:
    """Everything that the document says otherwise, in its order; then the promises that it doesn't hold any more."""
    draft, found = _Draft(clauses=clauses), []
    draft.named = {clause.identity for cell in promises if cell.mark and (clause := draft.find(cell))}
    for cell in promises:
        clause = draft.find(cell)
        if clause is None:
            words = final_text(cell.parts)
            found += [Change(what=What.ADDED, wording=words, side=cell.side)] if words else []
            continue
        draft.named.add(clause.identity)
        found += _of_promise(clause, cell)
    for cell in topics:
        topic = draft.find(cell) if cell.mark else None
        words = final_text(cell.parts)
        if (
            topic
            and cell.mark
            and words
            and words != tidy(topic.topic)
            and digest_of(words) != cell.mark.digest
        ):
            found.append(Change(what=What.TOPIC, identity=topic.identity, wording=words, side=topic.side))
    gone = [clause for clause in clauses if clause.text and clause.identity not in draft.named]
    return [*found, *(_removed(clause) for clause in gone)]


def _of_promise(clause: Clause, cell: Returned) -> list[Change]:
    plain, now = original_text(cell.parts), tidy(clause.text)
    is_current = cell.mark is not None and cell.mark.digest == digest_of(now)
    is_changed = plain != now and not (cell.mark and cell.mark.digest == digest_of(plain))
    if not final_text(cell.parts):
        authors = [part.author for part in cell.parts if part.mark]
        return [_removed(clause, authors[0] if authors else "")] if now else []
    about = partial(
        Change, identity=clause.identity, base=clause.text, side=clause.side, is_current=is_current
    )
    found = [about(what=What.ACCEPTED, wording=plain)] if is_changed and plain else []
    return found + [
        about(what=What.TRACKED, wording=change.wording, author=change.author)
        for change in tracked_changes(cell.parts)
        if change.wording not in {"", plain, now}
    ]


def _removed(clause: Clause, author: str = "") -> Change:
    return Change(
        what=What.REMOVED,
        identity=clause.identity,
        wording="",
        base=clause.text,
        author=author,
        side=clause.side,
    )
