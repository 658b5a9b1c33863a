"""On which days a campaign reminds: its own, or those that count around it."""

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.policies.queries import Subject, inherited
from reciproca.compacts.policies.rules import Family
from reciproca.compacts.signing.rules.reminders import Reminders, read_reminders
from reciproca.compacts.signing.tables import Campaign
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def usual_reminders(work: Work, *, compact: Compact) -> Reminders:
    """The days that count about an agreement, or in the organisation. A unit's own, which some of those who are asked
    may have instead, is left out."""
    authorize(work, Action.CAMPAIGN_READ)
    about = Subject(family=Family.INVITATION, compact_uid=compact.uid)
    (chosen,) = inherited(work, subjects=[about])
    return read_reminders({}, chosen)


def reminders_of(work: Work, *, campaign: Campaign) -> Reminders:
    """The days on which a campaign reminds."""
    authorize(work, Action.CAMPAIGN_READ)
    if campaign.reminders:
        return read_reminders(campaign.reminders)
    asked = (
        select(Compact)
        .join(Version, Version.compact_id == Compact.id)
        .where(Version.id == campaign.version_id)
    )
    return usual_reminders(work, compact=work.session.scalars(asked).one())
