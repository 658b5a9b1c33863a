"""Physicians asked one by one in a review, where its steward has it so: each about a few of the organisation's
promises. Their co-sponsor then speaks for the side of its own promises only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from reciproca.compacts.access.queries import held
from reciproca.compacts.access.tables import Grant, Membership
from reciproca.compacts.drafting.tables import Commitment, Version
from reciproca.compacts.people.queries import Member
from reciproca.compacts.polling.actions import close_poll, open_poll
from reciproca.compacts.polling.queries import poll_of
from reciproca.compacts.polling.rules import can_ask
from reciproca.compacts.reviewing.rules import HATS
from reciproca.compacts.reviewing.speaking import compact_of
from reciproca.compacts.reviewing.tables import Review
from reciproca.compacts.signing.queries import audience
from reciproca.core.work import Work
from reciproca.plugins.types import Rating, Side


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the poll of a review found, by commitment id: None where too few could judge. Without a poll, nothing."""

    was_asked: bool = False
    ratings: Mapping[int, Rating | None] = field(default_factory=dict)


def ask_physicians(work: Work, review: Review, version: Version, commitments: Sequence[Commitment]) -> None:
    """Open the poll of a review, if it is to have one and there are enough physicians for it to say anything."""
    promised = [one for one in commitments if one.side is Side.ORGANISATION]
    people = physicians(work, review) if review.asks_physicians else []
    if can_ask(people=len(people), things=len(promised)):
        open_poll(
            work, subject_uid=review.uid, version=version, commitments=promised, people=people, turn=review.number,
            last_day=review.seal_opens_on - timedelta(days=1),
        )  # fmt: skip


def physicians(work: Work, review: Review) -> Sequence[Member]:
    """Whom a review can ask: everybody of the agreement's audience but those who lead for the organisation."""
    leading = _leaders(work)
    return [one for one in audience(work, compact=compact_of(work, review)).asked if one.id not in leading]


def is_asked(work: Work, review: Review) -> bool:
    """Whether physicians answer this review one by one."""
    return poll_of(work, subject_uid=review.uid) is not None


def hear(work: Work, review: Review) -> Heard:
    """Close the poll of a review whose seal opens."""
    was_asked = is_asked(work, review)
    return Heard(was_asked=was_asked, ratings=close_poll(work, subject_uid=review.uid))


def left_to_physicians(commitments: Collection[Commitment], side: Side, *, is_asked: bool) -> set[str]:
    """The commitments (uids) that `side` isn't asked about, because its physicians are, one by one."""
    if side is not Side.PHYSICIANS or not is_asked:
        return set()
    return {one.uid for one in commitments if one.side is Side.ORGANISATION}


def _leaders(work: Work) -> frozenset[int]:
    holding = select(Membership.person_id).join(Grant, Grant.membership_id == Membership.id)
    found = holding.where(
        Grant.role.in_(HATS[Side.ORGANISATION]), Membership.person_id.is_not(None), held(work.now)
    )
    return frozenset(one for one in work.session.scalars(found) if one is not None)
