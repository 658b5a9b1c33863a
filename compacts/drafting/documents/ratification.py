"""The record of what both sides' bodies decided on a frozen text."""

from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.documents.press import Sheet
from reciproca.compacts.drafting.documents.reading import text_in
from reciproca.compacts.drafting.rules import is_frozen
from reciproca.compacts.drafting.tables import Version
from reciproca.core.errors import Conflict
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def ratification_record(work: Work, *, version: Version, locale: str) -> Sheet:
    """Each side's body, its vote and its minute, beside the fingerprint of the text in every language. Conflict while
    there is nothing to decide on: the text isn't frozen."""
    authorize(work, Action.COMPACT_READ)
    if not is_frozen(version.state):
        raise Conflict(
            detail=_("This version is a draft: no body has anything to decide on yet. Nothing was made."),
            remedy=_("Make the record when the version has been proposed."),
        )
    text, _digest = text_in(work, version=version, locale=locale)
    return Sheet(
        template="ratification",
        locale=locale,
        name=f"ratification-v{version.number}-{locale}",
        made=work.now.replace(microsecond=0),
        says={
            "text": text,
            "version": version,
            "decisions": queries.ratifications(work, version=version),
            "renditions": queries.renditions(work, version_ids=[version.id]),
            "zone": work.organisation.zone,
        },
    )
