"""The API of consulting: rounds, what people say in them, and the answers that they get."""

from typing import Any

from flask_smorest import Blueprint

from reciproca.compacts.consulting import actions, queries, schemas
from reciproca.compacts.consulting.queries import CommentView, PointView
from reciproca.compacts.consulting.tables import Comment
from reciproca.compacts.drafting.api import Answer, whole_version
from reciproca.compacts.drafting.queries import find_version
from reciproca.compacts.drafting.tables import Version
from reciproca.core.http import current_work, seen_revision
from reciproca.core.work import Work

resources = Blueprint("consulting_api", __name__, url_prefix="/api/v1")


@resources.post("/versions/<uid>/consultations")
@resources.arguments(schemas.RoundIn)
@resources.response(201, schemas.OpenedOut)
def open_round(asked: dict[str, Any], uid: str) -> Answer:
    """Open a round of consultation on a draft. `warnings` says when one physician would stand for all."""
    work = current_work()
    found = actions.open_consultation(work, version_uid=uid, revision=seen_revision(), **asked)
    body, _status, headers = whole_version(work, find_version(work, uid=uid))
    warnings = [one.value for one in queries.cautions(work, audience=found.audience)]
    return {**body, "warnings": warnings}, 201, {"Location": f"/api/v1/versions/{uid}", **headers}


@resources.post("/versions/<uid>/consultations/closings")
@resources.arguments(schemas.RoundEndIn)
@resources.response(200, schemas.OpenedOut)
def close_round(asked: dict[str, Any], uid: str) -> Answer:
    """Close the open round and say what came of it. `warnings` says when one physician spoke for all."""
    work = current_work()
    found = actions.close_consultation(work, version_uid=uid, revision=seen_revision(), **asked)
    body, status, headers = whole_version(work, find_version(work, uid=uid))
    warnings = queries.cautions(work, audience=found.audience, round_id=found.id)
    return {**body, "warnings": [one.value for one in warnings]}, status, headers


