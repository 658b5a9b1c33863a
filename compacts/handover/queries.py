"""Who has left, what they leave open, and what the next one must know. Counts, dates and offices; nobody's answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select

from reciproca.compacts.access.queries import held
from reciproca.compacts.access.tables import Account, Grant, Membership
from reciproca.compacts.consulting.queries.counts import open_count
from reciproca.compacts.drafting.queries import people_named, versions
from reciproca.compacts.drafting.rules import COMING, OPEN, SIGNABLE
from reciproca.compacts.drafting.tables import Commitment, Compact, Version, VersionState
from reciproca.compacts.handover.rules import SIDES, Office, vacant
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people import queries as people
from reciproca.compacts.people.queries import Holder
from reciproca.compacts.people.staying import has_left
from reciproca.compacts.people.tables import Person, Post, Unit
from reciproca.compacts.policies.rules import Family
from reciproca.compacts.reviewing.tables import AgreedAction, Review, Voice
from reciproca.compacts.signing.queries import Progress, campaign_of, organisation_signature, progress
from reciproca.compacts.signing.tables import Campaign
from reciproca.core.identity import Role
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
class PostSeat:
    """A post that looks after `promises` of the agreement, or owes something of it, on the account of `side`; and who
    is in it, deputies last. `is_vacant`: whoever was has left."""

    uid: str
    title: str
    unit: str
    side: Side
    promises: int
    holders: Sequence[Holder]
    is_vacant: bool

    @property
    def names(self) -> Sequence[str]:
        """Who is in it, by name."""
        return [one.name for one in self.holders]


@dataclass(frozen=True, kw_only=True)
class Pack:
    """Everything of an agreement that somebody who takes over finds open. `unsigned_records`: physicians' signatures
    that wait for the organisation's; `signatories`: who may give it, by name; `comments`: how many wait for an
    answer."""

    compact: Compact
    seats: Sequence[Seat]
    versions: Sequence[Version]
    campaigns: Sequence[tuple[Version, Campaign, Progress]]
    unsigned_records: int
    signatories: Sequence[str]
    posts: Sequence[PostSeat]
    comments: int
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


def posts(work: Work, *, compact: Compact) -> list[PostSeat]:
    """The posts that look after an agreement's promises or owe something of it, and who is in them. Nine queries."""
    authorize(work, Action.COMPACT_READ)
    promises = _promises(work, compact)
    owed = select(Obligation.post_id, Obligation.side).where(
        Obligation.post_id.is_not(None),
        Obligation.state == "open",
        Obligation.subject_uid.in_(subjects(work, compact=compact)),
    )
    sides = {post_id: side for post_id, side in work.session.execute(owed) if post_id is not None}
    sides |= {post_id: side for post_id, (side, _number) in promises.items()}
    found = people.holders(work, post_ids=list(sides), day=work.today())
    held = people.once_held(work, post_ids=list(sides))
    asked = select(Post, Unit.path).join(Unit, Unit.id == Post.unit_id).where(Post.id.in_(sides))
    return [
        PostSeat(
            uid=post.uid,
            title=post.title,
            unit=path,
            side=sides[post.id],
            promises=promises.get(post.id, (None, 0))[1],
            holders=found[post.id],
            is_vacant=post.id in held and not found[post.id],
        )
        for post, path in work.session.execute(asked.order_by(Post.title, Post.id))
    ]


def _promises(work: Work, compact: Compact) -> dict[int, tuple[Side, int]]:
    """How many promises of a text that stands each post looks after, and for which side most of them."""
    number = func.count(Commitment.identity.distinct())
    asked = (
        select(Commitment.owner_post_id, Commitment.side, number)
        .join(Version, Version.id == Commitment.version_id)
        .where(Version.compact_id == compact.id, Version.state.in_(LIVING - OPEN))
        .where(Commitment.owner_post_id.is_not(None))
        .group_by(Commitment.owner_post_id, Commitment.side)
        .order_by(number, Commitment.side.desc())
    )
    found: dict[int, tuple[Side, int]] = {}
    for post_id, side, promises in work.session.execute(asked):
        assert post_id is not None
        found[post_id] = side, promises + found.get(post_id, (side, 0))[1]
    return found


def signatories(work: Work) -> Sequence[Person]:
    """Who may sign for the organisation today and is here, by name."""
    authorize(work, Action.COMPACT_READ)
    asked = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(Grant, Grant.membership_id == Membership.id)
        .join(Account, Account.id == Membership.account_id)
        .where(Grant.role == Role.SIGNATORY, held(work.now), Account.is_enabled, ~has_left(work.today()))
    )
    return work.session.scalars(asked.order_by(Person.searchable, Person.id)).all()


def unsigned(work: Work, *, compact: Compact) -> Version | None:
    """The newest version that the organisation still signs: where it signs each record, while people are asked; where
    it signs once, until it has. None where somebody must be named only once that is so: nobody ever could sign, and
    nobody is asked yet."""
    authorize(work, Action.COMPACT_READ)
    newest = select(Version).filter_by(compact_id=compact.id).where(Version.state.in_(SIGNABLE))
    version = work.session.scalars(newest.order_by(Version.number.desc()).limit(1)).one_or_none()
    if version is None:
        return None
    campaign = select(Campaign.state).filter_by(version_id=version.id)
    is_offered = work.session.scalar(campaign) is not None
    if compact.organisation_signs == "each":
        return version if is_offered else None
    ever = is_offered or work.session.scalar(select(Grant.id).filter_by(role=Role.SIGNATORY).limit(1))
    return version if ever and organisation_signature(work, version=version) is None else None


def seats(work: Work, *, compact: Compact) -> list[Seat]:
    """The offices of an agreement, with who holds them."""
    authorize(work, Action.HANDOVER_READ)
    named = holders(compact)
    ids = [person_id for person_id in named.values() if person_id is not None]
    names, empty = people_named(work, ids=ids), vacant(named, departed(work, person_ids=ids))
    return [
        Seat(
            office=office,
            side=SIDES[office],
            person_id=person_id,
            name=names.get(person_id or 0, ""),
            is_vacant=office in empty,
        )
        for office, person_id in named.items()
    ]


def pack(work: Work, *, compact: Compact) -> Pack:
    """What whoever takes over an agreement finds open. The number of queries grows with its versions only."""
    authorize(work, Action.HANDOVER_READ)
    found = versions(work, compact_ids=[compact.id])
    open_ones = [one for one in found if one.state in LIVING]
    offered = [(one, campaign_of(work, version=one)) for one in open_ones]
    campaigns = [(one, each, progress(work, campaign=each)) for one, each in offered if each]
    looked_after = posts(work, compact=compact)
    reviews = select(Review).where(Review.compact_id == compact.id, Review.closed_at.is_(None))
    return Pack(
        compact=compact,
        seats=seats(work, compact=compact),
        versions=open_ones,
        campaigns=campaigns,
        unsigned_records=sum(far.signed - far.bound for _version, _campaign, far in campaigns),
        signatories=[one.name for one in signatories(work)],
        posts=looked_after,
        comments=sum(open_count(work, version=one) for one in open_ones),
        duties=_duties(work, compact, looked_after),
        reviews=work.session.scalars(reviews.order_by(Review.opens_on)).all(),
        made_at=work.now,
    )


def _duties(work: Work, compact: Compact, seen: Sequence[PostSeat]) -> list[Duty]:
    about = {*subjects(work, compact=compact), *(one.uid for one in seen)}
    asked = (
        select(Obligation)
        .where(
            Obligation.subject_uid.in_(about),
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
