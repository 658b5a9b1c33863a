"""Pages of signing: the invitation and its answers, the campaign, the organisation's side, documents."""

from reciproca.compacts.signing.web import (
    archive,
    campaign,
    documents,
    invitation,
    organisation,
    since,
    verifying,
    withdrawing,
)
from reciproca.compacts.signing.web.blueprint import pages

__all__ = [
    "archive",
    "campaign",
    "documents",
    "invitation",
    "organisation",
    "pages",
    "since",
    "verifying",
    "withdrawing",
]
