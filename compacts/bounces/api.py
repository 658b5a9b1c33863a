"""The API of mail that came back: a relay's webhook reports it, the office reads it."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE

from reciproca.compacts.bounces import actions, queries
from reciproca.compacts.bounces.rules import tidy
from reciproca.compacts.bounces.schemas import Asked, BounceIn, BouncesOut, HeardOut
from reciproca.core.http import current_work

resources = Blueprint("bounces_api", __name__, url_prefix="/api/v1", description="Mail that came back")


@resources.route("/bounces")
@resources.arguments(Asked, location="query", unknown=RAISE)  # webargs would pass over what it does not know
@resources.response(200, BouncesOut)
def list_bounces(asked: dict[str, Any]) -> dict[str, Any]:
    """List mails that came back, the newest first."""
    return {"bounces": queries.bounces(current_work(), limit=asked["limit"])}


@resources.route("/bounces", methods=["POST"])
@resources.arguments(BounceIn)
@resources.response(200, HeardOut)
def report_bounce(asked: dict[str, Any]) -> dict[str, Any]:
    """Report that a mail came back; repeating it changes nothing. The token needs the scope bounce.report only."""
    facts = {**asked, "said": tidy(asked["said"])}
    return {"is_new": actions.report_address(current_work(), facts=facts)}


@resources.route("/people/<string:uid>/address/confirmations", methods=["POST"])
@resources.response(204)
def confirm_address(uid: str) -> None:
    """Say that a person's address is right although mail came back: mail goes to it again."""
    actions.confirm(current_work(), person_uid=uid)
