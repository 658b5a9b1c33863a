"""The API of notices: one's own messages."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE

from reciproca.compacts.notices import actions, queries
from reciproca.compacts.notices.schemas import Asked, HistoryOut, NoticesOut, history_data
from reciproca.compacts.notices.words import say
from reciproca.core.http import current_work
from reciproca.templates.web import translator

resources = Blueprint("notices_api", __name__, url_prefix="/api/v1", description="One's own messages")


@resources.route("/notices")
@resources.arguments(Asked, location="query", unknown=RAISE)  # webargs would pass over what it does not know
@resources.response(200, NoticesOut)
def list_notices(asked: dict[str, Any]) -> dict[str, Any]:
    """List one's own messages, the newest first."""
    work = current_work()
    found = queries.inbox(work, before=asked["after"], limit=asked["limit"] + 1)
    shown = found[: asked["limit"]]
    return {
        "notices": [_out(message) for message in shown],
        "unread": queries.unread(work),
        "next": shown[-1].uid if len(found) > len(shown) else None,
    }


@resources.route("/notices/<string:uid>/read", methods=["POST"])
@resources.response(204)
def read_notice(uid: str) -> None:
    """Say that one has read a message; repeating it changes nothing."""
    actions.mark_read(current_work(), uid=uid)


@resources.route("/notices/history")
@resources.arguments(Asked, location="query", unknown=RAISE)
@resources.response(200, HistoryOut)
def read_history(asked: dict[str, Any]) -> dict[str, Any]:
    """List everything that one was told or was to be told, and what became of it, the newest first."""
    return _history(asked, None)


@resources.route("/people/<string:uid>/notices")
@resources.arguments(Asked, location="query", unknown=RAISE)
@resources.response(200, HistoryOut)
def read_persons_history(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """List what somebody was told and what became of it; not what is theirs alone, such as receipts, and of invitations
    the first message only: nobody learns from it what they answered."""
    return _history(asked, uid)


def _history(asked: dict[str, Any], uid: str | None) -> dict[str, Any]:
    work = current_work()
    found = queries.history(work, person_uid=uid, before=asked["after"], limit=asked["limit"])
    return history_data(found, translator(), work.organisation)


def _out(message: queries.Message) -> dict[str, Any]:
    said = say(message.facts, translator(), current_work().organisation.name)
    return {
        "uid": message.uid,
        "kind": message.facts.kind,
        "heading": said.heading,
        "paragraphs": said.paragraphs,
        "path": said.path,
        "written_at": message.written_at,
        "read_at": message.read_at,
    }
