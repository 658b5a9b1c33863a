"""Whom to ask about what, and what many answers come to: pure decisions."""

from collections.abc import Iterator, Mapping, Sequence

from reciproca.core.errors import Conflict, Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.suppression import SCORES, Cell
from reciproca.plugins.types import Rating

MOST, MINUTES = 7, 3
"""What one person is asked at most, and how long that takes: both are said before the first question."""
MINIMUM = SCORES
JUDGED = (Rating.NOT_KEPT, Rating.PARTLY_KEPT, Rating.KEPT)
"""From worst to best."""
ANSWERS = (*JUDGED, Rating.CANNOT_JUDGE)
ABOVE = " › "
"""Between a unit's name and that of the unit above it, in a path."""


def can_ask(*, people: int, things: int, minimum: int = MINIMUM) -> bool:
    """Whether a poll can say anything: with everybody's answers, each thing must reach its minimum."""
    return things > 0 and people * min(MOST, things) // things >= minimum


def shares(people: Sequence[int], things: Sequence[int], *, turn: int) -> dict[int, list[int]]:
    """What each person is asked: at most MOST things, each thing as often as any other (give or take one), and at the
    next turn what comes after."""
    most = min(MOST, len(things))
    return {
        person: [things[((place + turn) * most + step) % len(things)] for step in range(most)]
        for place, person in enumerate(people)
    }


def verdict(counts: Mapping[Rating, int], *, minimum: int) -> Rating | None:
    """The view that half of those who could judge share or go below: of two in the middle the worse one, because a
    promise is what its receivers say it is. None when fewer than `minimum` could judge."""
    judged = sum(counts.get(rating, 0) for rating in JUDGED)
    if judged < minimum:
        return None
    so_far = 0
    for rating in JUDGED:
        so_far += counts.get(rating, 0)
        if 2 * so_far >= judged:
            return rating
    return None


def cells(answers: Sequence[tuple[str, Rating]]) -> list[Cell]:
    """What those who could judge say, by the path of a unit, as a tree: each unit above one of them is there too, if
    only without an answer."""
    paths = sorted({above for path, rating in answers if rating in JUDGED for above in _line(path)})
    return [
        Cell(
            name=path, parent=path.rpartition(ABOVE)[0] or None,
            counts={rating.value: answers.count((path, rating)) for rating in JUDGED},
        )
        for path in paths
    ]  # fmt: skip


def require_open(*, is_closed: bool) -> None:
    """Conflict once the poll is closed: what everybody said is counted, and who said what is gone."""
    if is_closed:
        raise Conflict(
            detail=_("The answers are counted already, so nothing more is taken. Nothing was changed."),
            remedy=_("The next review asks again."),
        )


def require_asked(said: Mapping[str, Rating], asked: Sequence[str]) -> None:
    """Invalid for an answer about something else, for a word that isn't offered, or without any answer."""
    faults = [
        Fault(field=f"rating-{uid}", reason=_("This isn’t one of the answers."), remedy=_("Choose one of the four."))
        for uid, rating in said.items()
        if uid not in asked or rating not in ANSWERS
    ]  # fmt: skip
    if not said:
        faults = [
            Fault(
                field="",
                reason=_("Nothing was answered."),
                remedy=_("One answer is enough; leave out the rest."),
            )
        ]
    if faults:
        raise Invalid(detail=_("Some of it needs to be put right. Nothing was changed."), faults=faults)


def _line(path: str) -> Iterator[str]:
    """The unit and all above it."""
    while path:
        yield path
        path = path.rpartition(ABOVE)[0]
