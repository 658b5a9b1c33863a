"""Reads of meetings: what everybody may see of one, and one's own dates in reviews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Compact, CompactText
from reciproca.compacts.reviewing.rules import ENDED
from reciproca.compacts.reviewing.speaking import taking_part
from reciproca.compacts.reviewing.tables import MeetingGuest, Review, ReviewMeeting
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class MeetingView:
    """The meeting of a review as the actor may see it: `link` is empty for who neither takes part nor runs it."""

    meeting: ReviewMeeting
    link: str


@dataclass(frozen=True, kw_only=True)
class OwnReview:
    """A review that somebody takes part in, its agreement's titles by locale, and their meeting, if they were ever
    invited to one (`is_invited` whether they still are)."""

    review: Review
    titles: Mapping[str, str]
    meeting: ReviewMeeting | None = None
    is_invited: bool = False


def meeting_of(work: Work, *, review: Review) -> MeetingView | None:
    """The meeting of a review, called off or not."""
    authorize(work, Action.REVIEW_READ)
    found = work.session.scalars(select(ReviewMeeting).filter_by(review_id=review.id)).one_or_none()
    if found is None:
        return None
    mine = select(MeetingGuest.id).filter_by(
        meeting_id=found.id, person_id=work.actor.person_id, is_invited=True
    )
    may_join = is_allowed(work, Action.REVIEW_RUN) or work.session.scalar(mine) is not None
    return MeetingView(meeting=found, link=found.link if may_join else "")


def own_reviews(work: Work, *, person_id: int) -> Sequence[OwnReview]:
    """The reviews, under way or planned, that a person takes part in, and every one whose meeting they were invited
    to. For that person alone: nobody else's names are in it."""
    authorize(work, Action.CALENDAR_READ, person_id=person_id)
    ahead = work.session.execute(
        select(Review, Compact)
        .join(Compact, Compact.id == Review.compact_id)
        .where(Review.state.not_in(ENDED))
    ).all()
    mine = {review.id: review for review, compact in ahead if person_id in taking_part(work, compact)}
    met = work.session.execute(
        select(Review, ReviewMeeting, MeetingGuest.is_invited)
        .join(ReviewMeeting, ReviewMeeting.review_id == Review.id)
        .join(MeetingGuest, MeetingGuest.meeting_id == ReviewMeeting.id)
        .where(MeetingGuest.person_id == person_id)
    ).all()
    meetings = {review.id: (meeting, is_invited) for review, meeting, is_invited in met}
    reviews = {**mine, **{review.id: review for review, _meeting, _is_invited in met}}
    texts = select(CompactText).where(
        CompactText.compact_id.in_({one.compact_id for one in reviews.values()})
    )
    named: dict[int, dict[str, str]] = {}
    for text in work.session.scalars(texts):
        named.setdefault(text.compact_id, {})[text.locale] = text.title
    return [
        OwnReview(
            review=one,
            titles=named.get(one.compact_id, {}),
            meeting=meetings[key][0] if key in meetings else None,
            is_invited=key in meetings and meetings[key][1],
        )
        for key, one in sorted(reviews.items())
    ]
