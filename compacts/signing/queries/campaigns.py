"""How a campaign stands: counts only, and none so small that it would point at somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.people.tables import Appointment, Unit
from reciproca.compacts.signing.rules import OPEN, PHYSICIAN, Group, above_floor, by_unit, shown
from reciproca.compacts.signing.tables import (
    Campaign,
    RequestState,
    SealedDocument,
    Signature,
    SignatureRequest,
)
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

_UNANSWERED = (OPEN | {RequestState.EXPIRED}) - {RequestState.DISCUSSION_REQUESTED}


@dataclass(frozen=True, kw_only=True)
class Progress:
    """`asked` people, `signed` of them; `others` are the parts of the rest (`declined`, `asked_to_talk`, `open`: no
    answer), None where too few to show; `groups` by department. `bound` counts signatures that the organisation has
    signed too, `documents` those whose document is made."""

    campaign: Campaign
    asked: int
    signed: int
    bound: int
    documents: int
    others: Mapping[str, int | None]
    groups: Sequence[Group]


def campaigns(work: Work) -> Sequence[Campaign]:
    """Every campaign of the organisation, the newest first."""
    authorize(work, Action.CAMPAIGN_READ)
    return work.session.scalars(select(Campaign).order_by(Campaign.id.desc())).all()


def find_campaign(work: Work, *, uid: str) -> Campaign:
    """The campaign `uid`. NotFound."""
    authorize(work, Action.CAMPAIGN_READ)
    found = work.session.scalars(select(Campaign).filter_by(uid=uid)).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("There is no such campaign here."), remedy=_("Look it up on the agreement's page.")
        )
    return found


def campaign_of(work: Work, *, version: Version) -> Campaign | None:
    """The campaign for a version, if it was opened."""
    authorize(work, Action.CAMPAIGN_READ)
    return work.session.scalars(select(Campaign).filter_by(version_id=version.id)).one_or_none()


def progress(work: Work, *, campaign: Campaign) -> Progress:
    """How far a campaign is. Six queries, whatever its size."""
    authorize(work, Action.CAMPAIGN_READ)
    by_state = dict(
        work.session.execute(
            select(SignatureRequest.state, func.count())
            .filter_by(campaign_id=campaign.id)
            .group_by(SignatureRequest.state)
        ).all()
    )
    signed = by_state.get(RequestState.SIGNED, 0)
    others = {
        "declined": by_state.get(RequestState.DECLINED, 0),
        "asked_to_talk": by_state.get(RequestState.DISCUSSION_REQUESTED, 0),
        "open": sum(by_state.get(state, 0) for state in _UNANSWERED),
    }
    rest = sum(by_state.values()) - signed - sum(others.values())
    parts = {**others, "ended": rest} if rest else others
    return Progress(
        campaign=campaign,
        asked=sum(by_state.values()),
        signed=signed,
        bound=_bound(work, campaign),
        documents=_documents(work, campaign),
        others=shown(parts),
        groups=above_floor(_groups(work, campaign)),
    )


def _documents(work: Work, campaign: Campaign) -> int:
    made = select(func.count(SealedDocument.id)).join(Signature, Signature.id == SealedDocument.signature_id)
    of_version = made.where(Signature.version_id == campaign.version_id, Signature.withdrawn_at.is_(None))
    return work.session.scalar(of_version) or 0


def _bound(work: Work, campaign: Campaign) -> int:
    of_version = select(Signature).filter_by(version_id=campaign.version_id, withdrawn_at=None)
    rows = work.session.scalars(of_version).all()
    physicians = {row.id for row in rows if row.role == PHYSICIAN}
    covers = {row.covers_id for row in rows if row.role != PHYSICIAN}
    return len(physicians if None in covers else covers & physicians)


def _groups(work: Work, campaign: Campaign) -> Sequence[Group]:
    rows = work.session.execute(
        select(SignatureRequest.person_id, SignatureRequest.state, Unit.path)
        .join(Appointment, Appointment.person_id == SignatureRequest.person_id)
        .join(Unit, Unit.id == Appointment.unit_id)
        .where(SignatureRequest.campaign_id == campaign.id)
        .order_by(Appointment.starts, Appointment.id)
    ).all()
    first: dict[int, tuple[str, bool]] = {}
    for person_id, state, path in rows:
        first.setdefault(person_id, (_department(path), state is RequestState.SIGNED))
    counts: dict[str, tuple[int, int]] = {}
    for name, has_signed in first.values():
        asked, signed = counts.get(name, (0, 0))
        counts[name] = (asked + 1, signed + has_signed)
    return by_unit(counts)


def _department(path: str) -> str:
    """The department in a unit's path; the organisation's own name for whoever stands above all departments."""
    parts = path.split(" › ")
    return parts[1] if len(parts) > 1 else parts[0]
