"""What people say: a comment or a wording at a promise, the talk about it, and each author's own comments."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from reciproca.compacts.consulting import actions, queries, schemas
from reciproca.compacts.consulting.queries import PointView
from reciproca.compacts.consulting.web.blueprint import pages
from reciproca.compacts.consulting.web.forms import submit, suffixed, without_same_wording
from reciproca.compacts.consulting.web.rounds import asked_number, round_page, surroundings
from reciproca.compacts.drafting.schemas import NothingIn
from reciproca.compacts.drafting.tables import Consultation, Version
from reciproca.compacts.drafting.web.forms import Typed, errors_of, seen, typed
from reciproca.compacts.drafting.web.reading import facts_of
from reciproca.core.errors import Fault, NotFound
from reciproca.core.http import current_work
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.templates.web import page

_PAGE = 20


@pages.get("/versions/<uid>/comments")
def comments(uid: str) -> str:
    """What was said: in a round, on a promise (`about`), or in one point."""
    return _comments_page(uid, request.args.get("point", ""), {}, ())


@pages.post("/versions/<uid>/comments")
def say(uid: str) -> ResponseReturnValue:
    """Say something at a promise, or about the whole text."""
    form = {name: value for name, value in without_same_wording(typed()).items() if name != "place"}
    place = form.get("identity") or "whole"

    def act(asked: dict[str, Any]) -> str:
        made = actions.say(current_work(), version_uid=uid, **asked)
        return f"/versions/{uid}/consultation?lang={made.locale}&said={place}#said"

    return submit(
        schemas.CommentIn(),
        act,
        lambda written, faults: round_page(uid, written, suffixed(faults, place)),
        {name: value for name, value in form.items() if value or name == "text"},
    )


@pages.get("/versions/<uid>/my-comments")
def mine(uid: str) -> str:
    """What I said, what became of it, and what changed since."""
    return _mine_page(uid, {}, ())


@pages.post("/comments/<uid>/edit")
def edit(uid: str) -> ResponseReturnValue:
    """Say it otherwise, while it isn't answered."""
    return _own(uid, schemas.CommentEditIn(), actions.edit_comment)


@pages.post("/comments/<uid>/withdraw")
def withdraw(uid: str) -> ResponseReturnValue:
    """Take it back, while it isn't answered."""
    return _own(uid, NothingIn(), actions.withdraw_comment)


@pages.post("/comments/<uid>/objection")
def object_once(uid: str) -> ResponseReturnValue:
    """ "That was not my point", once."""
    return _own(uid, schemas.ObjectionIn(), actions.object_once)


@pages.post("/comments/<uid>/replies")
def reply(uid: str) -> ResponseReturnValue:
    """One turn of the talk about a comment."""
    version_uid, point = request.form.get("version", ""), request.form.get("point", "")

    def act(asked: dict[str, Any]) -> str:
        actions.reply(current_work(), comment_uid=uid, **asked)
        view, version = queries.find_comment(current_work(), uid=uid)
        return f"/versions/{version.uid}/comments?point={view.point}#comment-{uid}"

    def again(written: Typed, faults: Sequence[Fault]) -> str:
        return _comments_page(version_uid, point, {**written, "comment": uid}, suffixed(faults, uid))

    return submit(schemas.ReplyIn(), act, again, {"text": request.form.get("text", "")})


def _own(uid: str, schema: Schema, action: Callable[..., object]) -> ResponseReturnValue:
    _view, version = queries.find_comment(current_work(), uid=uid)

    def act(asked: dict[str, Any]) -> str:
        action(current_work(), comment_uid=uid, revision=seen(), **asked)
        return f"/versions/{version.uid}/my-comments?done={uid}#comment-{uid}"

    def again(written: Typed, faults: Sequence[Fault]) -> str:
        return _mine_page(version.uid, {**written, "comment": uid}, suffixed(faults, uid))

    return submit(schema, act, again)


def _mine_page(uid: str, written: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.COMMENT_READ)
    facts = facts_of(work, uid)
    found, following = queries.my_comments(
        work, version=facts.version, after=request.args.get("after"), limit=_PAGE
    )
    return page(
        "consulting/mine.html",
        mine=found,
        following=following,
        typed=written,
        faults=faults,
        errors=errors_of(faults),
        done=request.args.get("done", ""),
        **surroundings(work, facts),
    )


def _comments_page(uid: str, point: str, written: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.COMMENT_READ)
    facts = facts_of(work, uid)
    about, after = request.args.get("about"), request.args.get("after")
    found: Consultation | None = None
    if point and (shown_point := _point(work, facts.version, point, after, is_again=bool(faults))):
        points, following = [shown_point[0]], shown_point[1]
    else:
        shown = queries.round_page(
            work, version=facts.version, number=asked_number(), about=about, after=after, limit=_PAGE
        )
        point, points, following, found = "", list(shown.points), shown.next, shown.round
    return page(
        "consulting/comments.html",
        points=points,
        following=following,
        round=found,
        number=asked_number(),
        about=points[0].identity if point else about,
        is_narrowed=bool(point) or about is not None,
        point=point,
        typed=written,
        faults=faults,
        errors=errors_of(faults),
        **surroundings(work, facts),
    )


def _point(
    work: Work, version: Version, uid: str, after: str | None, *, is_again: bool
) -> tuple[PointView, str | None] | None:
    """One point; None when it is gone (grouped, or taken back) while somebody wrote a reply: that is shown again."""
    try:
        return queries.point_page(work, version=version, uid=uid, after=after)
    except NotFound:
        if is_again:
            return None
        raise
