"""Reads of notices: one's own messages, the operator's list, and what the dispatcher needs to send."""

from reciproca.compacts.notices.queries.history import History, Told, history
from reciproca.compacts.notices.queries.letters import Letter, letters
from reciproca.compacts.notices.queries.messages import (
    Message,
    Sent,
    came_back,
    deliveries,
    inbox,
    path_of,
    unread,
)

__all__ = [
    "History",
    "Letter",
    "Message",
    "Sent",
    "Told",
    "came_back",
    "deliveries",
    "history",
    "inbox",
    "letters",
    "path_of",
    "unread",
]
