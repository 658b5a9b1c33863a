"""What people do with words that come from elsewhere."""

from reciproca.compacts.exchange.actions.importing import import_draft, settle_leftover

__all__ = ["import_draft", "settle_leftover"]
