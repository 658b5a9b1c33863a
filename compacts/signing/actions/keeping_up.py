"""An open campaign keeps up with the staff: who joins is asked too, who leaves is asked no more."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select

from reciproca.compacts.drafting.queries import compact_of
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.obligations.actions import cancel, postpone, resume
from reciproca.compacts.policies.rules import Family
from reciproca.compacts.signing.actions.asking import INVITATION, ask
from reciproca.compacts.signing.actions.misdirected import ask_at_new_address
from reciproca.compacts.signing.queries import audience
from reciproca.compacts.signing.queries.earlier import earlier_signatures
from reciproca.compacts.signing.rules import OPEN, Event, move
from reciproca.compacts.signing.rules.audience import Why, read_rule
from reciproca.compacts.signing.rules.reminders import own_policy
from reciproca.compacts.signing.tables import Campaign, RequestState, SignatureRequest
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def keep_up_with_staff(work: Work, *, again: bool = False) -> list[str]:
    """Compare every open campaign with the staff of today, once a day (`again`: whether or not it was done today).
    Returns the uids of the campaigns that were compared."""
    authorize(work, Action.CAMPAIGN_RUN)
    due = select(Campaign).where(Campaign.state == "open", Campaign.due_at > work.now)
    if not again:
        due = due.where(or_(Campaign.kept_up_on.is_(None), Campaign.kept_up_on < work.today()))
    campaigns = work.session.scalars(due.with_for_update()).all()
    for campaign in campaigns:
        _keep_up(work, campaign)
        campaign.kept_up_on = work.today()
    return [campaign.uid for campaign in campaigns]


def _keep_up(work: Work, campaign: Campaign) -> None:
    version = work.session.get_one(Version, campaign.version_id)
    compact = compact_of(work, version=version)
    found = audience(work, compact=compact, left_out=campaign.left_out, rule=read_rule(campaign.rule))
    rows = work.session.scalars(select(SignatureRequest).filter_by(campaign_id=campaign.id).with_for_update())
    known = {row.person_id: row for row in rows}
    earlier = earlier_signatures(work, version=version)
    stand = {person_id for person_id, one in earlier.items() if one.covers}
    joined = [one for one in found.asked if one.id not in known and one.id not in stand]
    there = [known[one.id] for one in found.asked if one.id in known]
    gone = [known[one.id] for one in found.others if one.why is Why.NOT_APPOINTED and one.id in known]
    back = [row for row in there if row.state is RequestState.CANCELLED]
    left = [row for row in gone if row.state in OPEN]
    ask(work, campaign=campaign, people=joined)
    _ask_again(work, campaign, back)
    _ask_no_more(work, left)
    ask_at_new_address(work, campaign=campaign, rows=there)
    if joined:  # how many others were open when they left would tell what somebody had answered
        work.act("campaign.kept_up", about=campaign.uid, record={"joined": len(joined)})


def _ask_again(work: Work, campaign: Campaign, rows: Sequence[SignatureRequest]) -> None:
    for row in rows:
        row.state, row.ended_at = move(row.state, Event.ASK_AGAIN), None
        row.revision += 1
    uids, due = [row.uid for row in rows], date.fromisoformat(campaign.due_local[:10])
    resume(work, kind=INVITATION, subject_uids=uids)
    policy = own_policy(campaign.reminders)
    postpone(work, kind=INVITATION, family=Family.INVITATION, subject_uids=uids, due=due, policy=policy)


def _ask_no_more(work: Work, rows: Sequence[SignatureRequest]) -> None:
    """Whose turn hadn't come was never asked: of them nothing is kept, and who comes back is new."""
    for row in rows:
        if row.state is RequestState.CREATED:
            work.session.delete(row)
            continue
        row.state, row.ended_at = move(row.state, Event.CANCEL), work.now
        row.revision += 1
    cancel(work, kind=INVITATION, subject_uids=[row.uid for row in rows])
