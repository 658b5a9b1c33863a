"""Pages of reviewing: the list, one review in each of its states, and what is done there."""

from reciproca.compacts.reviewing.web import doing, reading
from reciproca.compacts.reviewing.web.blueprint import pages

__all__ = ["doing", "pages", "reading"]
