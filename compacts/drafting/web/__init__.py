"""Pages of drafting: reading, beginning and editing, and what each side decides."""

from reciproca.compacts.drafting.web import (
    addenda,
    beginning,
    bodies,
    deciding,
    editing,
    history,
    languages,
    library,
    reading,
    together,
)
from reciproca.compacts.drafting.web.blueprint import pages

__all__ = [
    "addenda",
    "beginning",
    "bodies",
    "deciding",
    "editing",
    "history",
    "languages",
    "library",
    "pages",
    "reading",
    "together",
]
