"""What a person sees of the requests made to them, and of what others confided in them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select

from reciproca.compacts.drafting.queries import all_titles
from reciproca.compacts.drafting.tables import Compact, Rendition, Version
from reciproca.compacts.people.tables import Appointment, Person, Unit
from reciproca.compacts.signing.queries.on_paper import own_scan
from reciproca.compacts.signing.rules import ASKED, PHYSICIAN, Words
from reciproca.compacts.signing.tables import (
    Campaign,
    Ceremony,
    Consent,
    PaperScan,
    RequestState,
    SealedDocument,
    Signature,
    SignatureRequest,
)
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One thing that a person may sign: `titles` by language, `due` in the organisation's zone."""

    uid: str
    titles: dict[str, str]
    number: int
    due: date
    state: RequestState


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One request as the person asked sees it. `text` is the frozen text (schema "text/1") in the language asked for;
    `ceremony` the page's living opening, in that language; `consent` is True when it stands already."""

    request: SignatureRequest
    campaign: Campaign
    version: Version
    compact: Compact
    person: Person
    rendition: Rendition
    text: dict[str, Any]
    ceremony: Ceremony | None
    signature: Signature | None
    document: SealedDocument | None
    sponsors: dict[str, str]
    is_bound: bool
    paper: PaperScan | None = None


@dataclass(frozen=True, kw_only=True)
class Confided:
    """What somebody told the co-sponsor whom they chose; `call_number` where they like to be called, `called_at` when
    that was done."""

    uid: str
    name: str
    titles: dict[str, str]
    number: int
    state: RequestState
    reason: str
    call_number: str
    called_at: datetime | None


def find_request(work: Work, *, uid: str) -> SignatureRequest:
    """The actor's own request `uid`. NotFound for anybody else's: that somebody was asked is theirs to tell."""
    authorize(work, Action.REQUEST_READ, person_id=work.actor.person_id)
    found = work.session.scalars(
        select(SignatureRequest).filter_by(uid=uid, person_id=work.actor.person_id)
    ).one_or_none()
    if found is None or found.state is RequestState.CREATED:
        raise no_request()
    return found


def own_requests(work: Work, *, after: str | None = None, limit: int = 100) -> Sequence[SignatureRequest]:
    """The actor's own requests, the oldest first; `after` is a uid."""
    authorize(work, Action.REQUEST_READ, person_id=work.actor.person_id)
    mine = select(SignatureRequest).where(
        SignatureRequest.person_id == work.actor.person_id, SignatureRequest.state != RequestState.CREATED
    )
    return work.session.scalars(
        mine.where(SignatureRequest.uid > (after or "")).order_by(SignatureRequest.uid).limit(limit)
    ).all()


def waiting_for(work: Work, *, person_id: int) -> Sequence[Waiting]:
    """What the person may still sign, the nearest day first. Two queries."""
    authorize(work, Action.REQUEST_READ, person_id=person_id)
    rows = work.session.execute(
        select(SignatureRequest, Campaign, Version)
        .join(Campaign, Campaign.id == SignatureRequest.campaign_id)
        .join(Version, Version.id == SignatureRequest.version_id)
        .where(
            SignatureRequest.person_id == person_id,
            SignatureRequest.state.in_(ASKED),
            Campaign.state == "open",
        )
        .order_by(Campaign.due_at, SignatureRequest.id)
    ).all()
    titles = all_titles(work, compact_ids=[version.compact_id for _request, _campaign, version in rows])
    return [
        Waiting(
            uid=request.uid,
            titles=titles.get(version.compact_id, {}),
            number=version.number,
            due=date.fromisoformat(campaign.due_local[:10]),
            state=request.state,
        )
        for request, campaign, version in rows
    ]


def show_request(work: Work, *, uid: str, locale: str) -> Sheet:
    """Everything that the signing page shows, in `locale`. Reads only: looking is not recorded. NotFound."""
    authorize(work, Action.REQUEST_READ, person_id=work.actor.person_id)
    request = find_request(work, uid=uid)
    campaign = work.session.get_one(Campaign, request.campaign_id)
    version = work.session.get_one(Version, request.version_id)
    compact = work.session.get_one(Compact, version.compact_id)
    rendition = rendition_of(work, version=version, locale=locale)
    signature = work.session.scalars(
        select(Signature).filter_by(request_id=request.id, role=PHYSICIAN)
    ).one_or_none()
    return Sheet(
        request=request,
        campaign=campaign,
        version=version,
        compact=compact,
        rendition=rendition,
        person=work.session.get_one(Person, request.person_id),
        text=json.loads(rendition.canonical),
        ceremony=_living(work, version, request.person_id, rendition),
        signature=signature,
        document=_document(work, signature),
        sponsors=_sponsors(work, compact),
        paper=own_scan(work, request=request),
        is_bound=signature is not None and bool(bound(work, signatures=[signature])),
    )


def rendition_of(work: Work, *, version: Version, locale: str) -> Rendition:
    """The frozen text in `locale`, else in the organisation's first language that it has. NotFound before it is
    proposed."""
    authorize(work, Action.COMPACT_READ)
    rows = work.session.scalars(select(Rendition).filter_by(version_id=version.id)).all()
    found = {row.locale: row for row in rows}
    wished = [locale, *work.organisation.locales]
    chosen = next((found[each] for each in wished if each in found), None)
    if chosen is None:
        raise NotFound(
            detail=_("This version isn't frozen, so nobody can be asked to sign it."),
            remedy=_("Have it proposed and ratified first."),
        )
    return chosen


