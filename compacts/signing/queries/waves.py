"""Who is asked in which wave, and whether the leaders of both sides have signed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.people.queries import members
from reciproca.compacts.people.staying import in_post
from reciproca.compacts.people.tables import Holding, Post, Unit
from reciproca.compacts.signing.queries.documents import organisation_signature
from reciproca.compacts.signing.rules.waves import Wave, read_waves
from reciproca.compacts.signing.tables import Campaign, RequestState, SignatureRequest
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A wave with how many `people` are in it and the names of its units."""

    wave: Wave
    people: int
    units: tuple[str, ...]


def takers(work: Work, *, compact: Compact, waves: Sequence[Wave]) -> Sequence[Collection[int] | None]:
    """The ids of the people whom each of `waves` takes; None for a wave that takes the rest."""
    authorize(work, Action.CAMPAIGN_RUN)
    return [None if wave.takes_the_rest else _taken(work, compact, wave) for wave in waves]


def waves(work: Work, *, campaign: Campaign) -> Sequence[Turn]:
    """A campaign's waves with the number of people in each; none where all were asked at once."""
    authorize(work, Action.CAMPAIGN_READ)
    counted = select(SignatureRequest.wave, func.count()).filter_by(campaign_id=campaign.id)
    asked = dict(work.session.execute(counted.group_by(SignatureRequest.wave)).all())
    found = read_waves(campaign.waves)
    uids = {uid for wave in found for uid in wave.units}
    names = dict(work.session.execute(select(Unit.uid, Unit.name).where(Unit.uid.in_(uids))).all())
    return [
        Turn(wave=wave, people=asked.get(number, 0), units=tuple(names.get(uid, "") for uid in wave.units))
        for number, wave in enumerate(found)
    ]


def leaders_have_signed(work: Work, *, campaign: Campaign, compact: Compact) -> bool:
    """Whether the organisation and every leader who was asked in a wave of their own have signed."""
    authorize(work, Action.CAMPAIGN_RUN)
    version = work.session.get_one(Version, campaign.version_id)
    if compact.organisation_signs != "each" and not organisation_signature(work, version=version):
        return False
    leading = [number for number, wave in enumerate(read_waves(campaign.waves)) if wave.leaders]
    asked = select(SignatureRequest.state).where(
        SignatureRequest.campaign_id == campaign.id,
        SignatureRequest.wave.in_(leading),
        SignatureRequest.state != RequestState.CANCELLED,
    )
    return set(work.session.scalars(asked)) == {RequestState.SIGNED}


def _taken(work: Work, compact: Compact, wave: Wave) -> Collection[int]:
    if wave.leaders:
        return _leaders(work, compact)
    found: set[int] = set()
    for uid in wave.units:
        found |= {one.id for one in members(work, at=work.today(), unit_uid=uid, include_on_leave=True)}
    return found


def _leaders(work: Work, compact: Compact) -> Collection[int]:
    """The physicians' co-sponsor, and who holds a post today in the agreement's unit or below."""
    scope = work.session.get_one(Unit, compact.unit_id)
    held = (
        select(Holding.person_id)
        .join(Post, Post.id == Holding.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            or_(Unit.id == scope.id, Unit.path.startswith(f"{scope.path} › ", autoescape=True)),
            Holding.is_deputy.is_(False),
            in_post(work.today()),
        )
    )
    posts = set(work.session.scalars(held))
    sponsor = compact.sponsor_physicians_id
    return posts | ({sponsor} if sponsor else set())
