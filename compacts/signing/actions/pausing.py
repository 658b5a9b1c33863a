"""Pausing a campaign: nobody is reminded, and nobody can sign, until the steward goes on."""

from datetime import date

from sqlalchemy import select

from reciproca.compacts.obligations.actions import hold, postpone
from reciproca.compacts.obligations.rules import DUE_TIME, due_instant
from reciproca.compacts.policies.rules import Family
from reciproca.compacts.signing.actions.asking import INVITATION
from reciproca.compacts.signing.actions.campaigns import check_day, open_one
from reciproca.compacts.signing.actions.waves import require_waves_before
from reciproca.compacts.signing.rules import OPEN, PAUSED
from reciproca.compacts.signing.rules.reminders import own_policy
from reciproca.compacts.signing.tables import Campaign, SignatureRequest
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def pause_campaign(work: Work, *, campaign_uid: str, revision: int | None = None) -> Campaign:
    """Hold a campaign: what was signed stays signed, answers other than signing are still taken. Conflict, Stale."""
    authorize(work, Action.CAMPAIGN_RUN)
    campaign = open_one(work, campaign_uid=campaign_uid, revision=revision)
    campaign.state = PAUSED
    hold(work, kind=INVITATION, subject_uids=waiting(work, campaign=campaign))
    work.act("campaign.paused", about=campaign.uid, record={})
    return campaign


def resume_campaign(work: Work, *, campaign_uid: str, due: date, revision: int | None = None) -> Campaign:
    """Go on until the end of the local day `due`. What would have been sent meanwhile isn't. Conflict, Invalid,
    Stale."""
    authorize(work, Action.CAMPAIGN_RUN)
    campaign = open_one(work, campaign_uid=campaign_uid, revision=revision, state=PAUSED)
    check_day(work, due=due)
    campaign.state = "open"
    move_end(work, campaign=campaign, due=due)
    work.act("campaign.resumed", about=campaign.uid, record={"due": due.isoformat()})
    return campaign


def move_end(work: Work, *, campaign: Campaign, due: date) -> None:
    """Let an open campaign end with another day, for everybody who hasn't answered."""
    authorize(work, Action.CAMPAIGN_RUN)
    require_waves_before(campaign, due=due)
    campaign.due_local = f"{due.isoformat()}T{DUE_TIME:%H:%M}"
    campaign.due_at = due_instant(due, campaign.zone)
    uids = waiting(work, campaign=campaign)
    policy = own_policy(campaign.reminders)
    postpone(work, kind=INVITATION, family=Family.INVITATION, subject_uids=uids, due=due, policy=policy)


def waiting(work: Work, *, campaign: Campaign) -> list[str]:
    """The uids of the requests that can still be answered."""
    authorize(work, Action.CAMPAIGN_RUN)
    asked = select(SignatureRequest.uid).where(
        SignatureRequest.campaign_id == campaign.id, SignatureRequest.state.in_(OPEN)
    )
    return list(work.session.scalars(asked))
