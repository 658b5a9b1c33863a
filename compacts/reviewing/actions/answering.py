"""One side's answers: saved as often as it likes, sent once, and sealed until the review opens them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reciproca.compacts.obligations.actions import meet
from reciproca.compacts.reviewing import rules
from reciproca.compacts.reviewing.actions.opening import ANSWERS
from reciproca.compacts.reviewing.asking import is_asked, left_to_physicians
from reciproca.compacts.reviewing.locking import locked_review, voices
from reciproca.compacts.reviewing.speaking import check_voice, compact_of
from reciproca.compacts.reviewing.tables import Answer, Assessment, Review, ReviewState, Voice
from reciproca.compacts.reviewing.unsealing import answers_of, looked_at, reveal, sealed_digest
from reciproca.core import ids
from reciproca.core.canonical import clean_text
from reciproca.core.db import expect_revision
from reciproca.core.errors import Invalid
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Rating, Side

ANSWER_RIGHTS: Mapping[Side, Action] = {
    Side.ORGANISATION: Action.REVIEW_ANSWER_ORGANISATION,
    Side.PHYSICIANS: Action.REVIEW_ANSWER_PHYSICIANS,
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a side says of one commitment (its uid); without a rating it is left as it was."""

    commitment: str
    rating: Rating | None
    words: str = ""


def save_answers(
    work: Work, *, review_uid: str, side: Side, answers: Sequence[Said], revision: int | None = None
) -> Review:
    """Keep what a side says so far; the other side can't see that it did. Forbidden, Conflict, Stale, Invalid."""
    authorize(work, ANSWER_RIGHTS[side])
    review, voice = _voice(work, review_uid, side)
    expect_revision(voice, revision)
    voice.spoken_by = work.actor.uid
    _write(work, review, side, answers)
    return review


def submit(work: Work, *, review_uid: str, side: Side, revision: int | None = None) -> Review:
    """Send a side's answers: from now on they are fixed. When both have sent theirs, or the day has come, the seal
    opens at once; where physicians answer one by one, on its day. Invalid while a commitment has no rating."""
    authorize(work, ANSWER_RIGHTS[side])
    review, voice = _voice(work, review_uid, side)
    expect_revision(voice, revision)
    said, seen, are_asked = answers_of(work, review), looked_at(work, review), is_asked(work, review)
    others = left_to_physicians([one for _look, one in seen], side, is_asked=are_asked)
    rules.require_whole(
        [one.uid for look, one in seen if side not in said.get(look.id, {}) and one.uid not in others]
    )
    if review.state is ReviewState.GATHERING and work.now >= review.seal_opens_at:
        reveal(work, review)  # without this side: its day is over, even where the scheduler is late too
    voice.is_late = review.state is not ReviewState.GATHERING
    voice.submitted_at, voice.spoken_by, voice.salt = work.now, work.actor.uid, ids.timeless()
    voice.sha256 = sealed_digest(work, review, side, voice.salt)
    work.session.flush()
    meet(work, kind=ANSWERS, subject_uid=voice.uid)
    record = {"review": review.uid, "side": side.value, "sha256": voice.sha256, "is_late": voice.is_late}
    work.act("review.answered", about=review.uid, record=record)
    if not voice.is_late and not are_asked and all(one.submitted_at for one in voices(work, review).values()):
        reveal(work, review)
    return review


def _voice(work: Work, review_uid: str, side: Side) -> tuple[Review, Voice]:
    review = locked_review(work, review_uid)
    both = voices(work, review)
    check_voice(work, compact_of(work, review), side, both)
    is_submitted = side in both and both[side].submitted_at is not None
    rules.require_answering(review.state, is_submitted=is_submitted)
    return review, both[side]


def _write(work: Work, review: Review, side: Side, answers: Sequence[Said]) -> None:
    asked = {commitment.uid: (look, commitment) for look, commitment in looked_at(work, review)}
    if unknown := [one.commitment for one in answers if one.commitment not in asked]:
        raise Invalid(
            detail=f"This review doesn't ask about {unknown[0]}. Nothing was changed.",
            remedy=_("Read the review again: it names its commitments."),
        )
    others = left_to_physicians([one for _look, one in asked.values()], side, is_asked=is_asked(work, review))
    rules.require_left(
        [one.commitment for one in answers if one.rating is not None and one.commitment in others]
    )
    before = answers_of(work, review)
    for one in answers:
        look, _commitment = asked[one.commitment]
        _keep(work, look, side, one, before.get(look.id, {}).get(side))
    work.session.flush()


def _keep(work: Work, look: Assessment, side: Side, said: Said, before: Answer | None) -> None:
    if said.rating is None:
        return
    words = clean_text(said.words)
    if before:
        before.rating, before.words = said.rating, words
        return
    row = Answer(uid=ids.timeless(), assessment_id=look.id, side=side, rating=said.rating, words=words)
    work.session.add(row)
