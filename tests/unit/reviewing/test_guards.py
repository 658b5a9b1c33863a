"""Who may speak for a side, and when a review may close."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reciproca.compacts.reviewing import rules
from reciproca.compacts.reviewing.rules import HATS
from reciproca.compacts.reviewing.tables import ActionState, AssessmentState, ReviewState
from reciproca.core.errors import Conflict, Forbidden, Invalid
from reciproca.core.identity import Role
from reciproca.plugins.types import Side

NOON = datetime(2027, 9, 22, 16, 0, tzinfo=UTC)
SPEAKER = {"actor": "account:olga", "person_id": 1, "sponsor_id": 1, "spoken_on_other": None}


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("hat", sorted(hat for hats in HATS.values() for hat in hats))
def test_an_office_of_the_other_side_refuses_a_voice(side: Side, hat: Role) -> None:
    """Each office counts for its own side only, in both directions; being a physician declares no side."""
    roles = {hat, Role.PHYSICIAN}
    if hat in HATS[side]:
        rules.require_voice(side, roles=roles, **SPEAKER)  # type: ignore[arg-type]  # one mapping, several types
        return
    with pytest.raises(Forbidden):
        rules.require_voice(side, roles=roles, **SPEAKER)  # type: ignore[arg-type]  # the same


@pytest.mark.parametrize(
    "wrong", [{"spoken_on_other": "account:olga"}, {"person_id": 2}, {"person_id": None}]
)
def test_nobody_speaks_for_both_or_instead_of_the_named_co_sponsor(wrong: dict[str, object]) -> None:
    """Who has spoken for one side can't speak for the other, and a named co-sponsor speaks themself."""
    with pytest.raises(Forbidden):
        rules.require_voice(Side.ORGANISATION, roles=set(), **{**SPEAKER, **wrong})  # type: ignore[arg-type]  # the same


def test_a_review_is_sealed_until_the_reveal_was_written() -> None:
    """In doubt the seal is closed: neither the state nor the instant alone opens it."""
    for state in ReviewState:
        assert rules.is_sealed(state, None)
        assert rules.is_sealed(state, NOON) == (state not in rules.REVEALED)


def test_the_gate_names_everything_that_is_missing() -> None:
    """A commitment nobody looked at and an action nobody spoke of are both named, and neither alone passes."""
    looked, unlooked = [AssessmentState.RECONCILED], [AssessmentState.RECONCILED, AssessmentState.PENDING]
    told, untold = [ActionState.OUTCOME_TOLD, ActionState.DECLINED], [ActionState.ACCEPTED]
    assert rules.gate(looked, told) == []
    assert len(rules.gate(unlooked, untold)) == 2
    assert [fault.field for fault in rules.gate(looked, untold)] == ["outcomes"]
    assert len(rules.gate([], told)) == 1
    with pytest.raises(Conflict):
        rules.require_gate(rules.gate(unlooked, told))


@pytest.mark.parametrize("state", sorted(rules.AGREED))
def test_every_agreed_action_needs_a_word_on_what_became_of_it(state: ActionState) -> None:
    """Done, put off or given up: until somebody is told, the next review stays open."""
    assert rules.gate([AssessmentState.RECONCILED], [state])


def test_a_review_is_postponed_once_and_by_both() -> None:
    """One side alone can't put it off, and both can do it once."""
    rules.require_postponable(times=0, confirmed_by=list(Side))
    for times, sides in ((1, list(Side)), (0, [Side.ORGANISATION]), (0, [])):
        with pytest.raises(Conflict):
            rules.require_postponable(times=times, confirmed_by=sides)


def test_responses_are_waited_for_until_the_closing_day_and_not_after() -> None:
    """A side has until the closing day; then its silence doesn't count any more."""
    rules.require_responses(is_missing=True, closes_at=NOON, now=NOON)
    rules.require_responses(is_missing=False, closes_at=NOON, now=NOON - timedelta(days=9))
    with pytest.raises(Conflict):
        rules.require_responses(is_missing=True, closes_at=NOON, now=NOON - timedelta(seconds=1))


def test_an_action_is_due_today_at_the_earliest() -> None:
    """What is agreed can still be done."""
    rules.require_due(date(2027, 9, 22), today=date(2027, 9, 22))
    with pytest.raises(Invalid):
        rules.require_due(date(2027, 9, 21), today=date(2027, 9, 22))
