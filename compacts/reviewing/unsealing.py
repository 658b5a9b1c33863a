"""Both sides' answers behind the seal, and its opening. For the acts alone: readers go through `queries`."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Commitment
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.reviewing import rules
from reciproca.compacts.reviewing.asking import hear
from reciproca.compacts.reviewing.locking import voices
from reciproca.compacts.reviewing.rules import ReviewEvent
from reciproca.compacts.reviewing.speaking import tell_sponsors
from reciproca.compacts.reviewing.tables import Answer, Assessment, Review, Voice
from reciproca.core.canonical import digest
from reciproca.core.work import Work
from reciproca.plugins.types import Side


def reveal(work: Work, review: Review) -> None:
    """Open the seal of a locked review, and say what both sides' answers make of each commitment."""
    review.state = rules.move_review(review.state, ReviewEvent.REVEAL)
    review.revealed_at = work.now
    review.revision += 1
    spoken = {side: voice for side, voice in voices(work, review).items() if voice.submitted_at}
    said, heard = answers_of(work, review), hear(work, review)
    for assessment, commitment in looked_at(work, review):
        found = {
            side: answer.rating for side, answer in said.get(assessment.id, {}).items() if side in spoken
        }
        by_all = heard.was_asked and commitment.side is Side.ORGANISATION
        seen = rules.look(
            own=found.get(commitment.side),
            counterpart=heard.ratings.get(commitment.id)
            if by_all
            else found.get(rules.OTHER[commitment.side]),
            state=assessment.state,
            are_too_few=by_all,
        )
        assessment.state, assessment.rating, assessment.reason = seen.state, seen.rating, seen.reason
    work.session.flush()
    sides = {side.value: _opened(work, review, voice) for side, voice in spoken.items()}
    work.act("review.revealed", about=review.uid, record={"sides": sides})
    tell_sponsors(work, review, Kind.REVIEW_SHOWN)


def sealed_digest(work: Work, review: Review, side: Side, salt: str) -> str:
    """SHA-256 of a side's answers with a salt: put in the ledger while they are sealed, it gives nothing away, and
    proves afterwards that they stayed as they were."""
    return digest({"salt": salt, "answers": _answers_json(work, review, side)})


def looked_at(work: Work, review: Review) -> list[tuple[Assessment, Commitment]]:
    """The assessments of a review with their commitments, in the order of the text."""
    asked = select(Assessment, Commitment).join(Commitment, Commitment.id == Assessment.commitment_id)
    ordered = asked.where(Assessment.review_id == review.id).order_by(Commitment.position, Commitment.id)
    return [(assessment, commitment) for assessment, commitment in work.session.execute(ordered)]


def answers_of(work: Work, review: Review) -> Mapping[int, Mapping[Side, Answer]]:
    """Everybody's answers by assessment id and side, sealed or not: for the rules alone, never for a reader."""
    rows = select(Answer).join(Assessment, Assessment.id == Answer.assessment_id).where(
        Assessment.review_id == review.id)  # fmt: skip
    found: dict[int, dict[Side, Answer]] = {}
    for answer in work.session.scalars(rows):
        found.setdefault(answer.assessment_id, {})[answer.side] = answer
    return found


def _opened(work: Work, review: Review, voice: Voice) -> dict[str, Any]:
    answers = _answers_json(work, review, voice.side)
    return {"sha256": voice.sha256, "salt": voice.salt, "answers": answers}


def _answers_json(work: Work, review: Review, side: Side) -> list[dict[str, str]]:
    said = answers_of(work, review)
    return [
        {"commitment": commitment.uid, "rating": said[assessment.id][side].rating.value,
         "words": said[assessment.id][side].words}
        for assessment, commitment in looked_at(work, review) if side in said.get(assessment.id, {})
    ]  # fmt: skip
