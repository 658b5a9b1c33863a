"""The API of closed days."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE

from reciproca.compacts.closures import actions, queries
from reciproca.compacts.closures.schemas import Asked, Closing, ClosuresOut
from reciproca.core.http import current_work

resources = Blueprint(
    "closures_api", __name__, url_prefix="/api/v1", description="Days on which nobody is reminded"
)


@resources.route("/closures")
@resources.arguments(Asked, location="query", unknown=RAISE)  # webargs would pass over what it does not know
@resources.response(200, ClosuresOut)
def list_closures(asked: dict[str, Any]) -> dict[str, Any]:
    """One year's closed days: public holidays and the hospital's own."""
    work = current_work()
    return {"closures": queries.closures(work, year=asked["year"] or work.today().year)}


@resources.route("/closures", methods=["POST"])
@resources.arguments(Closing)
@resources.response(201, ClosuresOut)
def close_days(asked: dict[str, Any]) -> dict[str, Any]:
    """Close a day, or several in a row; the answer has those that weren't closed before."""
    first, last = asked["first"], asked["last"] or asked["first"]
    made = actions.close_days(current_work(), first=first, last=last, name=asked["name"])
    return {"closures": made}


@resources.route("/closures/<string:uid>", methods=["DELETE"])
@resources.response(204)
def open_day(uid: str) -> None:
    """Take back one of the hospital's own closed days."""
    actions.open_day(current_work(), uid=uid)
