"""The API of reviewing: every act of a review's life. What is sealed is sealed here too."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE

from reciproca.compacts.drafting.schemas import NothingIn
from reciproca.compacts.reviewing import actions, queries, schemas
from reciproca.compacts.reviewing.queries import ActionView, LookView, MeetingView
from reciproca.compacts.reviewing.tables import Review
from reciproca.core.http import current_work, seen_revision
from reciproca.core.work import Work

resources = Blueprint("reviewing_api", __name__, url_prefix="/api/v1")
Reply = tuple[dict[str, Any], int, dict[str, str]]
_LINE = ("uid", "number", "cycle", "opens_on", "seal_opens_on", "closes_on", "opened_at", "revealed_at", "closed_at",
         "revision")  # fmt: skip


@resources.get("/reviews")
@resources.arguments(schemas.ReviewsAsked, location="query", unknown=RAISE)
@resources.response(200, schemas.ReviewsOut)
def list_reviews(asked: dict[str, Any]) -> dict[str, Any]:
    """Reviews of the organisation, the newest first."""
    work = current_work()
    locale = work.organisation.locales[0]
    found = queries.list_reviews(work, locale=locale, after=asked["after"], limit=asked["limit"] + 1)
    shown = found[: asked["limit"]]
    items = [_line(row.review, row.compact.uid) for row in shown]
    return {"items": items, "next": shown[-1].review.uid if len(found) > len(shown) else None}


@resources.get("/reviews/<uid>")
@resources.response(200, schemas.WholeReviewOut)
def read_review(uid: str) -> Reply:
    """One review: its days, both sides, each commitment's assessment, its actions. Sealed answers are left out."""
    return _whole(current_work(), uid)


@resources.get("/reviews/<uid>/answers")
@resources.arguments(schemas.SideAsked, location="query", unknown=RAISE)
@resources.response(200, schemas.OwnAnswersOut)
def read_answers(asked: dict[str, Any], uid: str) -> Reply:
    """One's own side's answers so far, for those who speak for it."""
    return _own(current_work(), uid, asked["side"])


@resources.post("/reviews/<uid>/answers")
@resources.arguments(schemas.AnswersIn)
@resources.response(200, schemas.OwnAnswersOut)
def save_answers(asked: dict[str, Any], uid: str) -> Reply:
    """Keep one's own side's answers; the other can't see that you did. `If-Match`: your answers' revision."""
    work = current_work()
    actions.save_answers(work, review_uid=uid, revision=seen_revision(), **asked)
    return _own(work, uid, asked["side"])


@resources.post("/reviews/<uid>/submissions")
@resources.arguments(schemas.SideIn)
@resources.response(201, schemas.WholeReviewOut)
def submit(asked: dict[str, Any], uid: str) -> Reply:
    """Send one's own side's answers: they are fixed from now on. When both sides have, the seal opens."""
    work = current_work()
    actions.submit(work, review_uid=uid, revision=seen_revision(), **asked)
    return _made(work, uid)


@resources.post("/reviews/<uid>/actions")
@resources.arguments(schemas.ActionIn)
@resources.response(201, schemas.WholeReviewOut)
def propose_action(asked: dict[str, Any], uid: str) -> Reply:
    """Propose something to do: agreed at once for one's own side, else when the other side accepts it."""
    work = current_work()
    actions.propose_action(work, review_uid=uid, **asked)
    return _made(work, uid)


@resources.post("/actions/<uid>/acceptances")
@resources.arguments(NothingIn)
@resources.response(201, schemas.WholeReviewOut)
def accept_action(_asked: dict[str, Any], uid: str) -> Reply:
    """Accept, for one's own side, what the other side proposed. `If-Match`: the action's revision."""
    work = current_work()
    actions.accept_action(work, action_uid=uid, revision=seen_revision())
    return _made(work, _review_of(work, uid))


@resources.post("/actions/<uid>/refusals")
@resources.arguments(schemas.ActionDeclineIn)
@resources.response(201, schemas.WholeReviewOut)
def decline_action(asked: dict[str, Any], uid: str) -> Reply:
    """Decline, for one's own side, what the other side proposed. `If-Match`: the action's revision."""
    work = current_work()
    actions.decline_action(work, action_uid=uid, revision=seen_revision(), **asked)
    return _made(work, _review_of(work, uid))


@resources.post("/actions/<uid>/outcomes")
@resources.arguments(schemas.OutcomeIn)
@resources.response(201, schemas.WholeReviewOut)
def tell_outcome(asked: dict[str, Any], uid: str) -> Reply:
    """Say what became of an action. `If-Match`: the action's revision."""
    work = current_work()
    actions.tell_outcome(work, action_uid=uid, revision=seen_revision(), **asked)
    return _made(work, _review_of(work, uid))


@resources.post("/reviews/<uid>/findings")
@resources.arguments(schemas.FindingsIn)
@resources.response(201, schemas.WholeReviewOut)
def write_findings(asked: dict[str, Any], uid: str) -> Reply:
    """Write down what was found and ask both sides what they say to it. `If-Match`: the review's revision."""
    work = current_work()
    actions.write_findings(work, review_uid=uid, revision=seen_revision(), **asked)
    return _made(work, uid)


