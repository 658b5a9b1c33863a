"""Pages of signing: the invitation and its answers, the campaign, the organisation's side, documents."""

from reciproca.compacts.signing.web import (
    archive,
    campaign,
    documents,
    guest,
    invitation,
    meeting,
    on_paper,
    organisation,
    signatories,
    since,
    verifying,
    withdrawing,
)
from reciproca.compacts.signing.web.blueprint import pages

__all__ = [
    "archive",
    "campaign",
    "documents",
    "guest",
    "invitation",
    "meeting",
    "on_paper",
    "organisation",
    "pages",
    "signatories",
    "since",
    "verifying",
    "withdrawing",
]
