"""Giving people more time to answer, or less."""

from datetime import date

from sqlalchemy import select

from reciproca.compacts.obligations.actions import postpone
from reciproca.compacts.obligations.rules import DUE_TIME, Family, due_instant
from reciproca.compacts.signing.actions.campaigns import INVITATION, check_day, open_one
from reciproca.compacts.signing.rules import OPEN
from reciproca.compacts.signing.tables import Campaign, SignatureRequest
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def extend_campaign(work: Work, *, campaign_uid: str, due: date, revision: int | None = None) -> Campaign:
    """Move the last day of a campaign. Reminders counted from it move too; nobody who asked not to be reminded is.
    Conflict, Invalid, Stale."""
    authorize(work, Action.CAMPAIGN_RUN)
    campaign = open_one(work, campaign_uid=campaign_uid, revision=revision)
    check_day(work, due=due)
    before, campaign.due_local = campaign.due_local, f"{due.isoformat()}T{DUE_TIME:%H:%M}"
    campaign.due_at = due_instant(due, campaign.zone)
    waiting = select(SignatureRequest.uid).where(
        SignatureRequest.campaign_id == campaign.id, SignatureRequest.state.in_(OPEN)
    )
    postpone(
        work,
        kind=INVITATION,
        family=Family.INVITATION,
        subject_uids=list(work.session.scalars(waiting)),
        due=due,
    )
    record = {"before": before[:10], "due": due.isoformat()}
    work.act("campaign.extended", about=campaign.uid, record=record)
    return campaign
