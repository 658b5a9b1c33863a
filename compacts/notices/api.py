"""The API of notices: one's own messages."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE

from reciproca.compacts.notices import actions, queries
from reciproca.compacts.notices.schemas import Asked, NoticesOut
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
