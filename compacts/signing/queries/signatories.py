"""Who has signed for the organisation, where several do, and who still can."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from reciproca.compacts.access.queries import held
from reciproca.compacts.access.tables import Account, Grant, Membership
from reciproca.compacts.drafting.queries import compact_of
from reciproca.compacts.drafting.tables import Compact, Version, VersionState
from reciproca.compacts.people.staying import in_post
from reciproca.compacts.people.tables import Holding, Person, Post
from reciproca.compacts.signing.rules import ORGANISATION
from reciproca.compacts.signing.rules.signatories import Seats, group_of, missing, place, read_signatories
from reciproca.compacts.signing.tables import Signature
from reciproca.core.identity import Role
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def seats(work: Work, *, version: Version) -> Seats:
    """The places of those who sign `version` for the organisation, as the actor finds them. None are kept where one
    person signs, or each record is signed by itself."""
    authorize(work, Action.COMPACT_READ)
    compact = compact_of(work, version=version)
    groups = read_signatories(compact.signatories) if compact.organisation_signs != "each" else ()
    if not groups:
        return Seats()
    given, me = partial_signatures(work, version=version), work.actor.person_id
    signed_for = tuple(group_of(one.slot) for one in given)
    mine = _posts(work, [me])[me] if me is not None else set[str]()
    return Seats(
        groups=groups,
        signed_for=signed_for,
        has_signed=me in {one.person_id for one in given},
        mine=place(groups, signed_for, mine),
    )


def partial_signatures(work: Work, *, version: Version) -> Sequence[Signature]:
    """Those of the organisation's signatures that were given before it was complete, the oldest first."""
    authorize(work, Action.COMPACT_READ)
    asked = select(Signature).filter_by(version_id=version.id, role=ORGANISATION, covers_id=None)
    return work.session.scalars(asked.where(Signature.slot != ORGANISATION).order_by(Signature.id)).all()


def signatories_to_ask(work: Work, *, version: Version) -> list[int]:
    """Ids of the people who can give a signature that the organisation's still lacks: they may sign for it, hold a post
    of a group that waits, and have not signed."""
    authorize(work, Action.COMPACT_READ)
    found = seats(work, version=version)
    waiting = [found.groups[at] for at in missing(found.groups, found.signed_for)]
    people = _who_may_sign(work, version)
    posts = _posts(work, people)
    return [one for one in people if any(not group.posts or posts[one] & {*group.posts} for group in waiting)]


def is_half_signed(work: Work, *, compact: Compact) -> bool:
    """Whether some have signed one of its versions for the organisation, and others haven't yet."""
    authorize(work, Action.COMPACT_READ)
    ours = select(Signature.version_id).filter_by(role=ORGANISATION, covers_id=None)
    half = (
        select(Version.id)
        .where(
            Version.compact_id == compact.id,
            Version.state.in_((VersionState.RATIFIED, VersionState.IN_FORCE)),
            Version.id.in_(ours),
            Version.id.not_in(ours.where(Signature.slot == ORGANISATION)),
        )
        .limit(1)
    )
    return work.session.scalar(half) is not None


def _who_may_sign(work: Work, version: Version) -> list[int]:
    """Whoever may sign for the organisation today, and hasn't signed this version on either side."""
    signed = select(Signature.person_id).filter_by(version_id=version.id)
    asked = (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .join(Grant, Grant.membership_id == Membership.id)
        .join(Account, Account.id == Membership.account_id)
        .where(Grant.role == Role.SIGNATORY, held(work.now), Account.is_enabled, Person.id.not_in(signed))
        .order_by(Person.id)
    )
    return list(dict.fromkeys(work.session.scalars(asked)))


def _posts(work: Work, person_ids: Collection[int]) -> Mapping[int, set[str]]:
    """The uids of the posts that each holds today."""
    asked = select(Holding.person_id, Post.uid).join(Post, Post.id == Holding.post_id)
    found: defaultdict[int, set[str]] = defaultdict(set)
    for person_id, uid in work.session.execute(
        asked.where(Holding.person_id.in_(person_ids), in_post(work.today()))
    ):
        found[person_id].add(uid)
    return found
