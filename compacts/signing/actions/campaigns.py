"""Offering a version for signature, and ending the offer. Who didn't sign leaves no trace that says what they did."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from reciproca.compacts.drafting.actions.locking import locked_version
from reciproca.compacts.drafting.queries import all_titles, compact_of
from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.notices.actions import notify_all
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.obligations.actions import cancel, close
from reciproca.compacts.obligations.rules import due_instant
from reciproca.compacts.people.queries import Member
from reciproca.compacts.policies.rules import Days, Family, faults_of_days
from reciproca.compacts.signing import rules
from reciproca.compacts.signing.actions.asking import INVITATION, ask
from reciproca.compacts.signing.actions.countersigning import COUNTERSIGNING
from reciproca.compacts.signing.actions.waves import begin_waves
from reciproca.compacts.signing.queries import audience, organisation_signature
from reciproca.compacts.signing.queries.audience import ANYBODY
from reciproca.compacts.signing.queries.earlier import earlier_signatures
from reciproca.compacts.signing.queries.reminding import usual_reminders
from reciproca.compacts.signing.rules import OPEN, Event
from reciproca.compacts.signing.rules.audience import Rule
from reciproca.compacts.signing.rules.reminders import Reminders
from reciproca.compacts.signing.rules.waves import Wave
from reciproca.compacts.signing.tables import Campaign, RequestState, SignatureRequest
from reciproca.compacts.signing.wording import VOID, titled
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict, Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.ledger.entry import instant
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.events import CampaignOpened
from reciproca.plugins.types import Side

LONGEST = timedelta(days=366)
_REMINDERS = {
    "days": _("Give each reminder a number of days from 1 to 90, and no two the same."),
    "twice": _("Give each reminder a number of days from 1 to 90, and no two the same."),
    "many": _("Remind four times at most: whoever stays silent is to be left in peace."),
}


def open_campaign(
    work: Work,
    *,
    version_uid: str,
    due: date,
    exclude: Collection[str] = (),
    waves: Sequence[Wave] = (),
    rule: Rule = ANYBODY,
    reminders: Reminders | None = None,
) -> Campaign:
    """Ask everybody whom the agreement is for and who fits `rule` (without the organisation's own co-sponsor, and the
    people whose uids are in `exclude`) to sign a version by the end of the local day `due`; in `waves`, or all at once.
    `reminders` say when those who haven't answered are reminded (None: as of every invitation). Whose signature on an
    earlier version stands for this one isn't asked again. Conflict, Invalid, NotFound."""
    authorize(work, Action.CAMPAIGN_RUN)
    version = locked_version(work.session, version_uid)
    rules.require_signable(version.state)
    check_day(work, due=due)
    check_reminders(work, reminders=reminders)
    _refuse_second(work, version)
    compact = compact_of(work, version=version)
    has_signed = organisation_signature(work, version=version) is not None
    rules.require_order(organisation_signs=compact.organisation_signs, has_signed=has_signed)
    people = _asked(work, compact, version, exclude, rule)
    campaign = _write(work, version, due, exclude, rule)
    usual = usual_reminders(work, compact=compact)
    # What is as it would be anyway goes on to be: a choice that is made around it later counts.
    campaign.reminders = reminders.to_json() if reminders and reminders != usual else {}
    begin_waves(work, campaign=campaign, compact=compact, waves=waves, people=people)
    ask(work, campaign=campaign, people=people)
    record = {
        "version": version.uid,
        "due": due.isoformat(),
        "asked": len(people),
        "waves": campaign.waves,
        "rule": campaign.rule,
        "reminders": (reminders or usual).to_json(),
    }
    work.act("campaign.opened", about=campaign.uid, record=record)
    work.record(
        CampaignOpened(
            organisation=work.organisation.uid,
            at=instant(work.now),
            compact=compact.uid,
            version=version.uid,
            campaign=campaign.uid,
            requests=len(people),
        )
    )
    return campaign


def check_reminders(work: Work, *, reminders: Reminders | None) -> None:
    """Invalid for days on which nobody may be reminded."""
    authorize(work, Action.CAMPAIGN_RUN)
    days = Days(after=reminders.after, before=reminders.before) if reminders else Days()
    codes = {code for _field, code in faults_of_days(Family.INVITATION, days)}
    if codes:
        faults = [Fault(field="reminders", reason=_REMINDERS[code]) for code in sorted(codes)]
        raise Invalid(detail=_("Nobody was asked. Nothing was changed."), faults=faults)


def close_campaign(work: Work, *, campaign_uid: str, revision: int | None = None) -> Campaign:
    """End the offer: whoever hasn't answered stands as "no answer". What each one who didn't sign did is committed to
    the ledger now, all at once, under one common type and in no order. Conflict, Stale."""
    authorize(work, Action.CAMPAIGN_RUN)
    campaign = open_one(work, campaign_uid=campaign_uid, revision=revision)
    _end(work, campaign, Event.EXPIRE)
    return campaign


def open_one(work: Work, *, campaign_uid: str, revision: int | None, state: str = "open") -> Campaign:
    """The campaign `campaign_uid` in `state`, held until the end of the transaction. Conflict, Stale."""
    authorize(work, Action.CAMPAIGN_RUN)
    found = select(Campaign).filter_by(uid=campaign_uid).with_for_update()
    campaign = work.session.scalars(found, execution_options={"populate_existing": True}).one_or_none()
    if campaign is None or campaign.state != state:
        raise Conflict(
            detail=_("There is no such campaign in that state. Nothing was changed."),
            remedy=_("See how far it is on the page of the campaign."),
        )
    expect_revision(campaign, revision)
    return campaign


