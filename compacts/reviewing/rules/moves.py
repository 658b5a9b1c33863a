"""The lives of a review, of the look at one commitment, and of an action: one table of moves for each."""

from collections.abc import Mapping
from enum import StrEnum

from reciproca.compacts.reviewing.tables import ActionState, AssessmentState, ReviewState
from reciproca.core.errors import Conflict
from reciproca.core.i18n import _

R, A, T = ReviewState, AssessmentState, ActionState


class ReviewEvent(StrEnum):
    """What can happen to a review."""

    OPEN = "open"
    GATHER = "gather"
    REVEAL = "reveal"
    WRITE_FINDINGS = "write_findings"
    ASK_RESPONSES = "ask_responses"
    CLOSE_AGREED = "close_agreed"
    CLOSE_WITH_DIFFERENCES = "close_with_differences"
    POSTPONE = "postpone"
    REOPEN = "reopen"
    ESCALATE = "escalate"
    RETURN = "return"
    SKIP = "skip"


class AssessmentEvent(StrEnum):
    """What can happen to the look at one commitment."""

    REQUEST_EVIDENCE = "request_evidence"
    OWNER_ANSWERED = "owner_answered"
    COUNTERPART_ANSWERED = "counterpart_answered"
    RECONCILE = "reconcile"
    DIFFER = "differ"
    PUBLISH = "publish"
    LEAVE = "leave"


class ActionEvent(StrEnum):
    """What can happen to an action."""

    ACCEPT = "accept"
    DECLINE = "decline"
    MERGE = "merge"
    START = "start"
    FINISH = "finish"
    VERIFY = "verify"
    DEFER = "defer"
    RESUME = "resume"
    DROP = "drop"
    TELL = "tell"


UNDER_WAY = frozenset({R.OPEN, R.GATHERING, R.DIALOGUE, R.FINDINGS_DRAFTED, R.RESPONSES})
"""Opened and not closed."""
REVEALED = frozenset(
    {R.DIALOGUE, R.FINDINGS_DRAFTED, R.RESPONSES, R.ESCALATED, R.CLOSED_AGREED, R.CLOSED_WITH_DIFFERENCES}
)
"""States in which the answers may be open: whether they are, `revealed_at` says."""
CLOSED = frozenset({R.CLOSED_AGREED, R.CLOSED_WITH_DIFFERENCES})
ENDED = CLOSED | {R.SKIPPED}

REVIEW_MOVES: Mapping[tuple[ReviewState, str], ReviewState] = {
    (R.PLANNED, ReviewEvent.OPEN): R.OPEN,
    (R.PLANNED, ReviewEvent.SKIP): R.SKIPPED,
    (R.OPEN, ReviewEvent.GATHER): R.GATHERING,
    (R.GATHERING, ReviewEvent.REVEAL): R.DIALOGUE,
    (R.DIALOGUE, ReviewEvent.WRITE_FINDINGS): R.FINDINGS_DRAFTED,
    (R.FINDINGS_DRAFTED, ReviewEvent.WRITE_FINDINGS): R.FINDINGS_DRAFTED,
    (R.FINDINGS_DRAFTED, ReviewEvent.ASK_RESPONSES): R.RESPONSES,
    (R.RESPONSES, ReviewEvent.CLOSE_AGREED): R.CLOSED_AGREED,
    (R.RESPONSES, ReviewEvent.CLOSE_WITH_DIFFERENCES): R.CLOSED_WITH_DIFFERENCES,
    **{(state, ReviewEvent.POSTPONE): R.POSTPONED for state in sorted(UNDER_WAY)},
    (R.POSTPONED, ReviewEvent.REOPEN): R.OPEN,
    **{(state, ReviewEvent.ESCALATE): R.ESCALATED for state in sorted(UNDER_WAY)},
    (R.ESCALATED, ReviewEvent.RETURN): R.DIALOGUE,
}
"""The whole machine of a review; what isn't listed can't happen."""

