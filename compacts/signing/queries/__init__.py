"""Reads of requests, campaigns, evidence and documents."""

from reciproca.compacts.signing.queries.archive import Kept, archive
from reciproca.compacts.signing.queries.asked import asked_facts
from reciproca.compacts.signing.queries.audience import Audience, NotAsked, audience
from reciproca.compacts.signing.queries.campaigns import (
    Progress,
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
    signed_version,
    to_countersign,
)
from reciproca.compacts.signing.queries.requests import (
    Confided,
    Sheet,
    Waiting,
    appointments_of,
    bound,
    confided,
    confidences,
    find_request,
    has_consented,
    living_ceremony,
    no_request,
    own_requests,
    rendition_of,
    show_request,
    waiting_for,
)
from reciproca.compacts.signing.queries.signatories import (
    is_half_signed,
    partial_signatures,
    seats,
    signatories_to_ask,
)
from reciproca.compacts.signing.queries.standing import Standing, standing_of_code
from reciproca.compacts.signing.queries.waves import Turn, leaders_have_signed, takers, waves

__all__ = [
    "Audience",
    "Confided",
    "Evidence",
    "Kept",
    "NotAsked",
    "Progress",
    "Sheet",
    "Standing",
    "Turn",
    "Waiting",
    "appointments_of",
    "archive",
    "asked_facts",
    "audience",
    "bound",
    "campaign_of",
    "confided",
    "confidences",
    "find_campaign",
    "find_document",
    "find_request",
    "find_signature",
    "has_consented",
    "is_half_signed",
    "leaders_have_signed",
    "living_ceremony",
    "no_request",
    "organisation_signature",
    "own_requests",
    "partial_signatures",
    "post_titles",
    "progress",
    "rendition_of",
    "seats",
    "show_evidence",
    "show_request",
    "signatories_to_ask",
    "signed_version",
    "standing_of_code",
    "takers",
    "to_countersign",
    "waiting_for",
    "waves",
]
