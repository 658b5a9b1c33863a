"""A side's own answers, for those who speak for it: nobody else reads them while they are sealed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Commitment
from reciproca.compacts.reviewing.queries.reviews import find_review
from reciproca.compacts.reviewing.speaking import check_voice, compact_of
from reciproca.compacts.reviewing.tables import Answer, Assessment, Review, Voice
from reciproca.core.errors import Forbidden, NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.core.work import Work
from reciproca.plugins.types import Side

_RIGHTS: Mapping[Side, Action] = {
    Side.ORGANISATION: Action.REVIEW_ANSWER_ORGANISATION,
    Side.PHYSICIANS: Action.REVIEW_ANSWER_PHYSICIANS,
}


@dataclass(frozen=True, kw_only=True)
class OwnAnswers:
    """What one side has said so far, by commitment uid; its `voice` holds the revision and whether it was sent."""

    side: Side
    voice: Voice
    answers: Mapping[str, Answer]


def speaks_for(work: Work, *, review: Review) -> Side | None:
    """The side that the actor speaks for in this review, if any."""
    authorize(work, Action.REVIEW_READ)
    allowed = [side for side, right in _RIGHTS.items() if is_allowed(work, right)]
    if not allowed:
        return None
    both = {row.side: row for row in work.session.scalars(select(Voice).filter_by(review_id=review.id))}
    compact = compact_of(work, review)
    for side in allowed:
        try:
            check_voice(work, compact, side, both)
        except Forbidden:
            continue
        return side
    return None


def own_answers(work: Work, *, review_uid: str, side: Side) -> OwnAnswers:
    """What `side` has said so far, for those who speak for it. Forbidden for everybody else, NotFound before the
    review has opened."""
    authorize(work, _RIGHTS[side])
    review = find_review(work, uid=review_uid)
    both = {row.side: row for row in work.session.scalars(select(Voice).filter_by(review_id=review.id))}
    check_voice(work, compact_of(work, review), side, both)
    if side not in both:
        raise NotFound(detail=_("This review hasn't opened yet."), remedy=_("It opens by itself on its day."))
    rows = work.session.execute(
        select(Commitment.uid, Answer)
        .join(Assessment, Assessment.id == Answer.assessment_id)
        .join(Commitment, Commitment.id == Assessment.commitment_id)
        .where(Assessment.review_id == review.id, Answer.side == side)
    )
    return OwnAnswers(side=side, voice=both[side], answers=dict(rows.all()))
