"""The table of moves is the whole law: what it lists happens, and nothing else does."""

from datetime import date

import pytest

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.rules import FROZEN, MOVES, OPEN, Event
from reciproca.compacts.drafting.tables import VersionState
from reciproca.core.errors import Conflict, Forbidden, Invalid
from reciproca.plugins.types import Side

DAY = date(2026, 9, 1)
ENDS = {
    VersionState.REFUSED, VersionState.SUPERSEDED, VersionState.WITHDRAWN, VersionState.EXPIRED, VersionState.RETIRED,
    VersionState.VOID,
}  # fmt: skip
GOOD = {
    "is_ratified": True, "votes_for": 11, "votes_against": 1, "abstentions": 0, "quorum": 7, "reason": None,
    "decided_on": DAY, "proposed_on": DAY, "today": DAY,
}  # fmt: skip


@pytest.mark.parametrize("state", list(VersionState))
@pytest.mark.parametrize("event", list(Event))
def test_what_the_table_does_not_list_is_a_conflict(state: VersionState, event: Event) -> None:
    """No door can lead a version round the table."""
    if (state, event) in MOVES:
        assert rules.move(state, event) is MOVES[state, event]
        return
    with pytest.raises(Conflict) as caught:
        rules.move(state, event)
    assert caught.value.remedy


def test_a_frozen_text_never_thaws() -> None:
    """No path leads from a frozen state back to one whose words can change."""
    assert {after for (before, _event), after in MOVES.items() if before in FROZEN} & OPEN == set()


def test_an_ended_version_stays_ended() -> None:
    """Refused, replaced, withdrawn, expired, retired and void versions are history."""
    assert {before for before, _event in MOVES} & ENDS == set()


def test_one_side_alone_never_ratifies() -> None:
    """The first side's yes leaves a version proposed, the second's ratifies it, and any no refuses it."""
    assert rules.event_of_ballot(is_ratified=True, sides_before=[]) is Event.RATIFIED_BY_ONE_SIDE
    assert rules.move(VersionState.PROPOSED, Event.RATIFIED_BY_ONE_SIDE) is VersionState.PROPOSED
    both = rules.event_of_ballot(is_ratified=True, sides_before=[Side.ORGANISATION])
    assert rules.move(VersionState.PROPOSED, both) is VersionState.RATIFIED
    refused = rules.event_of_ballot(is_ratified=False, sides_before=[Side.ORGANISATION])
    assert rules.move(VersionState.PROPOSED, refused) is VersionState.REFUSED


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quorum": 13}, "quorum"),
        ({"quorum": 0}, "quorum"),
        ({"votes_against": 11}, "votes_for"),
        ({"is_ratified": False}, "reason"),
        ({"decided_on": date(2026, 9, 2)}, "decided_on"),
        ({"decided_on": date(2026, 8, 31)}, "decided_on"),
    ],
)
def test_a_decision_must_fit_its_own_numbers_and_dates(wrong: dict[str, object], field: str) -> None:
    """A vote without quorum or majority, or before the text existed, isn't recorded as a ratification."""
    rules.check_ballot(**GOOD)  # type: ignore[arg-type]  # one mapping for a handful of typed arguments
    with pytest.raises(Invalid) as caught:
        rules.check_ballot(**{**GOOD, **wrong})  # type: ignore[arg-type]  # the same
    assert [fault.field for fault in caught.value.faults] == [field]


def test_nobody_speaks_for_both_sides() -> None:
    """Whoever recorded one side's decision can't record the other's, nor be co-sponsor of both."""
    with pytest.raises(Forbidden):
        rules.check_other_hand("account:1", ["account:1"])
    rules.check_other_hand("account:2", ["account:1"])
    with pytest.raises(Invalid):
        rules.check_sponsors("person:1", "person:1")
    rules.check_sponsors("person:1", None)


def test_audiences_overlap_when_a_member_would_be_bound_twice() -> None:
    """An empty audience is everybody, so it overlaps every other."""
    assert rules.overlaps([], ["active"])
    assert rules.overlaps(["active", "locum"], ["locum"])
    assert not rules.overlaps(["active"], ["locum"])