@resources.get("/versions/<uid>/comments")
@resources.arguments(schemas.PointsAsked, location="query")
@resources.response(200, schemas.PointsOut)
def read_points(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """What was said in a round, point by point, each with its first comments; and counts by promise."""
    work = current_work()
    found = queries.round_page(
        work,
        version=find_version(work, uid=uid),
        number=asked["round"],
        about=asked["about"],
        state=asked["state"],
        after=asked["after"],
        limit=asked["limit"],
    )
    return {
        "round": found.round.number if found.round else None,
        "items": [_point(point) for point in found.points],
        "next": found.next,
        "clauses": found.clauses,
    }


@resources.post("/versions/<uid>/comments")
@resources.arguments(schemas.CommentIn)
@resources.response(201, schemas.SaidOut)
def say(asked: dict[str, Any], uid: str) -> Answer:
    """Say something about a version, or propose other words for a promise. Late ones join the next round."""
    made = actions.say(current_work(), version_uid=uid, **asked)
    return _said(made), 201, {"Location": f"/api/v1/comments/{made.uid}", **_etag(made)}


@resources.get("/comments/<uid>")
@resources.response(200, schemas.CommentOut)
def read_comment(uid: str) -> tuple[CommentView, int, dict[str, str]]:
    """One comment with its thread."""
    found, _version = queries.find_comment(current_work(), uid=uid)
    return found, 200, _etag(found)


@resources.patch("/comments/<uid>")
@resources.arguments(schemas.CommentEditIn)
@resources.response(200, schemas.SaidOut)
def edit_comment(asked: dict[str, Any], uid: str) -> Answer:
    """Say one's own comment otherwise, until it is answered. `If-Match`: the revision that you saw."""
    made = actions.edit_comment(current_work(), comment_uid=uid, revision=seen_revision(), **asked)
    return _said(made), 200, _etag(made)


@resources.post("/comments/<uid>/withdrawals")
@resources.response(200, schemas.SaidOut)
def withdraw(uid: str) -> Answer:
    """Take one's own comment back, until it is answered."""
    made = actions.withdraw_comment(current_work(), comment_uid=uid, revision=seen_revision())
    return _said(made), 200, _etag(made)


@resources.post("/comments/<uid>/replies")
@resources.arguments(schemas.ReplyIn)
@resources.response(201, schemas.CommentOut)
def reply(asked: dict[str, Any], uid: str) -> tuple[CommentView, int, dict[str, str]]:
    """Reply to a comment; answers with its whole thread."""
    work = current_work()
    actions.reply(work, comment_uid=uid, **asked)
    found, _version = queries.find_comment(work, uid=uid)
    return found, 201, _etag(found)


@resources.post("/comments/<uid>/objections")
@resources.arguments(schemas.ObjectionIn)
@resources.response(201, schemas.SaidOut)
def object_once(asked: dict[str, Any], uid: str) -> Answer:
    """Say, once, that an answer missed the point of one's own comment."""
    made = actions.object_once(current_work(), comment_uid=uid, revision=seen_revision(), **asked)
    return _said(made), 201, _etag(made)


@resources.post("/versions/<uid>/sights")
@resources.arguments(schemas.SightIn)
@resources.response(200, schemas.SeenOut)
def see(asked: dict[str, Any], uid: str) -> dict[str, int]:
    """Mark points as seen by a drafter: a decline needs one of each commenting side."""
    return {"seen": actions.see(current_work(), version_uid=uid, **asked)}


@resources.post("/versions/<uid>/groups")
@resources.arguments(schemas.GroupIn)
@resources.response(201, schemas.WholePointOut)
def group(asked: dict[str, Any], uid: str) -> Answer:
    """Bring alike comments together in one point."""
    work = current_work()
    point = actions.group(work, version_uid=uid, **asked)
    return _whole_point(work, find_version(work, uid=uid), point.uid, 201)


@resources.post("/versions/<uid>/answers")
@resources.arguments(schemas.PointAnswerIn)
@resources.response(201, schemas.WholePointOut)
def answer(asked: dict[str, Any], uid: str) -> Answer:
    """Answer a point, or many comments as one, with what is done and why. `If-Match`: the point's revision."""
    work = current_work()
    point = actions.answer(work, version_uid=uid, revision=seen_revision(), **asked)
    return _whole_point(work, find_version(work, uid=uid), point.uid, 201)


@resources.get("/versions/<uid>/points/<point>")
@resources.arguments(schemas.PagedAsked, location="query")
@resources.response(200, schemas.WholePointOut)
def read_point(asked: dict[str, Any], uid: str, point: str) -> Answer:
    """One point with its comments, a page at a time."""
    work = current_work()
    return _whole_point(work, find_version(work, uid=uid), point, 200, **asked)


@resources.get("/versions/<uid>/suggestions")
@resources.arguments(schemas.SuggestionsAsked, location="query")
@resources.response(200, schemas.SuggestionsOut)
def read_suggestions(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """Groups of alike comments that wait for an answer; people decide whether they are one point."""
    work = current_work()
    return {"items": queries.suggest(work, version=find_version(work, uid=uid), **asked)}


@resources.get("/versions/<uid>/outcomes")
@resources.arguments(schemas.ToldAsked, location="query")
@resources.response(200, schemas.ToldPageOut)
def read_outcomes(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """You said, we did, and why: the answered points of a round."""
    work = current_work()
    number, version = asked.pop("round"), find_version(work, uid=uid)
    found = queries.you_said(work, version=version, number=number, **asked)
    return {
        "round": found.round.number if found.round else None,
        "summary": found.round.summary if found.round else None,
        "items": found.points,
        "next": found.next,
    }


@resources.get("/versions/<uid>/rates")
@resources.response(200, schemas.AllRatesOut)
def read_rates(uid: str) -> dict[str, Any]:
    """What became of each side's comments, by round, for everybody to see."""
    work = current_work()
    found = queries.rates(work, version=find_version(work, uid=uid))
    return {"items": [{"round": number, "sides": sides} for number, sides in found.items()]}


@resources.get("/comments")
@resources.arguments(schemas.MineAsked, location="query")
@resources.response(200, schemas.MyCommentsOut)
def read_mine(asked: dict[str, Any]) -> dict[str, Any]:
    """One's own comments, newest first, each with its answer and what changed since."""
    work = current_work()
    uid = asked.pop("version")
    version = find_version(work, uid=uid) if uid else None
    items, following = queries.my_comments(work, version=version, **asked)
    return {"items": items, "next": following}


def _said(comment: Comment) -> dict[str, Any]:
    return {
        "uid": comment.uid,
        "revision": comment.revision,
        "is_late": comment.consultation_id is None,
        "attribution": comment.attribution,
        "side": comment.side,
    }


def _point(view: PointView) -> dict[str, Any]:
    return {**{name: getattr(view, name) for name in _POINT}, "seen_by": sorted(view.seen_by)}


_POINT = (
    "uid",
    "revision",
    "identity",
    "title",
    "state",
    "disposition",
    "reason",
    "answered_on",
    "count",
    "said",
    "comments",
)


def _whole_point(
    work: Work, version: Version, uid: str, status: int, *, after: str | None = None, limit: int = 50
) -> Answer:
    view, following = queries.point_page(work, version=version, uid=uid, after=after, limit=limit)
    return {**_point(view), "next": following}, status, _etag(view)


def _etag(row: Comment | CommentView | PointView) -> dict[str, str]:
    return {"ETag": f'"{row.revision}"'}