def close_due_campaigns(work: Work) -> list[str]:
    """End every campaign whose day is over; for the scheduler. Returns uids."""
    authorize(work, Action.CAMPAIGN_RUN)
    due = select(Campaign).where(Campaign.state == "open", Campaign.due_at <= work.now).with_for_update()
    ended = []
    for campaign in work.session.scalars(due).all():
        _end(work, campaign, Event.EXPIRE)
        ended.append(campaign.uid)
    return ended


def end_with_version(work: Work, *, version_uid: str, event: Event) -> None:
    """A newer version is in force, or the agreement has ended: nobody is asked for this one any more, and what the
    organisation still owed under it can't be signed."""
    authorize(work, Action.CAMPAIGN_RUN)
    cancel(work, kind=COUNTERSIGNING, subject_uids=[version_uid])
    asked = select(Campaign).join(Version, Version.id == Campaign.version_id).with_for_update(of=Campaign)
    for campaign in work.session.scalars(
        asked.where(Version.uid == version_uid, Campaign.state != "closed")
    ).all():
        _end(work, campaign, event)


def tell_signers(work: Work, *, version_uid: str, is_void: bool = False) -> None:
    """Tell everybody who signed a version that it has ended, or that it is void, each once. Nobody else is told who
    signed."""
    authorize(work, Action.CAMPAIGN_RUN)
    signed = (
        select(SignatureRequest.person_id)
        .join(Version, Version.id == SignatureRequest.version_id)
        .where(Version.uid == version_uid, SignatureRequest.state == RequestState.SIGNED)
    )
    version = work.session.scalars(select(Version).filter_by(uid=version_uid)).one()
    titles = all_titles(work, compact_ids=[version.compact_id]).get(version.compact_id, {})
    data: dict[str, object] = {"title": titled(titles, version.number), "path": f"/versions/{version_uid}"}
    kind = Kind.VERSION_ENDED
    if is_void:
        kind, data = Kind.MESSAGE, {**data, "text": dict(VOID)}
    people = work.session.scalars(signed).all()
    notify_all(work, kind=kind, person_ids=people, data=data, side=Side.PHYSICIANS)


def check_day(work: Work, *, due: date) -> None:
    """Invalid for a day that leaves no time to answer, or is more than a year away."""
    authorize(work, Action.CAMPAIGN_RUN)
    if not work.today() < due <= work.today() + LONGEST:
        raise Invalid(
            detail=_("People need time to read and to answer. Nothing was changed."),
            faults=[Fault(field="due", reason=_("Choose a day from tomorrow on, within a year."))],
        )


def _refuse_second(work: Work, version: Version) -> None:
    if work.session.scalar(select(Campaign.id).filter_by(version_id=version.id)):
        raise Conflict(
            detail=_("This version is offered for signature already. Nothing was changed."),
            remedy=_("See how far it is on the page of the campaign."),
        )


def _asked(
    work: Work, compact: Compact, version: Version, exclude: Collection[str], rule: Rule
) -> Sequence[Member]:
    meant = audience(work, compact=compact, left_out=exclude, rule=rule).asked
    earlier = earlier_signatures(work, version=version)
    found = [one for one in meant if one.id not in earlier or not earlier[one.id].covers]
    if meant and not found:
        raise Conflict(
            detail=_("Everybody’s signature stands for this version already. Nobody was asked."),
            remedy=_("Only its form changed, no promise. There is nothing to do."),
        )
    if not found:
        raise Invalid(
            detail=_("Nobody is appointed whom this would ask. Nothing was changed."),
            remedy=_("Take in the roster first, or choose again whom it asks."),
        )
    return found


def _write(work: Work, version: Version, due: date, exclude: Collection[str], rule: Rule) -> Campaign:
    zone = work.organisation.zone
    campaign = Campaign(
        version_id=version.id,
        opened_at=work.now,
        due_local=f"{due.isoformat()}T17:00",
        zone=zone,
        due_at=due_instant(due, zone),
        state="open",
        left_out=sorted(set(exclude)),
        rule=rule.to_json(),
        kept_up_on=work.today(),
    )
    work.session.add(campaign)
    work.session.flush()
    return campaign


def _end(work: Work, campaign: Campaign, event: Event) -> None:
    asked = select(SignatureRequest).filter_by(campaign_id=campaign.id).with_for_update()
    rows = work.session.scalars(asked, execution_options={"populate_existing": True}).all()
    for row in rows:
        row.call_number, row.wrong_address = None, None  # nobody is called any more
    unsigned = [row for row in rows if row.state is not RequestState.SIGNED]
    for row in unsigned:
        if row.state in OPEN:
            row.state, row.ended_at = rules.move(row.state, event), work.now
            row.revision += 1
    end_invitations = close if event is Event.EXPIRE else cancel
    end_invitations(work, kind=INVITATION, subject_uids=[row.uid for row in unsigned])
    campaign.state, campaign.closed_at = "closed", work.now
    work.act("campaign.closed", about=campaign.uid, record={"why": event.value, "unsigned": len(unsigned)})
    _commit_outcomes(work, campaign, unsigned)


def _commit_outcomes(work: Work, campaign: Campaign, unsigned: list[SignatureRequest]) -> None:
    """One leaf for each who didn't sign: all of one type, about the campaign, in random order."""
    secrets.SystemRandom().shuffle(unsigned)
    for row in unsigned:
        work.act("request.ended", about=campaign.uid, record={"request": row.uid, "outcome": row.state.value})
