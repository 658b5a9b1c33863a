"""The law of a signature request, walked at random: no way on from an end but its own, no signature unseen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from reciproca.compacts.signing.rules import ASKED, ENDED, MOVES, OPEN, Event, move
from reciproca.compacts.signing.tables import RequestState
from reciproca.core.errors import Conflict

BACK = {
    (RequestState.SIGNED, Event.WITHDRAW),
    (RequestState.CANCELLED, Event.ASK_AGAIN),
    (RequestState.DECLINED, Event.SIGN_ON_PAPER),
}
"""The only ways on from an end: one's own signature withdrawn, an invitation for who has come back to the staff, and a
paper signed after all: were it refused, whoever records papers would learn who had declined."""

ANSWERS = {Event.DECLINE, Event.ASK_TO_TALK, Event.VIEW}


class RequestMachine(RuleBasedStateMachine):
    """One request, to which anything may be tried."""

    def __init__(self) -> None:
        super().__init__()
        self.state = RequestState.CREATED
        self.has_looked = False

    @rule(event=st.sampled_from(sorted(Event)))
    def happen(self, event: Event) -> None:
        before = self.state
        try:
            self.state = move(before, event)
        except Conflict:
            assert (before, event) not in MOVES
            return
        assert MOVES[before, event] is self.state
        assert before in OPEN or (before, event) in BACK
        assert event is not Event.SIGN or self.has_looked
        self.has_looked = self.has_looked or event is Event.VIEW

    @invariant()
    def it_is_open_or_ended(self) -> None:
        assert (self.state in OPEN) != (self.state in ENDED)

    @invariant()
    def who_is_asked_can_always_answer(self) -> None:
        assert all(((self.state, answer) in MOVES) == (self.state in ASKED) for answer in ANSWERS)


TestRequests = RequestMachine.TestCase
TestRequests.__doc__ = "Whatever is tried in whatever order, a request keeps its law."


@given(st.sampled_from(sorted(RequestState)))
def test_declining_and_talking_are_as_near_as_signing(state: RequestState) -> None:
    """Wherever signing is possible, so is declining and asking to talk: none is a detour."""
    if (state, Event.SIGN) in MOVES:
        assert {(state, Event.DECLINE), (state, Event.ASK_TO_TALK)} <= MOVES.keys()


@given(st.sampled_from(sorted(RequestState)), st.sampled_from(sorted(Event)))
def test_a_refusal_says_what_to_do_next(state: RequestState, event: Event) -> None:
    """Whoever comes too late, or too early, is told in words and never left alone."""
    if (state, event) not in MOVES:
        with pytest.raises(Conflict) as refused:
            move(state, event)
        assert refused.value.remedy
