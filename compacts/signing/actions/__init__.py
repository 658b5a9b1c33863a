"""What can be done: offer a version, open the page, sign or answer otherwise, sign for the organisation."""

from reciproca.compacts.signing.actions.answers import ask_to_talk, decline, mark_called, stop_reminders
from reciproca.compacts.signing.actions.archiving import ask_for_archive_stamps
from reciproca.compacts.signing.actions.arranging import arrange_signatories
from reciproca.compacts.signing.actions.asking import INVITATION
from reciproca.compacts.signing.actions.campaigns import (
    close_campaign,
    close_due_campaigns,
    end_with_version,
    open_campaign,
)
from reciproca.compacts.signing.actions.ceremony import open_ceremony, sign
from reciproca.compacts.signing.actions.erasing import erase_evidence
from reciproca.compacts.signing.actions.extending import extend_campaign
from reciproca.compacts.signing.actions.keeping_up import keep_up_with_staff
from reciproca.compacts.signing.actions.misdirected import not_me
from reciproca.compacts.signing.actions.organisation import open_organisation_ceremony, sign_for_organisation
from reciproca.compacts.signing.actions.pausing import pause_campaign, resume_campaign
from reciproca.compacts.signing.actions.previewing import Preview, preview_campaign
from reciproca.compacts.signing.actions.verifying import verify_upload
from reciproca.compacts.signing.actions.waves import open_waves
from reciproca.compacts.signing.actions.withdrawing import withdraw_signature

__all__ = [
    "INVITATION",
    "Preview",
    "arrange_signatories",
    "ask_for_archive_stamps",
    "ask_to_talk",
    "close_campaign",
    "close_due_campaigns",
    "decline",
    "end_with_version",
    "erase_evidence",
    "extend_campaign",
    "keep_up_with_staff",
    "mark_called",
    "not_me",
    "open_campaign",
    "open_ceremony",
    "open_organisation_ceremony",
    "open_waves",
    "pause_campaign",
    "preview_campaign",
    "resume_campaign",
    "sign",
    "sign_for_organisation",
    "stop_reminders",
    "verify_upload",
    "withdraw_signature",
]
