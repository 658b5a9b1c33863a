"""What changed from one version to the next, clause by clause: reworded, moved, merged, divided, added, removed."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from reciproca.compacts.drafting.rules.text import Clause

_COMPARED = ("topic", "text", "indicator", "evidence", "cadence", "side", "pair", "theme")
_ALIKE = 0.6
_TELLING = re.compile(r"\w{4,}")


class Kind(StrEnum):
    """What became of a commitment."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    KEPT = "kept"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One commitment, followed by its identity, or, where somebody typed it anew, by its words: `before` is None when
    added, `after` when removed. `fields` names what differs. `moved` holds its topic's numbers before and after when it
    changed places. `joined` is what it was merged into, or divided from."""

    kind: Kind
    identity: str
    before: Clause | None
    after: Clause | None
    fields: tuple[str, ...] = ()
    moved: tuple[int, int] | None = None
    joined: Clause | None = None

    @property
    def clause(self) -> Clause:
        """The newest form of it."""
        clause = self.after or self.before
        assert clause is not None
        return clause

    @property
    def is_worth_showing(self) -> bool:
        """Whether a reader of the difference has to see it."""
        return self.kind is not Kind.KEPT or self.moved is not None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Every commitment of either version, in the later version's order; removed ones come last."""

    changes: Sequence[Change]

    def of(self, kind: Kind) -> list[Change]:
        """The changes of one kind."""
        return [change for change in self.changes if change.kind == kind]

    @property
    def shown(self) -> list[Change]:
        """What isn't as it was, or where it was."""
        return [change for change in self.changes if change.is_worth_showing]

    @property
    def count(self) -> int:
        """How many commitments don't say what they said."""
        return len(self.changes) - len(self.of(Kind.KEPT))


def difference(before: Sequence[Clause], after: Sequence[Clause]) -> Difference:
    """What leads from `before` to `after` (each in order): by identity first; a commitment that was removed and typed
    anew on its side, in nearly the same words, is one that was reworded."""
    old, new = {clause.identity: clause for clause in before}, {clause.identity: clause for clause in after}
    gone = [clause for identity, clause in old.items() if identity not in new]
    come = [clause for identity, clause in new.items() if identity not in old]
    anew = dict(_typed_anew(gone, come))
    moves = _moves(before, after)
    changes = [
        _come(old.get(identity) or anew.get(identity), clause, moves) for identity, clause in new.items()
    ]
    replaced = {clause.identity for clause in anew.values()}
    changes += [_gone(clause) for clause in gone if clause.identity not in replaced]
    return Difference(changes=[replace(change, joined=_joined(change, changes)) for change in changes])


def replay(difference_: Difference) -> list[Clause]:
    """The later version, told from the earlier one's clauses and what the difference says of each."""
    return [_after(change) for change in difference_.changes if change.kind is not Kind.REMOVED]


def _after(change: Change) -> Clause:
    if change.before is None or change.after is None:
        return change.clause
    differing = {name: getattr(change.after, name) for name in change.fields}
    return replace(change.before, identity=change.identity, **differing)


def _gone(clause: Clause) -> Change:
    return Change(kind=Kind.REMOVED, identity=clause.identity, before=clause, after=None)


def _come(before: Clause | None, after: Clause, moves: dict[str, tuple[int, int]]) -> Change:
    if before is None:
        return Change(kind=Kind.ADDED, identity=after.identity, before=None, after=after)
    fields = tuple(name for name in _COMPARED if getattr(before, name) != getattr(after, name))
    return Change(
        kind=Kind.CHANGED if fields else Kind.KEPT,
        identity=after.identity,
        before=before,
        after=after,
        fields=fields,
        moved=moves.get(after.key) if before.key == after.key else None,
    )


def _moves(before: Sequence[Clause], after: Sequence[Clause]) -> dict[str, tuple[int, int]]:
    """Topics that stand elsewhere among those that both versions have: (number before, number after). The fewest that
    explain the new order: what stays is its longest rising run."""
    old, new = _places(before), _places(after)
    common = [key for key in new if key in old]
    staying = {common[index] for index in _longest_rise([old[key] for key in common])}
    return {key: (old[key], new[key]) for key in common if key not in staying}


def _places(clauses: Sequence[Clause]) -> dict[str, int]:
    ordered = dict.fromkeys(clause.key for clause in sorted(clauses, key=lambda clause: clause.position))
    return {key: number for number, key in enumerate(ordered, 1)}


def _longest_rise(numbers: Sequence[int]) -> list[int]:
    """Indexes of a longest rising run of `numbers` (not necessarily neighbours)."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int | None] = []
    for index, number in enumerate(numbers):
        place = bisect_left(tails, number)
        tails[place : place + 1] = [number]
        ends[place : place + 1] = [index]
        previous.append(ends[place - 1] if place else None)
    found: list[int] = []
    here = ends[-1] if ends else None
    while here is not None:
        found.append(here)
        here = previous[here]
    return found[::-1]


def _typed_anew(gone: Sequence[Clause], come: Sequence[Clause]) -> Iterator[tuple[str, Clause]]:
    """Which new commitment says nearly what a removed one of its side said: (its identity, the removed one)."""
    left = list(come)
    for old in gone:
        rated = [(_likeness(old.text, new.text), new) for new in left if new.side is old.side]
        best = max(rated, key=lambda pair: pair[0], default=(0.0, old))
        if best[0] >= _ALIKE:
            left.remove(best[1])
            yield best[1].identity, old


def _joined(change: Change, changes: Sequence[Change]) -> Clause | None:
    """What a removed commitment was merged into, or what a new one was divided from: the one of its side that gained,
    or lost, most of its words."""
    if change.kind not in {Kind.REMOVED, Kind.ADDED}:
        return None
    words = _telling(change.clause.text)
    rated = [
        (len(words & _exchanged(other, gained=change.kind is Kind.REMOVED)), other)
        for other in changes
        if other is not change and other.after and other.clause.side is change.clause.side
    ]
    share, other = max(rated, key=lambda pair: pair[0], default=(0, change))
    return other.clause if words and share >= _ALIKE * len(words) else None


def _exchanged(change: Change, *, gained: bool) -> set[str]:
    before = _telling(change.before.text) if change.before else set()
    after = _telling(change.after.text) if change.after else set()
    return after - before if gained else before - after


def _likeness(one: str, other: str) -> float:
    """The share of telling words that two texts have in common, from 0 to 1."""
    words, others = _telling(one), _telling(other)
    return len(words & others) / len(words | others) if words or others else 0.0


def _telling(text: str) -> set[str]:
    return {word.lower() for word in _TELLING.findall(text)}
