"""What may happen to a review, to the look at one commitment and to an action: pure decisions."""

from reciproca.compacts.reviewing.rules.guards import (
    DIALOGUE_DAYS,
    HATS,
    closing_day,
    gate,
    is_sealed,
    require_answering,
    require_dialogue,
    require_due,
    require_gate,
    require_postponable,
    require_responses,
    require_voice,
    require_whole,
)
from reciproca.compacts.reviewing.rules.looks import OTHER, Look, Reason, Standing, look, published, standing
from reciproca.compacts.reviewing.rules.moves import (
    ACTION_MOVES,
    AGREED,
    ASSESSMENT_MOVES,
    CLOSED,
    ENDED,
    REVEALED,
    REVIEW_MOVES,
    UNDER_WAY,
    ActionEvent,
    AssessmentEvent,
    ReviewEvent,
    move_action,
    move_assessment,
    move_review,
)

__all__ = [
    "ACTION_MOVES", "AGREED", "ASSESSMENT_MOVES", "CLOSED", "DIALOGUE_DAYS", "ENDED", "HATS", "OTHER", "REVEALED",
    "REVIEW_MOVES", "UNDER_WAY", "ActionEvent", "AssessmentEvent", "Look", "Reason", "ReviewEvent", "Standing",
    "closing_day", "gate", "is_sealed", "look", "move_action", "move_assessment", "move_review", "published",
    "require_answering", "require_dialogue", "require_due", "require_gate", "require_postponable", "require_responses",
    "require_voice", "require_whole", "standing",
]
