"""Reads of reviews: what a side may see of the other's answers is decided here, for every door."""

from reciproca.compacts.reviewing.queries.answers import OwnAnswers, own_answers, speaks_for
from reciproca.compacts.reviewing.queries.meetings import MeetingView, OwnReview, meeting_of, own_reviews
from reciproca.compacts.reviewing.queries.reviews import (
    ActionView,
    LookView,
    ReviewFacts,
    ReviewLine,
    SideView,
    find_action,
    find_review,
    list_reviews,
    posts_to_choose,
    show_review,
)

__all__ = [
    "ActionView",
    "LookView",
    "MeetingView",
    "OwnAnswers",
    "OwnReview",
    "ReviewFacts",
    "ReviewLine",
    "SideView",
    "find_action",
    "find_review",
    "list_reviews",
    "meeting_of",
    "own_answers",
    "own_reviews",
    "posts_to_choose",
    "show_review",
    "speaks_for",
]
