"""What is published tells nobody's answer: somebody curious, who knows every headcount and has kept every page, solves
it with integer programming and finds two possible values for whatever was hidden."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from reciproca.core.suppression import FLOOR, RATED, Cell, Group, publish, publish_later, total

ANSWERS = ("not_kept", "partly_kept", "kept", "cannot_judge")


@dataclass
class Attacker:
    """Knows how many answered in each unit at each date, and everything that was published. `dates` are what was newly
    answered by then, unit by unit."""

    dates: Sequence[Sequence[Cell]]
    pages: Sequence[Sequence[Group]]
    rows: list[tuple[dict[tuple[int, str, str], int], int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Write down every equation."""
        self.unknown = {
            key: index
            for index, key in enumerate(
                (date, cell.name, answer)
                for date, cells in enumerate(self.dates)
                for cell in cells
                for answer in ANSWERS
            )
        }
        for date, cells in enumerate(self.dates):
            for cell in cells:
                self.rows.append(({(date, cell.name, answer): 1 for answer in ANSWERS}, cell.people))
        for date, groups in enumerate(self.pages):
            for group in groups:
                self._read(group, date)
            for answers, people in total(groups).items():
                told = [group for group in groups if answers in group.counts]
                parts = {
                    (one, name, answer): 1
                    for group in told
                    for one in range(self._until(group, date) + 1)
                    for name in group.cells
                    for answer in answers
                }
                self.rows.append((parts, people))

    def _until(self, group: Group, date: int) -> int:
        """The date of which a group's numbers are: they may have stayed as they were before."""
        return next(
            early
            for early in range(date + 1)
            for one in self.pages[early]
            if one.name == group.name and one == group
        )

    def _read(self, group: Group, date: int) -> None:
        for answers, people in group.counts.items():
            parts = {
                (one, name, answer): 1
                for one in range(self._until(group, date) + 1)
                for name in group.cells
                for answer in answers
            }
            self.rows.append((parts, people))

    def knows(self, wanted: Sequence[tuple[int, str, str]]) -> bool:
        """Whether the sum of these unknowns has only one possible value."""
        matrix = np.zeros((len(self.rows), len(self.unknown)))
        for line, (parts, _people) in enumerate(self.rows):
            for key, factor in parts.items():
                matrix[line, self.unknown[key]] = factor
        sums = np.array([people for _parts, people in self.rows])
        goal = np.zeros(len(self.unknown))
        for key in wanted:
            goal[self.unknown[key]] = 1
        found = [
            milp(
                sign * goal,
                constraints=LinearConstraint(matrix, sums, sums),
                bounds=Bounds(0, np.inf),
                integrality=np.ones(len(self.unknown)),
            )
            for sign in (1, -1)
        ]
        assert all(one.success for one in found)  # what was published is true of what was answered
        return round(found[0].fun) == round(-found[1].fun)


@st.composite
def hospitals(draw: st.DrawFn, dates: int = 1) -> list[list[Cell]]:
    """Trees of units of any size, one person and nobody included; what was newly answered by each date."""
    names = [f"u{number}" for number in range(draw(st.integers(1, 6)))]
    parents = {
        name: draw(st.sampled_from([None, *names[:number]])) if number else None
        for number, name in enumerate(names)
    }
    rated = {name: draw(st.integers(0, 12)) for name in names} if draw(st.booleans()) else {}
    few = st.sampled_from((0, 0, 0, 1, 2, 3, 5, 9))
    return [
        [
            Cell(
                name=name, parent=parents[name], rated=rated.get(name),
                counts={answer: draw(few) for answer in ANSWERS},
            )
            for name in names
        ]
        for _date in range(dates)
    ]  # fmt: skip


def hidden_of(groups: Sequence[Group], cells: Sequence[Cell]) -> list[tuple[str, str]]:
    """The answers in units that were not published as groups of their own."""
    several = {
        name
        for group in groups
        for name in group.cells
        if sum(c.people > 0 for c in cells if c.name in group.cells) > 1
    }
    published = {name for group in groups for name in group.cells}
    return [
        (cell.name, answer)
        for cell in cells
        if cell.people and (cell.name in several or cell.name not in published)
        for answer in ANSWERS
    ]


def so_far(dates: Sequence[Sequence[Cell]]) -> list[Cell]:
    """All that was answered until the last of these dates."""
    return [
        Cell(
            name=cell.name, parent=cell.parent, rated=cell.rated,
            counts={answer: sum(date[index].counts[answer] for date in dates) for answer in ANSWERS},
        )
        for index, cell in enumerate(dates[0])
    ]  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(hospitals())
