"""Opening a review on its day: both sides are asked about every commitment in force, each by its own obligation."""

from datetime import date, timedelta

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Commitment, Version, VersionState
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.obligations.actions import Owed, owe_all
from reciproca.compacts.reviewing import rules
from reciproca.compacts.reviewing.asking import ask_physicians
from reciproca.compacts.reviewing.days import set_days
from reciproca.compacts.reviewing.locking import locked_review
from reciproca.compacts.reviewing.rules import ReviewEvent
from reciproca.compacts.reviewing.speaking import compact_of, holder_id, tell_sponsors, titles
from reciproca.compacts.reviewing.tables import Assessment, Review, ReviewState, Voice
from reciproca.core.ledger.entry import instant
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.events import ReviewOpened
from reciproca.plugins.types import Side

ANSWERS = "review.answers"
"""The kind of obligation; its subject is the side's `Voice`."""


def open_due(work: Work) -> list[str]:
    """Open every planned review whose day has come and whose agreement has a version in force. Returns uids."""
    authorize(work, Action.REVIEW_RUN)
    due = select(Review.uid).where(Review.state == ReviewState.PLANNED, Review.opens_at <= work.now)
    uids = work.session.scalars(due.order_by(Review.opens_at, Review.id)).all()
    return work.each(uids, lambda uid: _open(work, uid))


def _open(work: Work, uid: str) -> bool:
    review = locked_review(work, uid)
    version = work.session.scalars(
        select(Version).filter_by(compact_id=review.compact_id, state=VersionState.IN_FORCE)
    ).one_or_none()
    if review.state is not ReviewState.PLANNED or version is None:
        return False
    review.state = rules.move_review(rules.move_review(review.state, ReviewEvent.OPEN), ReviewEvent.GATHER)
    review.version_id, review.opened_at = version.id, work.now
    review.revision += 1
    _keep_the_time(work, review)
    asked = select(Commitment).filter_by(version_id=version.id).order_by(Commitment.position, Commitment.id)
    commitments = work.session.scalars(asked).all()
    sides = [Voice(review_id=review.id, side=side) for side in Side]
    rows = [Assessment(review_id=review.id, commitment_id=one.id) for one in commitments]
    work.session.add_all([*rows, *sides])
    work.session.flush()
    _owe(work, review, sides)
    ask_physicians(work, review, version, commitments)
    tell_sponsors(work, review, Kind.REVIEW_OPENED, due=_last_day(review).isoformat())
    _record(work, review, version, {row.side: row.uid for row in sides}, len(commitments))
    return True


def _keep_the_time(work: Work, review: Review) -> None:
    """A review that opens late, because nothing ran on its day, gives both sides as long as was planned."""
    late = work.today() - review.opens_on
    if late > timedelta(0):
        set_days(work, review, opens=review.opens_on + late, seal_opens=review.seal_opens_on + late)


def _owe(work: Work, review: Review, sides: list[Voice]) -> None:
    compact, title, due = compact_of(work, review), titles(work, review), _last_day(review)
    holders = [(voice, holder_id(work, compact, voice.side)) for voice in sides]
    owe_all(work, owed=[
        Owed(kind=ANSWERS, subject_uid=voice.uid, side=voice.side, title=title, due=due, person_id=person_id,
             path=f"/reviews/{review.uid}", compact_uid=compact.uid)
        for voice, person_id in holders if person_id is not None
    ])  # fmt: skip


def _last_day(review: Review) -> date:
    return review.seal_opens_on - timedelta(days=1)


def _record(work: Work, review: Review, version: Version, voices: dict[Side, str], commitments: int) -> None:
    compact = compact_of(work, review)
    work.act("review.opened", about=review.uid, record={
        "version": version.uid, "number": review.number, "commitments": commitments,
        "voices": {side.value: uid for side, uid in voices.items()},
        "seal_opens": review.seal_opens_on.isoformat(), "closes": review.closes_on.isoformat(),
    })  # fmt: skip
    work.record(
        ReviewOpened(
            organisation=work.organisation.uid,
            at=instant(work.now),
            compact=compact.uid,
            review=review.uid,
            number=review.number,
            seal_opens=review.seal_opens_on.isoformat(),
        )
    )
