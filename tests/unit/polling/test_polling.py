"""Whom to ask about what, and what many answers come to."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproca.compacts.polling import rules
from reciproca.core.errors import Invalid
from reciproca.plugins.types import Rating

KEPT, PARTLY, NOT, CANNOT = Rating.KEPT, Rating.PARTLY_KEPT, Rating.NOT_KEPT, Rating.CANNOT_JUDGE


@given(people=st.integers(1, 60), things=st.integers(1, 30), turn=st.integers(1, 9))
def test_everybody_is_asked_little_and_everything_is_asked_alike(people: int, things: int, turn: int) -> None:
    """Protects three minutes, and a fair look at each promise: fails when somebody is asked more than seven things or
    the same one twice, or when one thing is asked of more than one person more than another."""
    shares = rules.shares(range(people), range(things), turn=turn)
    assert set(shares) == set(range(people))
    assert all(len(share) == len(set(share)) == min(rules.MOST, things) for share in shares.values())
    asked = Counter(thing for share in shares.values() for thing in share)
    counts = [asked[thing] for thing in range(things)]
    assert max(counts) - min(counts) <= 1


def test_the_next_review_asks_about_the_rest() -> None:
    """Protects against asking the same people about the same half for ever."""
    first, second = (rules.shares(range(20), range(14), turn=turn) for turn in (1, 2))
    assert all(set(first[person]).isdisjoint(second[person]) for person in first)


@pytest.mark.parametrize(
    ("people", "things", "may"),
    [(15, 14, False), (16, 14, True), (8, 5, True), (7, 5, False), (300, 0, False)],
)
def test_a_poll_that_could_not_say_anything_is_not_opened(people: int, things: int, may: bool) -> None:
    """Protects small hospitals: each promise must be able to reach its minimum of answers."""
    assert rules.can_ask(people=people, things=things) is may


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ({KEPT: 8}, KEPT),
        ({KEPT: 5, NOT: 3}, KEPT),
        ({KEPT: 4, NOT: 4}, NOT),
        ({KEPT: 3, PARTLY: 3, NOT: 2}, PARTLY),
        ({KEPT: 7, CANNOT: 90}, None),
        ({}, None),
    ],
)
def test_the_word_for_many_answers(counts: dict[Rating, int], says: Rating | None) -> None:
    """Protects the verdict: the view in the middle, of two the worse one; and none where too few could judge, however
    many answered."""
    assert rules.verdict(counts, minimum=8) is says


def test_answers_stand_in_the_tree_of_units() -> None:
    """Protects the rolling up of small units: each unit above is there, and nobody is counted twice."""
    cells = rules.cells([("Riverbend › Surgery › Hand", KEPT), ("Riverbend", NOT)])
    assert [(cell.name, cell.parent, cell.people) for cell in cells] == [
        ("Riverbend", None, 1),
        ("Riverbend › Surgery", "Riverbend", 0),
        ("Riverbend › Surgery › Hand", "Riverbend › Surgery", 1),
    ]


@pytest.mark.parametrize("said", [{}, {"other": KEPT}, {"one": Rating.TOO_EARLY}])
def test_what_was_not_asked_is_refused(said: dict[str, Rating]) -> None:
    """Protects the count: an answer about something else, a word that isn't offered, or nothing at all."""
    with pytest.raises(Invalid):
        rules.require_asked(said, ["one"])
