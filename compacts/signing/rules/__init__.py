"""What may happen to a request, what a signature needs, what may be counted aloud: pure decisions."""

from reciproca.compacts.signing.rules.counts import FLOOR, Group, above_floor, by_unit, shown
from reciproca.compacts.signing.rules.evidence import MEMBER, ORGANISATION, PHYSICIAN, SIGNATORY, Act, Words
from reciproca.compacts.signing.rules.guards import (
    CEREMONY_LIFE,
    PAUSED,
    require_appointed,
    require_fresh,
    require_intent,
    require_one_side,
    require_open_campaign,
    require_order,
    require_same_text,
    require_signable,
    same_name,
)
from reciproca.compacts.signing.rules.requests import ASKED, ENDED, INVITATION, MOVES, OPEN, Event, move

__all__ = [
    "ASKED",
    "CEREMONY_LIFE",
    "ENDED",
    "FLOOR",
    "INVITATION",
    "MEMBER",
    "MOVES",
    "OPEN",
    "ORGANISATION",
    "PAUSED",
    "PHYSICIAN",
    "SIGNATORY",
    "Act",
    "Event",
    "Group",
    "Words",
    "above_floor",
    "by_unit",
    "move",
    "require_appointed",
    "require_fresh",
    "require_intent",
    "require_one_side",
    "require_open_campaign",
    "require_order",
    "require_same_text",
    "require_signable",
    "same_name",
    "shown",
]
