"""What people propose of a text that stands is kept for the version that comes next."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reciproca.compacts.consulting import actions
from reciproca.compacts.drafting.queries import find_version
from reciproca.core.errors import Conflict
from reciproca.core.identity import system
from tests.building import drafting
from tests.building.consulting import open_round
from tests.building.hearing import House, a_house, answered, clause, mine, points, remark


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A hospital whose people can speak."""
    made = a_house(tmp_path / "home", database_url)
    yield made
    made.installation.database.dispose()


def _in_force(house: House) -> str:
    with house.installation.work(system("test"), house.place) as work:
        return drafting.in_force(work, drafting.a_draft(work)).uid


def _next(house: House, version: str) -> str:
    with house.installation.work(system("test"), house.place) as work:
        steward = drafting.as_actor(work, drafting.STEWARD)
        made = drafting.next_version(work, find_version(steward, uid=version))
        open_round(steward, made)
        return made.uid


def test_a_proposal_joins_the_next_versions_first_round_and_is_answered_there(house: House) -> None:
    """It stands with its promise and its words; until then its author may change it or take it back."""
    first = _in_force(house)
    promise = clause(house, first)
    said = remark(
        house, "anna", first, "Say three days.", identity=promise.identity, wording="Within three days."
    )
    gone = remark(house, "ben", first, "Never mind.")
    assert [(one.comment.uid, one.round, one.may_edit) for one in mine(house, "anna")] == [(said, None, True)]
    with house.by("ben") as work:
        actions.withdraw_comment(work, comment_uid=gone)
    second = _next(house, first)
    with house.by("steward", write=False) as work:
        (point,) = points(work, second)
        assert (point.identity, [one.uid for one in point.comments]) == (promise.identity, [said])
        assert points(work, first) == []
    answered(house, "manager", second, said)
    assert [(one.version, one.round, one.disposition is None) for one in mine(house, "anna")] == [
        (second, 1, False)
    ]


def test_a_text_on_its_way_to_a_decision_hears_nothing(house: House) -> None:
    """While both sides decide on a frozen text, and once it was refused, a comment has no place to go."""
    with house.installation.work(system("test"), house.place) as work:
        version = drafting.proposed(work, drafting.a_draft(work)).uid
    with pytest.raises(Conflict, match="frozen"):
        remark(house, "anna", version)


def test_nobody_answers_or_replies_on_a_text_that_stands(house: House) -> None:
    """An answer belongs to a text that can still change."""
    first = _in_force(house)
    said = remark(house, "anna", first)
    with pytest.raises(Conflict, match="frozen"):
        answered(house, "manager", first, said)
    with house.by("ben") as work, pytest.raises(Conflict, match="frozen"):
        actions.reply(work, comment_uid=said, text="Me too.")
