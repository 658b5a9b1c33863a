"""Two columns and two versions: which promises answer each other, and what changed from one version to the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reciproca.compacts.drafting.rules.text import Clause
from reciproca.plugins.types import Side

_COMPARED = ("topic", "text", "indicator", "evidence", "cadence", "side", "pair", "theme")
_THIN = 2


class Kind(StrEnum):
    """What became of a commitment."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    KEPT = "kept"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One commitment, followed by its identity: `before` is None when added, `after` when removed. `fields` names
    what differs."""

    kind: Kind
    identity: str
    before: Clause | None
    after: Clause | None
    fields: tuple[str, ...] = ()

    @property
    def clause(self) -> Clause:
        """The newest form of it."""
        clause = self.after or self.before
        assert clause is not None
        return clause


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Every commitment of either version, in the later version's order; removed ones come last."""

    changes: Sequence[Change]

    def of(self, kind: Kind) -> list[Change]:
        """The changes of one kind."""
        return [change for change in self.changes if change.kind == kind]

    @property
    def count(self) -> int:
        """How many commitments are not what they were."""
        return len(self.changes) - len(self.of(Kind.KEPT))


@dataclass(frozen=True, kw_only=True)
class Topic:
    """What both sides promise under one heading; a side is None where its answer is missing."""

    number: int
    key: str
    theme: str
    theme_label: str
    title: str
    organisation: Clause | None
    physicians: Clause | None

    @property
    def clauses(self) -> list[Clause]:
        """One or two commitments, the organisation's first."""
        return [clause for clause in (self.organisation, self.physicians) if clause]


def difference(before: Sequence[Clause], after: Sequence[Clause]) -> Difference:
    """What leads from `before` to `after`, by identity. The order of commitments alone is no change."""
    old = {clause.identity: clause for clause in before}
    new = {clause.identity: clause for clause in after}
    changes = [_change(identity, old.get(identity), clause) for identity, clause in new.items()]
    changes += [_change(identity, clause, None) for identity, clause in old.items() if identity not in new]
    return Difference(changes=changes)


def topics(clauses: Iterable[Clause]) -> list[Topic]:
    """The commitments as two columns, in order of position, numbered from 1."""
    rows: dict[str, dict[Side, Clause]] = {}
    for clause in sorted(clauses, key=lambda clause: (clause.position, clause.side is Side.PHYSICIANS)):
        rows.setdefault(clause.key, {})[clause.side] = clause
    return [_topic(number, key, sides) for number, (key, sides) in enumerate(rows.items(), 1)]


def unpaired(rows: Sequence[Topic]) -> list[Topic]:
    """Topics on which only one side promises something."""
    return [topic for topic in rows if not (topic.organisation and topic.physicians)]


def thin_sides(clauses: Sequence[Clause]) -> list[Side]:
    """Sides that promise less than half as much, counted in commitments, as the other."""
    counts = {side: sum(clause.side is side for clause in clauses) for side in Side}
    return [side for side in Side if counts[side] * _THIN < max(counts.values())]


def _change(identity: str, before: Clause | None, after: Clause | None) -> Change:
    if before is None or after is None:
        return Change(
            kind=Kind.ADDED if after else Kind.REMOVED, identity=identity, before=before, after=after
        )
    fields = tuple(name for name in _COMPARED if getattr(before, name) != getattr(after, name))
    kind = Kind.CHANGED if fields else Kind.KEPT
    return Change(kind=kind, identity=identity, before=before, after=after, fields=fields)


def _topic(number: int, key: str, sides: dict[Side, Clause]) -> Topic:
    first = next(iter(sides.values()))
    return Topic(
        number=number,
        key=key,
        theme=first.theme,
        theme_label=first.theme_label,
        title=first.topic,
        organisation=sides.get(Side.ORGANISATION),
        physicians=sides.get(Side.PHYSICIANS),
    )
