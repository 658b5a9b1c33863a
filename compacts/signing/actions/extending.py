"""Giving people more time to answer, or less."""

from datetime import date

from reciproca.compacts.signing.actions.campaigns import check_day, open_one
from reciproca.compacts.signing.actions.pausing import move_end
from reciproca.compacts.signing.tables import Campaign
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def extend_campaign(work: Work, *, campaign_uid: str, due: date, revision: int | None = None) -> Campaign:
    """Move the last day of a campaign. Reminders counted from it move too; nobody who asked not to be reminded is.
    Conflict, Invalid, Stale."""
    authorize(work, Action.CAMPAIGN_RUN)
    campaign = open_one(work, campaign_uid=campaign_uid, revision=revision)
    check_day(work, due=due)
    before = campaign.due_local[:10]
    move_end(work, campaign=campaign, due=due)
    work.act("campaign.extended", about=campaign.uid, record={"before": before, "due": due.isoformat()})
    return campaign
