"""Reads of reviews in a fixed number of queries. Answers are read only where the seal is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from reciproca.compacts.drafting.queries import titles, version_texts
from reciproca.compacts.drafting.rules import VersionText
from reciproca.compacts.drafting.tables import Commitment, Compact, Version
from reciproca.compacts.people.tables import Person, Post
from reciproca.compacts.polling.queries import Heard, findings, poll_of
from reciproca.compacts.polling.tables import Poll
from reciproca.compacts.reviewing import rules
from reciproca.compacts.reviewing.outcomes import actions_before
from reciproca.compacts.reviewing.tables import (
    AgreedAction,
    Answer,
    Assessment,
    OutcomeStatement,
    Review,
    Voice,
)
from reciproca.compacts.reviewing.unsealing import answers_of, looked_at
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side


@dataclass(frozen=True, kw_only=True)
class ReviewLine:
    """One review of the list."""

    review: Review
    compact: Compact
    title: str


@dataclass(frozen=True, kw_only=True)
class SideView:
    """One side of a review: when it sent its answers, and what it says to the findings. Of a sealed side nothing else
    is told, not even whether it has begun."""

    side: Side
    submitted_at: datetime | None
    is_late: bool
    responded_at: datetime | None
    agrees: bool | None
    response: str | None
    sponsor: str


@dataclass(frozen=True, kw_only=True)
class LookView:
    """The look at one commitment: `views` by side, empty while they are sealed."""

    assessment: Assessment
    commitment: Commitment
    views: Mapping[Side, Answer]
    heard: Heard | None = None
    """What physicians said of it together, where they were asked one by one."""


@dataclass(frozen=True, kw_only=True)
class ActionView:
    """An action, the title of the post that owns it, the uid of the commitment it is for, and what became of it."""

    action: AgreedAction
    post: str
    commitment: str | None
    outcome: OutcomeStatement | None


@dataclass(frozen=True, kw_only=True)
class ReviewFacts:
    """Everything that the page of one review shows. `looks` by commitment uid, in the order of the text; `earlier` are
    the actions of the review before."""

    review: Review
    compact: Compact
    version: Version
    text: VersionText
    is_sealed: bool
    sides: Mapping[Side, SideView]
    looks: Mapping[str, LookView]
    actions: Sequence[ActionView]
    earlier: Sequence[ActionView]
    poll: Poll | None = None


def list_reviews(work: Work, *, locale: str, after: str | None = None, limit: int = 100) -> list[ReviewLine]:
    """The organisation's reviews, the newest first; `after` is the uid of the last one seen."""
    authorize(work, Action.REVIEW_READ)
    asked = select(Review, Compact).join(Compact, Compact.id == Review.compact_id)
    if after:
        asked = asked.where(Review.uid < after)
    rows = work.session.execute(asked.order_by(Review.uid.desc()).limit(limit)).all()
    named = titles(work, compact_ids=[compact.id for _review, compact in rows], locale=locale)
    return [
        ReviewLine(review=review, compact=compact, title=named.get(compact.id, ""))
        for review, compact in rows
    ]


def find_review(work: Work, *, uid: str) -> Review:
    """The review `uid`. NotFound."""
    authorize(work, Action.REVIEW_READ)
    found = work.session.scalars(select(Review).filter_by(uid=uid)).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("There is no such review here."), remedy=_("Look it up in the list of reviews.")
        )
    return found


def find_action(work: Work, *, uid: str) -> tuple[AgreedAction, Review]:
    """The action `uid` and its review. NotFound."""
    authorize(work, Action.REVIEW_READ)
    asked = select(AgreedAction, Review).join(Review, Review.id == AgreedAction.review_id)
    found = work.session.execute(asked.where(AgreedAction.uid == uid)).one_or_none()
    if found is None:
        raise NotFound(detail=_("There is no such action here."), remedy=_("Open its review again."))
    return found


def show_review(work: Work, *, uid: str, locale: str) -> ReviewFacts:
    """One review with all that belongs to it, in `locale`; sealed answers are left out, whoever asks. NotFound."""
    authorize(work, Action.REVIEW_READ)
    review = find_review(work, uid=uid)
    compact = work.session.scalars(select(Compact).filter_by(id=review.compact_id)).one()
    version = work.session.scalars(select(Version).filter_by(id=review.version_id)).one()
    is_sealed = rules.is_sealed(review.state, review.revealed_at)
    sides = _sides(work, review, compact)
    said = {} if is_sealed else answers_of(work, review)
    heard = {} if is_sealed else findings(work, subject_uid=review.uid)
    spoken = {side for side, view in sides.items() if view.submitted_at}
    return ReviewFacts(
        review=review,
        compact=compact,
        version=version,
        text=version_texts(work, version=version, locales=[locale])[locale],
        is_sealed=is_sealed,
        sides=sides,
        looks={
            one.uid: LookView(assessment=look, commitment=one, views={
                side: answer for side, answer in said.get(look.id, {}).items() if side in spoken},
                heard=heard.get(one.id))
            for look, one in looked_at(work, review)
        },
        actions=_views(work, _actions_of(work, review)),
        earlier=_views(work, actions_before(work, review)),
        poll=poll_of(work, subject_uid=review.uid),
    )  # fmt: skip


def posts_to_choose(work: Work) -> list[Post]:
    """Every post that could own an action, by title."""
    authorize(work, Action.REVIEW_READ)
    return list(work.session.scalars(select(Post).order_by(Post.title, Post.id)))


def _sides(work: Work, review: Review, compact: Compact) -> dict[Side, SideView]:
    rows = {row.side: row for row in work.session.scalars(select(Voice).filter_by(review_id=review.id))}
    named = {
        Side.ORGANISATION: compact.sponsor_organisation_id,
        Side.PHYSICIANS: compact.sponsor_physicians_id,
    }
    people = select(Person).where(Person.id.in_([one for one in named.values() if one is not None]))
    names = {person.id: person.name for person in work.session.scalars(people)}
    return {side: _side(side, rows.get(side), names.get(named[side] or 0, "")) for side in Side}


def _side(side: Side, voice: Voice | None, sponsor: str) -> SideView:
    return SideView(
        side=side,
        submitted_at=voice.submitted_at if voice else None,
        is_late=bool(voice and voice.is_late),
        responded_at=voice.responded_at if voice else None,
        agrees=voice.agrees if voice else None,
        response=voice.response if voice else None,
        sponsor=sponsor,
    )


def _actions_of(work: Work, review: Review) -> Sequence[AgreedAction]:
    asked = select(AgreedAction).filter_by(review_id=review.id)
    return work.session.scalars(asked.order_by(AgreedAction.due_on, AgreedAction.id)).all()


def _views(work: Work, actions: Sequence[AgreedAction]) -> list[ActionView]:
    told = select(OutcomeStatement).where(OutcomeStatement.action_id.in_([one.id for one in actions]))
    outcomes = {row.action_id: row for row in work.session.scalars(told)}
    held = select(Post.id, Post.title).where(Post.id.in_([one.owner_post_id for one in actions]))
    posts = dict(work.session.execute(held).all())
    about = select(Commitment.id, Commitment.uid).where(
        Commitment.id.in_([one.commitment_id for one in actions])
    )
    uids = dict(work.session.execute(about).all())
    return [
        ActionView(action=one, post=posts.get(one.owner_post_id or 0, ""), outcome=outcomes.get(one.id),
                   commitment=uids.get(one.commitment_id or 0))
        for one in actions
    ]  # fmt: skip
