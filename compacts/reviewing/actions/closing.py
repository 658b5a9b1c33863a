"""Findings, what each side says to them, and the end of a review: on time, whoever is silent."""

from datetime import timedelta

from sqlalchemy import select

from reciproca.compacts.notices.words import Kind
from reciproca.compacts.obligations.actions import Owed, cancel, meet, owe_all
from reciproca.compacts.reviewing import rules
from reciproca.compacts.reviewing.actions.answering import ANSWER_RIGHTS
from reciproca.compacts.reviewing.actions.meeting import call_off
from reciproca.compacts.reviewing.actions.opening import ANSWERS
from reciproca.compacts.reviewing.locking import locked_review, voices
from reciproca.compacts.reviewing.outcomes import actions_before, state_outcome
from reciproca.compacts.reviewing.rules import ActionEvent, ReviewEvent
from reciproca.compacts.reviewing.speaking import (
    check_voice,
    compact_of,
    holder_id,
    tell_sponsors,
    titles,
)
from reciproca.compacts.reviewing.tables import (
    ActionState,
    AgreedAction,
    Review,
    ReviewState,
    Voice,
)
from reciproca.compacts.reviewing.unsealing import looked_at, reveal
from reciproca.core.canonical import clean_text
from reciproca.core.db import expect_revision
from reciproca.core.ledger.entry import instant
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.events import ReviewClosed
from reciproca.plugins.types import Side

RESPONSE = "review.response"
"""The kind of obligation; its subject is the side's `Voice`."""


def write_findings(work: Work, *, review_uid: str, findings: str, revision: int | None = None) -> Review:
    """Write down what was found, and ask both sides what they say to it, by the closing day. Conflict, Stale."""
    authorize(work, Action.REVIEW_RUN)
    review = locked_review(work, review_uid)
    _write_findings(work, review, clean_text(findings), revision)
    _owe_responses(work, review)
    return review


def respond(
    work: Work, *, review_uid: str, side: Side, agrees: bool, words: str = "", revision: int | None = None
) -> Review:
    """Say, for `side`, whether it agrees with the findings; where it doesn't, its words are kept beside them, for
    good. It can be said anew until the review closes. Forbidden, Conflict, Stale."""
    authorize(work, ANSWER_RIGHTS[side])
    review = locked_review(work, review_uid)
    both = voices(work, review)
    check_voice(work, compact_of(work, review), side, both)
    if review.state is not ReviewState.RESPONSES:
        rules.move_review(review.state, ReviewEvent.CLOSE_AGREED)  # refuses, and says what comes first
    voice = both[side]
    expect_revision(voice, revision)
    voice.agrees, voice.response, voice.responded_at = agrees, clean_text(words), work.now
    voice.spoken_by = work.actor.uid
    meet(work, kind=RESPONSE, subject_uid=voice.uid)
    work.act("review.responded", about=review.uid, record={
        "side": side.value, "agrees": agrees, "words": voice.response})  # fmt: skip
    return review


def close(work: Work, *, review_uid: str, revision: int | None = None) -> Review:
    """End a review: agreed when both sides agree with the findings, else with the differences recorded. Conflict
    unless both have responded (or the closing day has come) and its gate is open."""
    authorize(work, Action.REVIEW_RUN)
    review = locked_review(work, review_uid)
    expect_revision(review, revision)
    _close(work, review)
    return review


def close_due(work: Work) -> list[str]:
    """End every review whose closing day has come: a side that said nothing can't keep it open, and stands as having
    said nothing. Returns uids."""
    authorize(work, Action.REVIEW_RUN)
    due = select(Review.uid).where(Review.state.in_(rules.UNDER_WAY), Review.closes_at <= work.now)
    uids = work.session.scalars(due.order_by(Review.closes_at, Review.id)).all()
    return work.each(uids, lambda uid: _close_by_itself(work, uid))


