"""Use cases of reviewing."""

from collections.abc import Callable, Sized

from reciproca.compacts.reviewing.actions.agreeing import (
    accept_action,
    decline_action,
    propose_action,
    tell_outcome,
)
from reciproca.compacts.reviewing.actions.answering import ANSWER_RIGHTS, Said, save_answers, submit
from reciproca.compacts.reviewing.actions.closing import (
    close,
    close_due,
    respond,
    write_findings,
)
from reciproca.compacts.reviewing.actions.meeting import cancel_meeting, set_meeting
from reciproca.compacts.reviewing.actions.opening import open_due
from reciproca.compacts.reviewing.actions.planning import choose_who_is_asked, plan_due
from reciproca.compacts.reviewing.actions.revealing import reveal_due
from reciproca.core.work import Work

DUE: tuple[tuple[str, Callable[[Work], Sized]], ...] = (
    ("reviews_revealed", reveal_due),
    ("reviews_closed", close_due),
    ("reviews_planned", plan_due),
    ("reviews_opened", open_due),
)
"""What the scheduler does for reviews, in this order: each takes only `work` and returns the uids that it changed."""

__all__ = [
    "ANSWER_RIGHTS",
    "DUE",
    "Said",
    "accept_action",
    "cancel_meeting",
    "choose_who_is_asked",
    "close",
    "close_due",
    "decline_action",
    "open_due",
    "plan_due",
    "propose_action",
    "respond",
    "reveal_due",
    "save_answers",
    "set_meeting",
    "submit",
    "tell_outcome",
    "write_findings",
]
