"""Reads of requests, campaigns, evidence and documents."""

from reciproca.compacts.signing.queries.campaigns import (
    Progress,
    audience,
    campaign_of,
    find_campaign,
    progress,
)
from reciproca.compacts.signing.queries.documents import (
    Evidence,
    find_document,
    find_signature,
    organisation_signature,
    post_titles,
    show_evidence,
    to_countersign,
)
from reciproca.compacts.signing.queries.requests import (
    Confided,
    Sheet,
    Waiting,
    appointments_of,
    bound,
    confided,
    find_request,
    has_consented,
    living_ceremony,
    no_request,
    own_requests,
    rendition_of,
    show_request,
    waiting_for,
)

__all__ = [
    "Confided", "Evidence", "Progress", "Sheet", "Waiting", "appointments_of", "audience", "bound", "campaign_of",
    "confided", "find_campaign", "find_document", "find_request", "find_signature", "has_consented", "living_ceremony",
    "no_request", "organisation_signature", "own_requests", "post_titles", "progress", "rendition_of", "show_evidence",
    "show_request", "to_countersign", "waiting_for",
]
