"""The balance: per promise, what the last closed review found, the same for both sides; equal to a count over rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_

from reciproca.compacts.drafting.queries import titles
from reciproca.compacts.drafting.queries.words import clauses_of_rows, side_names
from reciproca.compacts.drafting.rules import Clause, topics
from reciproca.compacts.drafting.tables import Commitment, Compact, Version, VersionState
from reciproca.compacts.reviewing.rules import CLOSED, Standing, standing
from reciproca.compacts.reviewing.tables import ActionState, AgreedAction, Assessment, Review
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side

_STILL_TO_DO = (ActionState.ACCEPTED, ActionState.IN_PROGRESS, ActionState.DEFERRED)
Key = tuple[int, str]
"""A compact's id and a commitment's identity: a promise is followed through its versions."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How one promise stands: `standing` is the word of the balance; `rating` and `reason` are what the last closed
    review found of it; `late` is something agreed for it whose day is over."""

    side: Side
    clause: Clause
    standing: Standing
    rating: str | None
    reason: str | None
    late: AgreedAction | None


@dataclass(frozen=True, kw_only=True)
class PairKept:
    """A topic with both sides' promises, either of which may be missing."""

    number: int
    title: str
    theme: str
    organisation: Kept | None
    physicians: Kept | None

    @property
    def promises(self) -> Sequence[Kept]:
        """Those that there are."""
        return [one for one in (self.organisation, self.physicians) if one]


@dataclass(frozen=True, kw_only=True)
class Balance:
    """The balance of one agreement in force. `review` is its last closed review, if there was one."""

    compact: Compact
    version: Version
    title: str
    sides: Mapping[str, str]
    review: Review | None
    pairs: Sequence[PairKept]

    def counts(self, side: Side) -> dict[Standing, int]:
        """How many of a side's promises stand how: every word is there, and they add up to its promises."""
        found = Counter(one.standing for pair in self.pairs for one in pair.promises if one.side is side)
        return {word: found[word] for word in Standing}


@dataclass(frozen=True, kw_only=True)
class Balances:
    """The balance of every agreement in force."""

    items: Sequence[Balance]

    def total(self, side: Side) -> dict[Standing, int]:
        """The counts of all agreements together."""
        return {word: sum(item.counts(side)[word] for item in self.items) for word in Standing}


def balance(work: Work, *, locale: str) -> Balances:
    """The balance of every agreement in force, in `locale`; a fixed number of queries."""
    authorize(work, Action.BALANCE_READ)
    found = _in_force(work)
    compact_ids = [compact.id for compact, _version in found]
    named = titles(work, compact_ids=compact_ids, locale=locale)
    clauses = clauses_of_rows(work.session, [version.id for _compact, version in found], [locale])
    reviews = _last_closed(work, compact_ids)
    looks = _looks(work, reviews)
    late = _late(work, compact_ids)
    return Balances(items=[
        Balance(
            compact=compact, version=version, title=named.get(compact.id, ""),
            sides=side_names(work, compact=compact, locale=locale), review=reviews.get(compact.id),
            pairs=_pairs(compact.id, clauses[version.id][locale], looks, late),
        )
        for compact, version in found
    ])  # fmt: skip


def shares(counts: Mapping[Standing, int]) -> tuple[int, int]:
    """(kept, of) where `of` are the promises that the last review could rate or that are overdue."""
    return counts[Standing.KEPT], sum(counts.values()) - counts[Standing.NOT_ASSESSED]


def _in_force(work: Work) -> list[tuple[Compact, Version]]:
    asked = select(Compact, Version).join(Version, Version.compact_id == Compact.id)
    rows = work.session.execute(asked.where(Version.state == VersionState.IN_FORCE).order_by(Compact.id))
    return [(compact, version) for compact, version in rows]


def _last_closed(work: Work, compact_ids: Sequence[int]) -> dict[int, Review]:
    last = (
        select(Review.compact_id, func.max(Review.number))
        .where(Review.compact_id.in_(compact_ids), Review.state.in_(CLOSED))
        .group_by(Review.compact_id)
    )
    rows = work.session.scalars(select(Review).where(tuple_(Review.compact_id, Review.number).in_(last)))
    return {review.compact_id: review for review in rows}


def _looks(work: Work, reviews: Mapping[int, Review]) -> dict[Key, Assessment]:
    asked = (
        select(Review.compact_id, Commitment.identity, Assessment)
        .join(Assessment, Assessment.review_id == Review.id)
        .join(Commitment, Commitment.id == Assessment.commitment_id)
        .where(Review.id.in_([review.id for review in reviews.values()]))
    )
    return {(compact_id, identity): look for compact_id, identity, look in work.session.execute(asked)}


def _late(work: Work, compact_ids: Sequence[int]) -> dict[Key, AgreedAction]:
    asked = (
        select(Review.compact_id, Commitment.identity, AgreedAction)
        .join(AgreedAction, AgreedAction.review_id == Review.id)
        .join(Commitment, Commitment.id == AgreedAction.commitment_id)
        .where(
            Review.compact_id.in_(compact_ids),
            AgreedAction.state.in_(_STILL_TO_DO),
            AgreedAction.due_on < work.today(),
        )
        .order_by(AgreedAction.due_on.desc(), AgreedAction.id)
    )
    return {(compact_id, identity): action for compact_id, identity, action in work.session.execute(asked)}


def _pairs(
    compact_id: int,
    clauses: Sequence[Clause],
    looks: Mapping[Key, Assessment],
    late: Mapping[Key, AgreedAction],
) -> list[PairKept]:
    def kept(clause: Clause | None) -> Kept | None:
        if clause is None:
            return None
        key = (compact_id, clause.identity)
        look, action = looks.get(key), late.get(key)
        rating = look.rating if look else None
        return Kept(side=clause.side, clause=clause, rating=rating.value if rating else None, late=action,
                    reason=look.reason if look else None,
                    standing=standing(rating, is_overdue=action is not None))  # fmt: skip

    return [
        PairKept(number=topic.number, title=topic.title, theme=topic.theme_label,
                 organisation=kept(topic.organisation), physicians=kept(topic.physicians))
        for topic in topics(clauses)
    ]  # fmt: skip
