"""The three tables of moves are the whole law: a review, the look at one commitment, and an action."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from reciproca.compacts.reviewing import rules
from reciproca.compacts.reviewing.rules import (
    ACTION_MOVES,
    ASSESSMENT_MOVES,
    CLOSED,
    ENDED,
    REVIEW_MOVES,
    ActionEvent,
    AssessmentEvent,
    Reason,
    ReviewEvent,
    Standing,
)
from reciproca.compacts.reviewing.tables import ActionState, AssessmentState, ReviewState
from reciproca.core.errors import Conflict
from reciproca.plugins.types import Rating, Side

Table = dict[tuple[Any, str], Any]
MACHINES: list[tuple[type[StrEnum], type[StrEnum], Any, Callable[[Any, Any], Any]]] = [
    (ReviewState, ReviewEvent, REVIEW_MOVES, rules.move_review),
    (AssessmentState, AssessmentEvent, ASSESSMENT_MOVES, rules.move_assessment),
    (ActionState, ActionEvent, ACTION_MOVES, rules.move_action),
]
RATINGS = st.sampled_from(Rating)


@pytest.mark.parametrize(("states", "events", "moves", "move"), MACHINES)
def test_what_a_table_does_not_list_is_a_conflict(
    states: type[StrEnum], events: type[StrEnum], moves: Table, move: Callable[[Any, Any], Any]
) -> None:
    """No door can lead anything round its table, and every refusal says what to do."""
    for state in states:
        for event in events:
            if (state, event) in moves:
                assert move(state, event) is moves[state, event]
                continue
            with pytest.raises(Conflict) as caught:
                move(state, event)
            assert caught.value.remedy


def test_an_ended_review_stays_ended() -> None:
    """Closed and left-out reviews are history."""
    assert {before for before, _event in REVIEW_MOVES} & ENDED == set()


def test_nothing_closes_without_having_been_opened_to_both() -> None:
    """Every way to a closed review leads through the reveal."""
    ways = {ReviewState.PLANNED}
    while True:
        more = {after for (before, event), after in REVIEW_MOVES.items()
                if before in ways and event not in {ReviewEvent.REVEAL, ReviewEvent.ESCALATE}}  # fmt: skip
        if more <= ways:
            break
        ways |= more
    assert not ways & CLOSED


@given(own=st.none() | RATINGS, counterpart=st.none() | RATINGS)
def test_a_look_counts_only_what_the_other_side_says(own: Rating | None, counterpart: Rating | None) -> None:
    """The rating is the counterpart's or nothing: nobody's own word makes a promise kept, or keeps a verdict away."""
    seen = rules.look(own=own, counterpart=counterpart)
    assert seen.rating is counterpart
    assert (seen.state is AssessmentState.NOT_ASSESSED) == (counterpart is None)
    assert (seen.reason is Reason.DIFFERING) == (None not in {own, counterpart} and own is not counterpart)
    assert (seen.reason in {Reason.OWNER_SILENT, Reason.BOTH_SILENT}) == (own is None)


@given(rating=st.none() | RATINGS)
def test_only_kept_is_kept(rating: Rating | None) -> None:
    """Silence, too early, not applicable and "can't judge" never read as kept; what is late is never kept."""
    assert (rules.standing(rating, is_overdue=False) is Standing.KEPT) == (rating is Rating.KEPT)
    assert rules.standing(rating, is_overdue=True) is Standing.OVERDUE


class TwoSides(RuleBasedStateMachine):
    """A review of three promises, told as its rules tell it: two sides that may speak or be silent, a clock that
    passes, and an action of the review before."""

    def __init__(self) -> None:
        super().__init__()
        self.state = ReviewState.PLANNED
        self.day, self.seal_opens, self.closes = 0, 21, 49
        self.promises = [Side.ORGANISATION, Side.PHYSICIANS, Side.PHYSICIANS]
        self.sent: dict[Side, list[Rating]] = {}
        self.late: set[Side] = set()
        self.looks = [AssessmentState.PENDING] * 3
        self.ratings: list[Rating | None] = [None] * 3
        self.earlier = ActionState.ACCEPTED
        self.revealed_on: int | None = None

    @rule()
    def open(self) -> None:
        if self.state is ReviewState.PLANNED:
            self.state = rules.move_review(
                rules.move_review(self.state, ReviewEvent.OPEN), ReviewEvent.GATHER
            )

    @rule(days=st.integers(min_value=1, max_value=20))
    def time_passes(self, days: int) -> None:
        if self.state is ReviewState.PLANNED:
            return
        self.day += days
        if self.state is ReviewState.GATHERING and self.day >= self.seal_opens:
            self._reveal()
        if self.state in rules.UNDER_WAY and self.day >= self.closes:
            self._close_by_itself()

    @precondition(lambda self: self.state is not ReviewState.PLANNED)
    @rule(side=st.sampled_from(Side), said=st.lists(RATINGS, min_size=3, max_size=3))
    def send(self, side: Side, said: list[Rating]) -> None:
        try:
            rules.require_answering(self.state, is_submitted=side in self.sent)
        except Conflict:
            assert side in self.sent or self.state in CLOSED
            return
        if self.state is not ReviewState.GATHERING:
            self.late.add(side)
        self.sent[side] = said
        if set(self.sent) == set(Side) and self.state is ReviewState.GATHERING:
            self._reveal()

    @rule()
    def write_findings(self) -> None:
        if self.state is ReviewState.DIALOGUE:
            self._find()

    @rule()
    def tell_outcome(self) -> None:
        if self.earlier is ActionState.ACCEPTED:
            self.earlier = ActionState.OUTCOME_TOLD

    @rule(agreed=st.booleans(), is_missing=st.booleans())
    def close(self, agreed: bool, is_missing: bool) -> None:
        event = ReviewEvent.CLOSE_AGREED if agreed else ReviewEvent.CLOSE_WITH_DIFFERENCES
        try:
            after = rules.move_review(self.state, event)
            rules.require_responses(is_missing=is_missing, **self._instants())
            rules.require_gate(rules.gate(self.looks, [self.earlier]))
        except Conflict:
            return
        self._end(after)

    def _instants(self) -> Any:
        return {"closes_at": self.closes, "now": self.day}  # days: what the rule compares needs only an order

    def _reveal(self) -> None:
        self.state = rules.move_review(self.state, ReviewEvent.REVEAL)
        self.revealed_on = self.day
        for index, side in enumerate(self.promises):
            other = rules.OTHER[side]
            seen = rules.look(own=self.sent[side][index] if side in self.sent else None,
                              counterpart=self.sent[other][index] if other in self.sent else None)  # fmt: skip
            self.looks[index], self.ratings[index] = seen.state, seen.rating

    def _find(self) -> None:
        found = rules.move_review(self.state, ReviewEvent.WRITE_FINDINGS)
        self.state = rules.move_review(found, ReviewEvent.ASK_RESPONSES)

    def _close_by_itself(self) -> None:
        if self.state is ReviewState.GATHERING:
            self._reveal()
        if self.state is ReviewState.DIALOGUE:
            self._find()
        self.earlier = ActionState.OUTCOME_TOLD
        rules.require_gate(rules.gate(self.looks, [self.earlier]))
        self._end(rules.move_review(self.state, ReviewEvent.CLOSE_WITH_DIFFERENCES))

    def _end(self, after: ReviewState) -> None:
        self.state = after
        self.looks = [rules.published(look) for look in self.looks]

    @invariant()
    def nothing_is_read_before_both_have_sent_or_the_day_has_come(self) -> None:
        is_open = self.revealed_on is not None
        on_time = set(self.sent) - self.late
        assert not is_open or on_time == set(Side) or (self.revealed_on or 0) >= self.seal_opens
        assert is_open or all(look is AssessmentState.PENDING for look in self.looks)

    @invariant()
    def no_silence_keeps_it_open(self) -> None:
        assert self.day < self.seal_opens or self.state is not ReviewState.GATHERING
        assert self.day < self.closes or self.state not in rules.UNDER_WAY

    @invariant()
    def a_closed_review_has_passed_its_gate(self) -> None:
        if self.state in CLOSED:
            assert set(self.looks) <= {AssessmentState.PUBLISHED, AssessmentState.NOT_ASSESSED}
            assert self.earlier is ActionState.OUTCOME_TOLD

    @invariant()
    def a_late_answer_rates_nothing(self) -> None:
        for index, side in enumerate(self.promises):
            if rules.OTHER[side] in self.late:
                assert self.ratings[index] is None


TestTwoSides = TwoSides.TestCase
