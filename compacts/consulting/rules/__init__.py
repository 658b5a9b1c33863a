"""What may be said and answered, by whom, and how it is shown: pure decisions."""

from reciproca.compacts.consulting.rules.alike import alike, content_words, overlap
from reciproca.compacts.consulting.rules.attribution import FLOOR, Speaker, Viewer, shown_units
from reciproca.compacts.consulting.rules.guards import (
    LISTENING,
    TALKING,
    Caution,
    PointState,
    is_open,
    require_author,
    require_none_open,
    require_objectable,
    require_seen,
    require_talking,
    require_unanswered,
    require_wording,
    round_warnings,
    state_of,
)
from reciproca.compacts.consulting.rules.reasons import require_reason, says_nothing

__all__ = [
    "FLOOR",
    "LISTENING",
    "TALKING",
    "Caution",
    "PointState",
    "Speaker",
    "Viewer",
    "alike",
    "content_words",
    "is_open",
    "overlap",
    "require_author",
    "require_none_open",
    "require_objectable",
    "require_reason",
    "require_seen",
    "require_talking",
    "require_unanswered",
    "require_wording",
    "round_warnings",
    "says_nothing",
    "shown_units",
    "state_of",
]