def living_ceremony(work: Work, *, version: Version, rendition: Rendition, role: str) -> Ceremony | None:
    """The actor's latest opening of the signing page that can still be used, for this text and role."""
    authorize(work, Action.COMPACT_READ)
    return _living(work, version, work.actor.person_id, rendition, role)


def has_consented(work: Work, *, person_id: int, disclosure: Words) -> bool:
    """Whether the person's consent to this very disclosure stands."""
    authorize(work, Action.REQUEST_READ, person_id=person_id)
    stands = select(Consent.id).filter_by(
        person_id=person_id, disclosure_sha256=disclosure.sha256, withdrawn_at=None
    )
    return work.session.scalar(stands) is not None


def appointments_of(work: Work, *, person_id: int, compact: Compact) -> Sequence[tuple[Appointment, Unit]]:
    """The person's appointments of today among those whom the agreement is for."""
    authorize(work, Action.REQUEST_READ, person_id=person_id)
    scope, day = work.session.get_one(Unit, compact.unit_id), work.today()
    asked = (
        select(Appointment, Unit)
        .join(Unit, Unit.id == Appointment.unit_id)
        .where(
            Appointment.person_id == person_id,
            Appointment.starts <= day,
            or_(Appointment.ends.is_(None), Appointment.ends >= day),
            or_(Unit.id == scope.id, Unit.path.startswith(f"{scope.path} › ", autoescape=True)),
        )
    )
    if categories := compact.audience.get("categories"):
        asked = asked.where(Appointment.category.in_(categories))
    return [
        (row[0], row[1]) for row in work.session.execute(asked.order_by(Appointment.starts, Appointment.id))
    ]


_TOLD = (RequestState.DISCUSSION_REQUESTED, RequestState.DECLINED)


def confidences(work: Work) -> int | None:
    """How many people have confided in the actor; None for who is no co-sponsor and whom nobody told anything."""
    authorize(work, Action.REQUEST_READ, person_id=work.actor.person_id)
    me = work.actor.person_id
    told = select(func.count(SignatureRequest.id)).where(
        SignatureRequest.confidant_id == me, SignatureRequest.state.in_(_TOLD)
    )
    stands = select(Compact.id).where(
        or_(Compact.sponsor_organisation_id == me, Compact.sponsor_physicians_id == me)
    )
    found = work.session.scalar(told) or 0
    return found if found or work.session.scalar(stands.limit(1)) else None


def confided(work: Work) -> Sequence[Confided]:
    """Who asked to talk with the actor, or told them why they don't sign: nobody else reads this. NotFound for whom
    nobody could choose."""
    authorize(work, Action.REQUEST_READ, person_id=work.actor.person_id)
    if confidences(work) is None:
        raise NotFound(
            detail=_("Only a co-sponsor of an agreement has this page."), remedy=_("Go to your own page.")
        )
    rows = work.session.execute(
        select(SignatureRequest, Person, Version)
        .join(Person, Person.id == SignatureRequest.person_id)
        .join(Version, Version.id == SignatureRequest.version_id)
        .where(SignatureRequest.confidant_id == work.actor.person_id, SignatureRequest.state.in_(_TOLD))
        .order_by(SignatureRequest.called_at.is_not(None), Person.searchable, SignatureRequest.id)
    ).all()
    titles = all_titles(work, compact_ids=[version.compact_id for _request, _person, version in rows])
    return [
        Confided(
            uid=request.uid,
            name=person.name,
            titles=titles.get(version.compact_id, {}),
            number=version.number,
            state=request.state,
            reason=request.reason or "",
            call_number=request.call_number or "",
            called_at=request.called_at,
        )
        for request, person, version in rows
    ]


def bound(work: Work, *, signatures: Sequence[Signature]) -> frozenset[int]:
    """Ids of those physicians' signatures (all of one organisation) that the organisation has signed too."""
    authorize(work, Action.COMPACT_READ)
    versions, ids = {one.version_id for one in signatures}, {one.id for one in signatures}
    organisations = work.session.execute(
        select(Signature.version_id, Signature.covers_id).where(
            Signature.version_id.in_(versions),
            Signature.role == "organisation",
            Signature.withdrawn_at.is_(None),
        )
    ).all()
    once = {row.version_id for row in organisations if row.covers_id is None}
    covered = {row.covers_id for row in organisations} & ids
    return frozenset(covered | {one.id for one in signatures if one.version_id in once})


def no_request() -> NotFound:
    """What anybody is told about a request that isn't theirs, there or not."""
    return NotFound(
        detail=_("There is no such invitation for you."), remedy=_("Your own ones are on the first page.")
    )


def _living(
    work: Work, version: Version, person_id: int | None, rendition: Rendition, role: str = PHYSICIAN
) -> Ceremony | None:
    return work.session.scalars(
        select(Ceremony)
        .filter_by(
            version_id=version.id, person_id=person_id, role=role, text_sha256=rendition.sha256, used_at=None
        )
        .where(Ceremony.expires_at > work.now)
        .order_by(Ceremony.id.desc())
        .limit(1)
    ).one_or_none()


def _document(work: Work, signature: Signature | None) -> SealedDocument | None:
    if signature is None:
        return None
    return work.session.scalars(select(SealedDocument).filter_by(signature_id=signature.id)).one_or_none()


def _sponsors(work: Work, compact: Compact) -> dict[str, str]:
    """Names of the co-sponsors by side; a side without one is left out."""
    ids = {"organisation": compact.sponsor_organisation_id, "physicians": compact.sponsor_physicians_id}
    people = {
        row.id: row.name for row in work.session.scalars(select(Person).where(Person.id.in_(ids.values())))
    }
    return {side: people[id_] for side, id_ in ids.items() if id_ in people}
