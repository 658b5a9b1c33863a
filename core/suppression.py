"""What may be published of how people answered, unit by unit, so that nobody's hidden answer can be worked out.

Units stand in a tree. Too few answers of one unit roll up into the unit above it, and what is published is a number for
each of some groups of whole units, which don't overlap: every total is a sum of them, so no two numbers have a
difference that says more. Where a group holds several units, none of its numbers may be nothing or everybody, because
that would be true of each unit in it; and no group may be of one mind, because that would be true of each person.
A later look gives the same groups; one whose difference to the look before could not be published by itself stays as it
was. The source of the floors is in `docs/explanation/suppression.md`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

FLOOR = 5
"""People below whom nothing is published, whoever asks: no caller can go lower."""
SCORES, COMMENTS, RATED = 8, 10, 10
"""What is asked by default for numbers, for words, and of a group that is rated by others."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Those of one unit, without its parts, who answered: how many gave each answer, in the order of the answers
    (from worst to best), the same ones in every cell. `rated`: how many people the answers are about, if they are."""

    name: str
    counts: Mapping[str, int]
    parent: str | None = None
    rated: int | None = None

    @property
    def people(self) -> int:
        """How many answered."""
        return sum(self.counts.values())


@dataclass(frozen=True, kw_only=True)
class Group:
    """What is published of some units together, under the name of the highest of them. A key of `counts` is one
    answer, or neighbouring ones that are told only together; without counts, only how many answered."""

    name: str
    cells: tuple[str, ...]
    people: int
    counts: Mapping[tuple[str, ...], int]


def publish(cells: Sequence[Cell], *, floor: int = SCORES) -> list[Group]:
    """The groups of a first look; none where even all together are too few. ValueError for a floor below FLOOR."""
    _check(floor)
    groups, rest = _rolled_up(cells, floor)
    while rest and groups and not _may_stand(rest, floor):
        nearest = min(groups, key=lambda group: (_people(group), group[0].name))
        groups.remove(nearest)
        rest = [*rest, *nearest]
    if rest and _may_stand(rest, floor):
        groups, rest = [*groups, rest], []
    if rest and _is_enough(rest, floor):  # everybody, of one mind or with an answer that nobody gave
        return [_published(rest, _joined(rest))]
    return [_published(group, _apart(group)) for group in groups]


def publish_later(earlier: Sequence[Group], cells: Sequence[Cell], *, floor: int = SCORES) -> list[Group]:
    """The groups of a later look at the same answers, of which there are more now. Units that weren't in any group of
    the first look wait; a group of which a unit is gone, or an answer taken back, stays as it was."""
    _check(floor)
    by_name = {cell.name: cell for cell in cells}
    return [
        _later(group, [by_name[name] for name in group.cells], floor)
        if by_name.keys() >= set(group.cells)
        else group
        for group in earlier
    ]


def total(groups: Sequence[Group]) -> Mapping[tuple[str, ...], int]:
    """The sum of what is published, which is all that may be said of the whole."""
    found: dict[tuple[str, ...], int] = {}
    for group in groups:
        for answers, people in group.counts.items():
            found[answers] = found.get(answers, 0) + people
    return found


def _check(floor: int) -> None:
    if floor < FLOOR:
        raise ValueError(f"no fewer than {FLOOR} people are ever told of")


def _rolled_up(cells: Sequence[Cell], floor: int) -> tuple[list[list[Cell]], list[Cell]]:
    """Units that can stand, each with what was too small below it; and what was too small at the top."""
    groups: list[list[Cell]] = []

    def rest_of(parent: str | None) -> Iterator[Cell]:
        for cell in (one for one in cells if one.parent == parent):
            here = [cell, *rest_of(cell.name)]
            if _may_stand(here, floor):
                groups.append(here)
            else:
                yield from here

    rest = list(rest_of(None))
    return groups, rest


def _may_stand(cells: Sequence[Cell], floor: int) -> bool:
    return _is_enough(cells, floor) and _tells_nobody(_apart(cells), _people(cells), _are_several(cells))


def _is_enough(cells: Sequence[Cell], floor: int) -> bool:
    rated = [cell.rated for cell in cells if cell.rated is not None]
    return _people(cells) >= floor and (not rated or sum(rated) >= RATED)


def _tells_nobody(counts: Mapping[tuple[str, ...], int], people: int, are_several: bool) -> bool:
    """Whether no number is true of each person or, of several units, of each unit."""
    least = 1 if are_several else 0
    return all(least <= number < people for number in counts.values())


def _are_several(cells: Sequence[Cell]) -> bool:
    return sum(cell.people > 0 for cell in cells) > 1


def _people(cells: Sequence[Cell]) -> int:
    return sum(cell.people for cell in cells)


def _apart(cells: Sequence[Cell]) -> dict[tuple[str, ...], int]:
    return {(answer,): sum(cell.counts[answer] for cell in cells) for answer in cells[0].counts}


def _joined(cells: Sequence[Cell]) -> dict[tuple[str, ...], int]:
    """Numbers in which an answer that nobody gave is told together with its neighbour; none if they are of one mind."""
    found: list[tuple[tuple[str, ...], int]] = []
    for answers, number in _apart(cells).items():
        before, so_far = found[-1] if found else ((), 1)
        if found and 0 in {number, so_far}:
            found[-1] = ((*before, *answers), so_far + number)
        else:
            found.append((answers, number))
    return dict(found) if len(found) > 1 else {}


def _published(cells: Sequence[Cell], counts: Mapping[tuple[str, ...], int]) -> Group:
    return Group(
        name=cells[0].name, cells=tuple(cell.name for cell in cells), people=_people(cells), counts=counts
    )


def _later(group: Group, cells: Sequence[Cell], floor: int) -> Group:
    apart = _apart(cells)
    now = {answers: sum(apart[answer,] for answer in answers) for answers in group.counts}
    new = {answers: now[answers] - group.counts[answers] for answers in now}
    people = _people(cells)
    is_told = people - group.people >= floor and _tells_nobody(new, people - group.people, len(cells) > 1)
    return replace(group, people=people, counts=now) if is_told else group