def test_no_hidden_answer_can_be_worked_out(dates: list[list[Cell]]) -> None:
    """Protects those in small units: fails when a group of several units publishes a number that is nothing or
    everybody, when a remainder below the floor stands alone, or when two groups overlap."""
    groups = publish(dates[0])
    attacker = Attacker(dates, [groups])
    assert [one for one in hidden_of(groups, dates[0]) if attacker.knows([(0, *one)])] == []


@settings(deadline=None, max_examples=40)
@given(hospitals(dates=3))
def test_nor_by_what_comes_later(dates: list[list[Cell]]) -> None:
    """Protects whoever answers after the first look: fails when the difference between two dates is too few people, or
    is nobody's or everybody's answer."""
    pages = [publish(dates[0])]
    for until in (2, 3):
        pages.append(publish_later(pages[-1], so_far(dates[:until])))
    attacker = Attacker(dates, pages)
    found = [
        (cell.name, answer, date)
        for date, cells in enumerate(dates)
        for name, answer in hidden_of(pages[0], cells)
        for cell in cells
        if cell.name == name and attacker.knows([(date, name, answer)])
    ]
    assert found == []


@given(hospitals(dates=2))
def test_groups_are_never_below_the_floor(dates: list[list[Cell]]) -> None:
    """Protects the floors, of those who answer and of those who are rated; and that no group is of one mind."""
    first = publish(dates[0])
    later = publish_later(first, so_far(dates))
    assert all(
        new.people == old.people or new.people - old.people >= FLOOR
        for old, new in zip(first, later, strict=True)
    )
    rated = {cell.name: cell.rated for cell in dates[0]}
    for group in (*first, *later):
        assert group.people >= FLOOR
        about = [rated[name] or 0 for name in group.cells]
        assert all(rated[name] is None for name in group.cells) or sum(about) >= RATED
        assert group.people not in group.counts.values()
    assert len({name for group in first for name in group.cells}) == sum(len(group.cells) for group in first)


def test_a_large_unit_stands_alone_and_a_small_one_with_the_unit_above() -> None:
    """Protects what is useful: fails when more is taken together than must be."""
    cells = [
        cell("hospital", 2, 2, 4), cell("surgery", 3, 4, 5, parent="hospital"),
        cell("oncology", 1, 0, 0, parent="hospital"),
    ]  # fmt: skip
    assert [(group.name, group.cells, group.people) for group in publish(cells)] == [
        ("surgery", ("surgery",), 12),
        ("hospital", ("hospital", "oncology"), 9),
    ]


@pytest.mark.parametrize(
    ("answered", "told"),
    [
        ((0, 5, 7), {("not_kept", "partly_kept"): 5, ("kept",): 7}),
        ((0, 0, 12), {}),
        ((3, 4, 5), {("not_kept",): 3, ("partly_kept",): 4, ("kept",): 5}),
    ],
)
def test_an_answer_that_nobody_gave_is_told_with_its_neighbour(
    answered: tuple[int, int, int], told: dict[tuple[str, ...], int]
) -> None:
    """Protects small units in a whole that must be told of: "nobody here said so" is true of each of them."""
    half = [number // 2 for number in answered]
    cells = [cell("a", *half), cell("b", *(all_ - part for all_, part in zip(answered, half, strict=True)))]
    assert [dict(group.counts) for group in publish(cells)] == [told]


def test_too_few_are_not_told_of_at_all() -> None:
    """Protects the answer "too few": fails when a whole below its floor is published."""
    assert publish([cell("a", 1, 2, 4)]) == []


def test_no_caller_can_go_below_the_floor() -> None:
    """Protects the floor from a plugin or a setting, at the first look and at a later one."""
    with pytest.raises(ValueError, match="5"):
        publish([cell("a", 1, 1, 2)], floor=FLOOR - 1)
    with pytest.raises(ValueError, match="5"):
        publish_later([], [], floor=FLOOR - 1)


@pytest.mark.parametrize("later", [[], [("a", 2, 9, 12)]])
def test_what_is_gone_or_taken_back_changes_nothing(later: list[tuple[str, int, int, int]]) -> None:
    """Protects whoever changed their mind, and a look after units were put together anew."""
    first = publish([cell("a", 3, 4, 5)])
    assert publish_later(first, [cell(*one) for one in later]) == first


def cell(name: str, not_kept: int, partly: int, kept: int, *, parent: str | None = None) -> Cell:
    """A unit with three answers."""
    counts = {"not_kept": not_kept, "partly_kept": partly, "kept": kept}
    return Cell(name=name, parent=parent, counts=counts)
