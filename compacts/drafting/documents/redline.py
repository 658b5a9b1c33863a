"""What changed between two versions, on paper: legible in black and white, and aloud."""

from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.documents.press import Sheet
from reciproca.compacts.drafting.tables import Version
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def redline(work: Work, *, version: Version, before: Version, locale: str) -> Sheet:
    """What leads from `before` to `version` in `locale`, promise by promise, with what moved and what was merged."""
    authorize(work, Action.COMPACT_READ)
    text = queries.version_texts(work, version=version, locales=[locale])[locale]
    return Sheet(
        template="redline",
        locale=locale,
        name=f"changes-v{before.number}-v{version.number}-{locale}",
        made=work.now.replace(microsecond=0),
        says={
            "text": text,
            "before": before,
            "version": version,
            "difference": queries.comparison(work, before=before, after=version, locale=locale),
            "zone": work.organisation.zone,
        },
    )