def _close_by_itself(work: Work, uid: str) -> bool:
    review = locked_review(work, uid)
    if review.state not in rules.UNDER_WAY:
        return False
    _bring_to_its_end(work, review)
    _close(work, review)
    return True


def _write_findings(work: Work, review: Review, findings: str, revision: int | None = None) -> None:
    after = rules.move_review(review.state, ReviewEvent.WRITE_FINDINGS)
    expect_revision(review, revision)
    review.state, review.findings = rules.move_review(after, ReviewEvent.ASK_RESPONSES), findings
    work.act("review.findings_written", about=review.uid, record={"findings": findings})


def _owe_responses(work: Work, review: Review) -> None:
    compact, title = compact_of(work, review), titles(work, review)
    last_day = review.closes_on - timedelta(days=1)
    holders = [(voice, holder_id(work, compact, voice.side)) for voice in voices(work, review).values()]
    owe_all(work, owed=[
        Owed(kind=RESPONSE, subject_uid=voice.uid, side=voice.side, title=title, due=last_day,
             person_id=person_id, path=f"/reviews/{review.uid}", compact_uid=compact.uid)
        for voice, person_id in holders if person_id is not None
    ])  # fmt: skip


def _close(work: Work, review: Review) -> None:
    both = voices(work, review)
    is_agreed = bool(both) and all(voice.agrees for voice in both.values())
    event = ReviewEvent.CLOSE_AGREED if is_agreed else ReviewEvent.CLOSE_WITH_DIFFERENCES
    after = rules.move_review(review.state, event)
    is_missing = any(voice.responded_at is None for voice in both.values())
    rules.require_responses(is_missing=is_missing, closes_at=review.closes_at, now=work.now)
    looks = looked_at(work, review)
    earlier = actions_before(work, review)
    rules.require_gate(rules.gate([look.state for look, _one in looks], [action.state for action in earlier]))
    for look, _commitment in looks:
        look.state = rules.published(look.state)
    _drop_proposals(work, review)
    review.state, review.closed_at = after, work.now
    review.revision += 1
    _settle_obligations(work, list(both.values()))
    call_off(work, review=review)
    _record(work, review, both, is_agreed=is_agreed)
    tell_sponsors(work, review, Kind.REVIEW_CLOSED)


def _bring_to_its_end(work: Work, review: Review) -> None:
    """Walk a review that stands still through its remaining steps, writing down that nobody spoke."""
    if review.state is ReviewState.GATHERING:
        reveal(work, review)
    if review.state in {ReviewState.DIALOGUE, ReviewState.FINDINGS_DRAFTED}:
        _write_findings(work, review, review.findings or "")
    for action in actions_before(work, review):
        if action.state in rules.AGREED:
            state_outcome(work, action, is_done=False, why="", told_to="", is_silence=True)


def _drop_proposals(work: Work, review: Review) -> None:
    """What the other side never accepted was not agreed."""
    asked = select(AgreedAction).filter_by(review_id=review.id, state=ActionState.PROPOSED)
    for action in work.session.scalars(asked).all():
        action.state = rules.move_action(action.state, ActionEvent.DECLINE)
        work.act("action.declined", about=action.uid, record={"reason": None})


def _settle_obligations(work: Work, both: list[Voice]) -> None:
    for kind in (ANSWERS, RESPONSE):
        cancel(work, kind=kind, subject_uids=[voice.uid for voice in both])


def _record(work: Work, review: Review, both: dict[Side, Voice], *, is_agreed: bool) -> None:
    said = {side.value: {"agrees": voice.agrees, "words": voice.response} for side, voice in both.items()}
    work.act("review.closed", about=review.uid, record={"agreed": is_agreed, "sides": said})
    work.record(ReviewClosed(organisation=work.organisation.uid, at=instant(work.now),
                             compact=compact_of(work, review).uid, review=review.uid, agreed=is_agreed))  # fmt: skip
