"""Pages of exchange: a document in, and what of it found no place."""

from reciproca.compacts.exchange.web import importing, leftovers, papers, returning, translating
from reciproca.compacts.exchange.web.blueprint import pages

__all__ = ["importing", "leftovers", "pages", "papers", "returning", "translating"]
