"""What people do with words that come from elsewhere."""

from reciproca.compacts.exchange.actions.importing import check_pairs, import_draft
from reciproca.compacts.exchange.actions.leftovers import place_leftover, settle_leftover
from reciproca.compacts.exchange.actions.papers import NOT_VERIFIED, Signed, register_paper
from reciproca.compacts.exchange.actions.returning import Brought, bring_back
from reciproca.compacts.exchange.actions.translating import Translated, take_translation

__all__ = [
    "NOT_VERIFIED",
    "Brought",
    "Signed",
    "Translated",
    "bring_back",
    "check_pairs",
    "import_draft",
    "place_leftover",
    "register_paper",
    "settle_leftover",
    "take_translation",
]
