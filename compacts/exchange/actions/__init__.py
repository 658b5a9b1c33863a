"""What people do with words that come from elsewhere."""

from reciproca.compacts.exchange.actions.importing import check_pairs, import_draft
from reciproca.compacts.exchange.actions.leftovers import place_leftover, settle_leftover

__all__ = ["check_pairs", "import_draft", "place_leftover", "settle_leftover"]
