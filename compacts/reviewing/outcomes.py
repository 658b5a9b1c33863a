"""What was agreed in the review before, and what became of it."""

from sqlalchemy import func, select

from reciproca.compacts.obligations.actions import meet
from reciproca.compacts.reviewing import rules
from reciproca.compacts.reviewing.rules import ActionEvent
from reciproca.compacts.reviewing.tables import ActionState, AgreedAction, OutcomeStatement, Review
from reciproca.core.work import Work

OUTCOME = "action.outcome"
"""The kind of obligation: do it, and say what became of it. Its subject is the action."""


def actions_before(work: Work, review: Review) -> list[AgreedAction]:
    """The actions of the latest review of the same agreement before this one."""
    last = select(func.max(Review.number)).where(
        Review.compact_id == review.compact_id, Review.number < review.number)  # fmt: skip
    asked = select(AgreedAction).join(Review, Review.id == AgreedAction.review_id)
    wanted = asked.where(Review.compact_id == review.compact_id, Review.number == last.scalar_subquery())
    return list(work.session.scalars(wanted.order_by(AgreedAction.due_on, AgreedAction.id)))


def state_outcome(
    work: Work, action: AgreedAction, *, is_done: bool, why: str, told_to: str, is_silence: bool = False
) -> OutcomeStatement:
    """Write the outcome of a locked action; its obligation ends."""
    for event in _way(action.state, is_done=is_done):
        action.state = rules.move_action(action.state, event)
    told = OutcomeStatement(action_id=action.id, is_done=is_done, is_silence=is_silence, why=why, told_to=told_to,
                            told_at=work.now)  # fmt: skip
    work.session.add(told)
    work.session.flush()
    meet(work, kind=OUTCOME, subject_uid=action.uid)
    record = {"is_done": is_done, "is_silence": is_silence, "why": why, "told_to": told_to}
    work.act("action.outcome_told", about=action.uid, record=record)
    return told


def _way(state: ActionState, *, is_done: bool) -> tuple[ActionEvent, ...]:
    """The moves from `state` to an outcome that is told; what can't be told leads to a Conflict at its first."""
    if state in {ActionState.DONE, ActionState.VERIFIED, ActionState.DROPPED}:
        return (ActionEvent.TELL,)
    begun = {ActionState.ACCEPTED: (ActionEvent.START,), ActionState.DEFERRED: (ActionEvent.RESUME,)}.get(
        state, ()
    )
    return (*begun, ActionEvent.FINISH if is_done else ActionEvent.DROP, ActionEvent.TELL)
