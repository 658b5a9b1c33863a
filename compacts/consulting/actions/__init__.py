"""What people do in a consultation: open and close a round, say something, and give it an answer with a reason."""

from reciproca.compacts.consulting.actions.answering import answer, group, see
from reciproca.compacts.consulting.actions.comments import (
    Remark,
    edit_comment,
    object_once,
    reply,
    say,
    say_all,
    withdraw_comment,
)
from reciproca.compacts.consulting.actions.rounds import close_consultation, open_consultation

__all__ = [
    "Remark",
    "answer",
    "close_consultation",
    "edit_comment",
    "group",
    "object_once",
    "open_consultation",
    "reply",
    "say",
    "say_all",
    "see",
    "withdraw_comment",
]
