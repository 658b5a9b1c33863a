"""Pages of drafting: reading, beginning and editing, and what each side decides."""

from reciproca.compacts.drafting.web import (
    beginning,
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
    "beginning",
    "deciding",
    "editing",
    "history",
    "languages",
    "library",
    "pages",
    "reading",
    "together",
]