_ANY = sorted(set(A) - {A.NOT_ASSESSED, A.PUBLISHED})
ASSESSMENT_MOVES: Mapping[tuple[AssessmentState, str], AssessmentState] = {
    (A.PENDING, AssessmentEvent.REQUEST_EVIDENCE): A.EVIDENCE_REQUESTED,
    (A.PENDING, AssessmentEvent.OWNER_ANSWERED): A.SELF_ASSESSED,
    (A.PENDING, AssessmentEvent.COUNTERPART_ANSWERED): A.COUNTERPART_ASSESSED,
    (A.EVIDENCE_REQUESTED, AssessmentEvent.OWNER_ANSWERED): A.SELF_ASSESSED,
    (A.EVIDENCE_REQUESTED, AssessmentEvent.COUNTERPART_ANSWERED): A.COUNTERPART_ASSESSED,
    (A.SELF_ASSESSED, AssessmentEvent.COUNTERPART_ANSWERED): A.COUNTERPART_ASSESSED,
    (A.COUNTERPART_ASSESSED, AssessmentEvent.RECONCILE): A.RECONCILED,
    (A.COUNTERPART_ASSESSED, AssessmentEvent.DIFFER): A.DIFFERING,
    (A.COUNTERPART_ASSESSED, AssessmentEvent.PUBLISH): A.PUBLISHED,
    (A.RECONCILED, AssessmentEvent.PUBLISH): A.PUBLISHED,
    (A.DIFFERING, AssessmentEvent.PUBLISH): A.PUBLISHED,
    **{(state, AssessmentEvent.LEAVE): A.NOT_ASSESSED for state in _ANY},
}
"""The whole machine of an assessment. The seal makes the order of the two answers mean nothing, so a commitment may
be rated by the other side alone; by its owner alone it never counts as assessed."""

ACTION_MOVES: Mapping[tuple[ActionState, str], ActionState] = {
    (T.PROPOSED, ActionEvent.ACCEPT): T.ACCEPTED,
    (T.PROPOSED, ActionEvent.DECLINE): T.DECLINED,
    (T.PROPOSED, ActionEvent.MERGE): T.MERGED,
    (T.ACCEPTED, ActionEvent.START): T.IN_PROGRESS,
    (T.IN_PROGRESS, ActionEvent.FINISH): T.DONE,
    (T.DONE, ActionEvent.VERIFY): T.VERIFIED,
    (T.ACCEPTED, ActionEvent.DEFER): T.DEFERRED,
    (T.IN_PROGRESS, ActionEvent.DEFER): T.DEFERRED,
    (T.DEFERRED, ActionEvent.RESUME): T.IN_PROGRESS,
    (T.ACCEPTED, ActionEvent.DROP): T.DROPPED,
    (T.IN_PROGRESS, ActionEvent.DROP): T.DROPPED,
    **{(state, ActionEvent.TELL): T.OUTCOME_TOLD
       for state in (T.DONE, T.VERIFIED, T.DROPPED, T.DEFERRED, T.DECLINED)},
}  # fmt: skip
"""The whole machine of an action."""

AGREED = frozenset({T.ACCEPTED, T.IN_PROGRESS, T.DEFERRED, T.DONE, T.VERIFIED, T.DROPPED})
"""Agreed by its owner's side, and nobody has been told yet what became of it."""

_REMEDIES: Mapping[ReviewState, str] = {
    R.PLANNED: _("It opens by itself on its day."),
    R.GATHERING: _(
        "Both sides are answering. The answers are opened when both have sent theirs, or on the day."
    ),
    R.DIALOGUE: _("The answers are open: agree what to do, then write down what was found."),
    R.FINDINGS_DRAFTED: _("The findings are written: ask both sides what they say to them."),
    R.RESPONSES: _("Both sides are asked what they say to the findings; then it can be closed."),
}


def move_review(state: ReviewState, event: ReviewEvent) -> ReviewState:
    """The state after `event`. Conflict when it can't happen in `state`."""
    after = REVIEW_MOVES.get((state, event))
    if after is None:
        raise Conflict(
            detail=_("This review is not at that step. Nothing was changed."),
            remedy=_REMEDIES.get(state, _("This review has ended; the next one opens by itself on its day.")),
        )
    return after


def move_assessment(state: AssessmentState, event: AssessmentEvent) -> AssessmentState:
    """The state after `event`. Conflict when it can't happen in `state`."""
    after = ASSESSMENT_MOVES.get((state, event))
    if after is None:
        raise Conflict(
            detail=_("This commitment has been looked at already. Nothing was changed."),
            remedy=_("Open the review again to see where it stands."),
        )
    return after


def move_action(state: ActionState, event: ActionEvent) -> ActionState:
    """The state after `event`. Conflict when it can't happen in `state`."""
    after = ACTION_MOVES.get((state, event))
    if after is None:
        raise Conflict(
            detail=_("This action is not at that step. Nothing was changed."),
            remedy=_("Open the review again to see where it stands."),
        )
    return after
