"""Two columns: which promises answer each other, and whether both sides carry their share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reciproca.compacts.drafting.rules.text import Clause
from reciproca.plugins.types import Side

_THIN = 2


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
