"""Who has left, what they leave open, and what the next one must know. Counts, dates and offices; nobody's answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select

from reciproca.compacts.access.tables import Account, Membership
from reciproca.compacts.drafting.queries import people_named, versions
from reciproca.compacts.drafting.rules import COMING
from reciproca.compacts.drafting.tables import Compact, Version, VersionState
from reciproca.compacts.handover.rules import SIDES, Office, vacant
from reciproca.compacts.obligations.rules import Family
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.staying import has_left
from reciproca.compacts.people.tables import Person
from reciproca.compacts.reviewing.tables import AgreedAction, Review, Voice
from reciproca.compacts.signing.queries import Progress, campaign_of, progress
from reciproca.compacts.signing.tables import Campaign
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side

LIVING = COMING | {VersionState.IN_FORCE, VersionState.SUSPENDED}
"""An agreement with a version in one of these states has something to look after."""


@dataclass(frozen=True, kw_only=True)
class Seat:
    """An office of the agreement: who holds it, and whether they have left. `side`: on whose account a vacancy is."""

    office: Office
    side: Side
    person_id: int | None
    name: str
    is_vacant: bool


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Something open that somebody or some post owes."""

    kind: str
    side: Side
    title: Mapping[str, str]
    due: date
    is_late: bool
    path: str


@dataclass(frozen=True, kw_only=True)
class Pack:
    """Everything of an agreement that somebody who takes over finds open. `unsigned_records`: physicians' signatures
    that wait for the organisation's."""

    compact: Compact
    seats: Sequence[Seat]
    versions: Sequence[Version]
    campaigns: Sequence[tuple[Version, Campaign, Progress]]
    unsigned_records: int
    duties: Sequence[Duty]
    reviews: Sequence[Review]
    made_at: datetime


def holders(compact: Compact) -> dict[Office, int | None]:
    """Who holds each office, by person's id."""
    return {
        Office.STEWARD: compact.steward_id,
        Office.CO_SPONSOR_ORGANISATION: compact.sponsor_organisation_id,
        Office.CO_SPONSOR_PHYSICIANS: compact.sponsor_physicians_id,
    }


def departed(work: Work, *, person_ids: Collection[int]) -> frozenset[int]:
    """Those of `person_ids` who have left: their account is shut, or every appointment and post that they had is over.
    Two queries."""
    authorize(work, Action.COMPACT_READ)
    left = select(Person.id).where(Person.id.in_(person_ids), has_left(work.today()))
    shut = (
        select(Membership.person_id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.person_id.in_(person_ids), Account.is_enabled.is_(False))
    )
    found = {*work.session.scalars(shut), *work.session.scalars(left)}
    return frozenset(one for one in found if one is not None)


def living(work: Work) -> list[Compact]:
    """The agreements that somebody must look after."""
    authorize(work, Action.COMPACT_READ)
    has = exists().where(Version.compact_id == Compact.id, Version.state.in_(LIVING))
    return list(work.session.scalars(select(Compact).where(has).order_by(Compact.id)))


def subjects(work: Work, *, compact: Compact) -> set[str]:
    """The uids of everything of an agreement that duties are about. Four queries."""
    authorize(work, Action.COMPACT_READ)
    of_review = select(Review.id).where(Review.compact_id == compact.id)
    asked = (
        select(Version.uid).where(Version.compact_id == compact.id),
        select(Review.uid).where(Review.compact_id == compact.id),
        select(Voice.uid).where(Voice.review_id.in_(of_review)),
        select(AgreedAction.uid).where(AgreedAction.review_id.in_(of_review)),
    )
    return {compact.uid}.union(*(work.session.scalars(one) for one in asked))


def seats(work: Work, *, compact: Compact) -> list[Seat]:
    """The offices of an agreement, with who holds them."""
    authorize(work, Action.HANDOVER_READ)
    held = holders(compact)
    ids = [person_id for person_id in held.values() if person_id is not None]
    names, empty = people_named(work, ids=ids), vacant(held, departed(work, person_ids=ids))
    return [
        Seat(
            office=office,
            side=SIDES[office],
            person_id=person_id,
            name=names.get(person_id or 0, ""),
            is_vacant=office in empty,
        )
        for office, person_id in held.items()
    ]


def pack(work: Work, *, compact: Compact) -> Pack:
    """What whoever takes over an agreement finds open. The number of queries grows with its versions only."""
    authorize(work, Action.HANDOVER_READ)
    found = versions(work, compact_ids=[compact.id])
    open_ones = [one for one in found if one.state in LIVING]
    offered = [(one, campaign_of(work, version=one)) for one in open_ones]
    campaigns = [(one, each, progress(work, campaign=each)) for one, each in offered if each]
    reviews = select(Review).where(Review.compact_id == compact.id, Review.closed_at.is_(None))
    return Pack(
        compact=compact,
        seats=seats(work, compact=compact),
        versions=open_ones,
        campaigns=campaigns,
        unsigned_records=sum(far.signed - far.bound for _version, _campaign, far in campaigns),
        duties=_duties(work, compact),
        reviews=work.session.scalars(reviews.order_by(Review.opens_on)).all(),
        made_at=work.now,
    )


def _duties(work: Work, compact: Compact) -> list[Duty]:
    asked = (
        select(Obligation)
        .where(
            Obligation.subject_uid.in_(subjects(work, compact=compact)),
            Obligation.state == "open",
            Obligation.family == Family.DUTY.value,
        )
        .order_by(Obligation.due_at, Obligation.id)
    )
    return [
        Duty(
            kind=row.kind,
            side=row.side,
            title=row.title,
            due=date.fromisoformat(row.due_local[:10]),
            is_late=row.due_at < work.now,
            path=row.path,
        )
        for row in work.session.scalars(asked)
    ]