@resources.post("/reviews/<uid>/responses")
@resources.arguments(schemas.ResponseIn)
@resources.response(201, schemas.WholeReviewOut)
def respond(asked: dict[str, Any], uid: str) -> Reply:
    """Say, for one's own side, whether it agrees with the findings."""
    work = current_work()
    actions.respond(work, review_uid=uid, **asked)
    return _made(work, uid)


@resources.post("/reviews/<uid>/closings")
@resources.arguments(NothingIn)
@resources.response(201, schemas.WholeReviewOut)
def close(_asked: dict[str, Any], uid: str) -> Reply:
    """Close a review through its gate. `If-Match`: the review's revision."""
    work = current_work()
    actions.close(work, review_uid=uid, revision=seen_revision())
    return _made(work, uid)


@resources.put("/reviews/<uid>/asking")
@resources.arguments(schemas.AskingIn)
@resources.response(200, schemas.WholeReviewOut)
def choose_who_is_asked(asked: dict[str, Any], uid: str) -> Reply:
    """Have physicians asked one by one in a review that hasn't opened. `If-Match`: the review's revision."""
    work = current_work()
    actions.choose_who_is_asked(work, review_uid=uid, revision=seen_revision(), **asked)
    return _whole(work, uid)


@resources.put("/reviews/<uid>/meeting")
@resources.arguments(schemas.MeetingIn)
@resources.response(200, schemas.WholeReviewOut)
def set_meeting(asked: dict[str, Any], uid: str) -> Reply:
    """Set or move the meeting of both sides; whoever takes part is told. `If-Match`: the review's revision."""
    work = current_work()
    actions.set_meeting(work, review_uid=uid, revision=seen_revision(), **asked)
    return _whole(work, uid)


@resources.delete("/reviews/<uid>/meeting")
@resources.response(200, schemas.WholeReviewOut)
def cancel_meeting(uid: str) -> Reply:
    """Call the meeting off; whoever was invited is told. `If-Match`: the review's revision."""
    work = current_work()
    actions.cancel_meeting(work, review_uid=uid, revision=seen_revision())
    return _whole(work, uid)


def _review_of(work: Work, action_uid: str) -> str:
    return queries.find_action(work, uid=action_uid)[1].uid


def _own(work: Work, uid: str, side: Any) -> Reply:
    work.session.flush()
    own = queries.own_answers(work, review_uid=uid, side=side)
    body = {
        "side": own.side,
        "revision": own.voice.revision,
        "submitted_at": own.voice.submitted_at,
        "is_late": own.voice.is_late,
        "answers": [
            {"commitment": uid, "rating": row.rating, "words": row.words} for uid, row in own.answers.items()
        ],
    }
    return body, 200, {"ETag": f'"{own.voice.revision}"'}


def _made(work: Work, uid: str) -> Reply:
    body, _status, headers = _whole(work, uid)
    return body, 201, {"Location": f"/api/v1/reviews/{uid}", **headers}


def _whole(work: Work, uid: str) -> Reply:
    work.session.flush()
    facts = queries.show_review(work, uid=uid, locale=work.organisation.locales[0])
    body = {
        **_line(facts.review, facts.compact.uid),
        "version": facts.version.uid,
        "is_sealed": facts.is_sealed,
        "findings": facts.review.findings,
        "sides": {side.value: view for side, view in facts.sides.items()},
        "assessments": [_assessment(uid, look) for uid, look in facts.looks.items()],
        "actions": [_action(view) for view in facts.actions],
        "earlier_actions": [_action(view) for view in facts.earlier],
        "meeting": _meeting(queries.meeting_of(work, review=facts.review)),
    }
    return body, 200, {"ETag": f'"{facts.review.revision}"'}


def _line(review: Review, compact_uid: str) -> dict[str, Any]:
    return {
        **{name: getattr(review, name) for name in _LINE},
        "compact": compact_uid,
        "state": review.state.value,
    }


def _assessment(uid: str, look: LookView) -> dict[str, Any]:
    return {
        "commitment": uid,
        "identity": look.commitment.identity,
        "side": look.commitment.side,
        "state": look.assessment.state.value,
        "rating": look.assessment.rating,
        "reason": look.assessment.reason,
        "views": {side.value: answer for side, answer in look.views.items()},
        "heard": look.heard,
    }


def _meeting(view: MeetingView | None) -> dict[str, Any] | None:
    if view is None:
        return None
    kept = (
        "uid",
        "starts_local",
        "zone",
        "starts_at",
        "minutes",
        "place",
        "agenda",
        "sequence",
        "is_cancelled",
    )
    return {**{name: getattr(view.meeting, name) for name in kept}, "link": view.link}


def _action(view: ActionView) -> dict[str, Any]:
    row = view.action
    kept = ("uid", "proposed_by", "owner_side", "title", "due_on", "reason", "revision")
    return {**{name: getattr(row, name) for name in kept}, "state": row.state.value, "post": view.post,
            "commitment": view.commitment, "outcome": view.outcome}  # fmt: skip
