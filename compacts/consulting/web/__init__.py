"""Pages of consulting: rounds, what is said in them, and what became of it."""

from reciproca.compacts.consulting.web import rounds
from reciproca.compacts.consulting.web.blueprint import pages

__all__ = ["pages", "rounds"]
