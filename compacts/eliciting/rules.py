"""When a blind list may be written and read, and how it is kept apart from its author: pure decisions."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from reciproca.core.canonical import clean_text
from reciproca.core.errors import Conflict, Fault, Invalid
from reciproca.core.i18n import _
from reciproca.plugins.types import Side

Thing = TypeVar("Thing")
FLOOR = 5
"""Fewer people than this are never counted out loud."""
LINES = 12
"""How many gives, and how many gets, one person may name."""
LENGTH = 300
"""How many characters a line has at most."""


class Caution(StrEnum):
    """What the steward is warned of."""

    ONE_PHYSICIAN_ASKED = "one_physician_asked"
    FEW_PHYSICIANS_WROTE = "few_physicians_wrote"


def warnings(*, physicians_asked: int, wrote: Mapping[Side, int | None] | None = None) -> list[Caution]:
    """One physician must not stand for all. `wrote`: counts as they may be told, so that "few" never tells "one"."""
    found = [Caution.ONE_PHYSICIAN_ASKED] if physicians_asked <= 1 else []
    is_few = wrote is not None and wrote.get(Side.PHYSICIANS) is None
    return [*found, *([Caution.FEW_PHYSICIANS_WROTE] if is_few else [])]


def require_open(closed_at: datetime | None, closes_on: date, today: date) -> None:
    """Conflict unless lists may still be written: the round is open, and its day isn't over."""
    if closed_at is not None or today > closes_on:
        raise Conflict(
            detail=_("This round takes no more lines. Nothing was changed."),
            remedy=_("What matters to you can still be said when the draft is open for comments."),
        )


def require_closed(closed_at: datetime | None) -> None:
    """Conflict while the round is open: until then nobody reads a line of somebody else."""
    if closed_at is None:
        raise Conflict(
            detail=_("The round is still open, so nobody reads the lists yet. Nothing was changed."),
            remedy=_("Both sides’ lists are shown when the steward has closed the round."),
        )


def lines_of(text: str) -> list[str]:
    """The lines of a text box, without what is empty."""
    return clean_lines(text.splitlines())


def clean_lines(lines: Sequence[str]) -> list[str]:
    """Lines as they are stored: without outer blanks, the empty and the repeated ones."""
    cleaned = (" ".join(clean_text(line).split()) for line in lines)
    return list(dict.fromkeys(line for line in cleaned if line))


def check_lines(**lists: Sequence[str]) -> None:
    """Invalid when a list has too many lines, or a line is too long. The names are those of the fields."""
    faults = []
    for name, lines in lists.items():
        if len(lines) > LINES:
            faults.append(Fault(field=name, reason=_("Write at most 12 lines here.")))
        if any(len(line) > LENGTH for line in lines):
            faults.append(Fault(field=name, reason=_("One of these lines has more than 300 characters.")))
    if faults:
        raise Invalid(detail=_("The list can't be kept like this. Nothing was changed."), faults=faults)


def shown(people: int) -> int | None:
    """A count of people as it may be told: None below the floor, zero too."""
    return people if people >= FLOOR else None


def shuffled(things: Sequence[Thing]) -> list[Thing]:
    """The same things in an order that nobody can guess, so that neighbours needn't be of one author."""
    mixed = list(things)
    secrets.SystemRandom().shuffle(mixed)
    return mixed


def by_side(counted: Mapping[Side, int]) -> dict[Side, int]:
    """The counts of both sides, those without any too."""
    return {side: counted.get(side, 0) for side in Side}
