"""Asking in waves: the leaders first, or some departments; each wave opens on its day, or once the leaders signed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select, update

from reciproca.compacts.drafting.queries import compact_of
from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.people.queries import Member
from reciproca.compacts.signing.actions.asking import invite
from reciproca.compacts.signing.queries.waves import leaders_have_signed, takers
from reciproca.compacts.signing.rules.waves import Wave, faults_of, opened, read_waves, wave_of
from reciproca.compacts.signing.tables import Campaign, RequestState, SignatureRequest
from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

_FAULTS = {
    "rest": _("The last group must be everybody else."),
    "days": _("Each group must be asked later than the one before it."),
    "end": _("Everybody must be asked before the last day for answers."),
    "empty": _("Nobody would be asked in one of the groups. Choose another, or ask everybody at once."),
}


def begin_waves(
    work: Work, *, campaign: Campaign, compact: Compact, waves: Sequence[Wave], people: Sequence[Member]
) -> None:
    """Give a new campaign the order in which `people` are asked; the first wave opens now. Invalid."""
    authorize(work, Action.CAMPAIGN_RUN)
    ordered = in_order(work, compact=compact, waves=waves, people=people, due=campaign.due_at.date())
    first = [wave.to_json() | {"is_open": number == 0} for number, wave in enumerate(ordered)]
    campaign.waves = first


def in_order(
    work: Work, *, compact: Compact, waves: Sequence[Wave], people: Sequence[Member], due: date
) -> Sequence[Wave]:
    """The waves as a campaign until `due` would keep them, the first from today on. Invalid where they can't be kept,
    or where one of them would ask none of `people`."""
    authorize(work, Action.CAMPAIGN_RUN)
    waves = [replace(wave, opens=work.today()) if number == 0 else wave for number, wave in enumerate(waves)]
    codes = faults_of(waves, due=due)
    taking = takers(work, compact=compact, waves=waves)
    if len({wave_of(taking, one.id) for one in people}) < len(waves):
        codes.append("empty")
    if codes:
        faults = [Fault(field="waves", reason=_FAULTS[code]) for code in codes]
        raise Invalid(detail=_("Nobody was asked. Nothing was changed."), faults=faults)
    return waves


def require_waves_before(campaign: Campaign, *, due: date) -> None:
    """Invalid when somebody would be asked only on or after the day `due`."""
    waiting = [wave for wave in read_waves(campaign.waves) if not wave.is_open and wave.opens >= due]
    if waiting:
        raise Invalid(detail=_("Nothing was changed."), faults=[Fault(field="due", reason=_FAULTS["end"])])


def open_waves(work: Work) -> list[str]:
    """Ask everybody whose turn has come, in every open campaign; for the scheduler. Returns the campaigns' uids."""
    authorize(work, Action.CAMPAIGN_RUN)
    waiting = select(SignatureRequest.campaign_id).filter_by(state=RequestState.CREATED)
    asked = select(Campaign).where(Campaign.state == "open", Campaign.id.in_(waiting)).with_for_update()
    found = [one for one in work.session.scalars(asked).all() if one.due_at > work.now]
    return [one.uid for one in found if _open_next(work, one)]


def _open_next(work: Work, campaign: Campaign) -> bool:
    version = work.session.get_one(Version, campaign.version_id)
    compact = compact_of(work, version=version)
    before = read_waves(campaign.waves)
    signed = leaders_have_signed(work, campaign=campaign, compact=compact)
    after = opened(before, today=work.today(), leaders_have_signed=signed)
    numbers = [number for number, wave in enumerate(after) if wave.is_open and not before[number].is_open]
    if not numbers:
        return False
    campaign.waves = [wave.to_json() for wave in after]
    _send(work, campaign, version, numbers)
    work.act("campaign.wave_opened", about=campaign.uid, record={"waves": numbers})
    return True


def _send(work: Work, campaign: Campaign, version: Version, numbers: Sequence[int]) -> None:
    turn = (
        (SignatureRequest.campaign_id == campaign.id)
        & SignatureRequest.wave.in_(numbers)
        & (SignatureRequest.state == RequestState.CREATED)
    )
    uids = work.session.scalars(select(SignatureRequest.uid).where(turn)).all()
    sent = update(SignatureRequest).where(turn)
    work.session.execute(
        sent.values(state=RequestState.SENT, revision=SignatureRequest.revision + 1),
        execution_options={"synchronize_session": "fetch"},
    )
    invite(work, campaign=campaign, version=version, request_uids=uids)
