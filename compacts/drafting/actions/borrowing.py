"""Taking over a topic that was written before, in a template or in another version."""

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.actions.locking import locked_version
from reciproca.compacts.drafting.actions.words import add_commitment
from reciproca.compacts.drafting.queries.library import shelved
from reciproca.compacts.drafting.tables import Version
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def insert_topic(work: Work, *, version_uid: str, source: str) -> Version:
    """Add to a draft, as its last topic, what both sides promise in the library's topic `source`, in every language;
    the history says where it came from. NotFound; Conflict when the version isn't a draft."""
    authorize(work, Action.DRAFT_EDIT)
    version = locked_version(work.session, version_uid)
    rules.require_open(version.state)
    found = shelved(work, version=version, source=source)
    origin = f"{found.origin} ({found.number})" if found.number else found.origin
    pair: str | None = None
    for side, words in found.sides.items():
        added = add_commitment(
            work, version_uid=version_uid, side=side, theme="", words=words, pair=pair,
            cadence=found.cadence, why=f"← {origin}",
        )  # fmt: skip
        pair = pair or added.pair
    return version
