"""What people do with words that come from elsewhere."""

from reciproca.compacts.exchange.actions.importing import check_pairs, import_draft
from reciproca.compacts.exchange.actions.leftovers import place_leftover, settle_leftover
from reciproca.compacts.exchange.actions.returning import Brought, bring_back
from reciproca.compacts.exchange.actions.translating import Translated, take_translation

__all__ = [
    "Brought",
    "Translated",
    "bring_back",
    "check_pairs",
    "import_draft",
    "place_leftover",
    "settle_leftover",
    "take_translation",
]
