"""Pages of consulting: rounds, what is said in them, and what became of it."""

from reciproca.compacts.consulting.web import desk, rounds, running, talking, telling
from reciproca.compacts.consulting.web.blueprint import pages

__all__ = ["desk", "pages", "rounds", "running", "talking", "telling"]
