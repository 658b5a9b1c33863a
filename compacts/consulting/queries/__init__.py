"""Reads of rounds, points and comments, each as the person who looks may see it."""

from reciproca.compacts.consulting.queries.counts import (
    ClauseCount,
    Rates,
    clause_counts,
    open_count,
    rates,
    voices,
)
from reciproca.compacts.consulting.queries.points import (
    WAITING_ROUND,
    CommentView,
    PointView,
    ReplyView,
    RoundPage,
    find_comment,
    point_page,
    round_page,
)
from reciproca.compacts.consulting.queries.rounds import asked_people, cautions, find_round
from reciproca.compacts.consulting.queries.speakers import viewer_of
from reciproca.compacts.consulting.queries.suggestions import Suggestion, suggest
from reciproca.compacts.consulting.queries.telling import (
    Change,
    MyComment,
    Told,
    ToldPage,
    my_comments,
    you_said,
)

__all__ = [
    "WAITING_ROUND",
    "Change",
    "ClauseCount",
    "CommentView",
    "MyComment",
    "PointView",
    "Rates",
    "ReplyView",
    "RoundPage",
    "Suggestion",
    "Told",
    "ToldPage",
    "asked_people",
    "cautions",
    "clause_counts",
    "find_comment",
    "find_round",
    "my_comments",
    "open_count",
    "point_page",
    "rates",
    "round_page",
    "suggest",
    "viewer_of",
    "voices",
    "you_said",
]
