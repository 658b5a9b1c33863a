"""The scene of the joint review: both sides speak, sealed; what they said is opened; one action is agreed."""

from datetime import timedelta

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Commitment
from reciproca.compacts.people.tables import Post
from reciproca.compacts.reviewing.actions import (
    Said,
    close,
    propose_action,
    respond,
    save_answers,
    submit,
    write_findings,
)
from reciproca.compacts.reviewing.tables import Review
from reciproca.core.identity import system
from reciproca.demo.signatures import CHIEF, STEWARD
from reciproca.demo.stage import Stage
from reciproca.demo.story import Calendar
from reciproca.demo.words import ACTION, FINDINGS, SAID
from reciproca.plugins.types import Rating, Side

ASSOCIATION_PRESIDENT = "mei.osuilleabhain@riverbend.example"
VOICES = {Side.ORGANISATION: CHIEF, Side.PHYSICIANS: ASSOCIATION_PRESIDENT}


def review_together(stage: Stage, days: Calendar) -> None:
    """Both sides look at every commitment of both, on the anniversary."""
    stage.go_to(days.anniversary, 11)
    stage.note("the clock", "the first joint review opened, with the day on which its seal opens")
    stage.go_to(days.before(18), 11)
    uid = _review_uid(stage)
    _speak(stage, uid, Side.PHYSICIANS)
    stage.go_to(days.before(18), 15)
    _speak(stage, uid, Side.ORGANISATION)
    stage.note("the clock", "both sides had spoken: their answers were opened side by side")
    stage.go_to(days.before(16), 14)
    _agree(stage, uid, days)
    for side, email in VOICES.items():
        with stage.acting(email) as work:
            respond(work, review_uid=uid, side=side, agrees=True, words="")
    stage.go_to(days.before(14), 14)
    with stage.acting(STEWARD) as work:
        close(work, review_uid=uid)
    stage.note("steward", "closed the review: both sides agree with what was found")


def _review_uid(stage: Stage) -> str:
    with stage.installation.work(system("demo"), stage.place) as work:
        return work.session.scalars(select(Review.uid).order_by(Review.number)).first() or ""


def _speak(stage: Stage, review_uid: str, side: Side) -> None:
    with stage.acting(VOICES[side]) as work:
        version = work.session.scalars(select(Review.version_id).filter_by(uid=review_uid)).one()
        rows = work.session.scalars(select(Commitment).filter_by(version_id=version)).all()
        answers = [_said(side, row) for row in rows]
        save_answers(work, review_uid=review_uid, side=side, answers=answers)
        submit(work, review_uid=review_uid, side=side)
    stage.note(f"the {side.value}", f"assessed {len(answers)} commitments, of both sides, under seal")


def _said(side: Side, row: Commitment) -> Said:
    rating, words = SAID[side].get(row.pair or "", (Rating.KEPT, ""))
    if rating is Rating.NOT_KEPT and row.side is Side.PHYSICIANS:
        rating, words = Rating.KEPT, ""
    return Said(commitment=row.uid, rating=rating, words=words)


def _agree(stage: Stage, review_uid: str, days: Calendar) -> None:
    with stage.acting(CHIEF) as work:
        post = work.session.scalars(select(Post.uid).filter_by(key="chief_executive")).first()
        propose_action(
            work, review_uid=review_uid, side=Side.ORGANISATION, owner_side=Side.ORGANISATION, title=ACTION,
            due_on=days.last + timedelta(days=60), post_uid=post,
        )  # fmt: skip
    with stage.acting(STEWARD) as work:
        write_findings(work, review_uid=review_uid, findings=FINDINGS)
    stage.note("chief executive", f"took on an action: {ACTION}")
