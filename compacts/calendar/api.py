"""The API of one's own feed: its address, made, shown and revoked."""

from typing import Any

from flask_smorest import Blueprint

from reciproca.compacts.calendar import actions, queries
from reciproca.compacts.calendar.schemas import CalendarFeedOut
from reciproca.compacts.calendar.tables import CalendarFeed
from reciproca.core.errors import NotFound
from reciproca.core.http import current_work, keep_instead
from reciproca.core.i18n import _

resources = Blueprint("calendar_api", __name__, url_prefix="/api/v1", description="One's own dates as a feed")


@resources.route("/calendar-feed")
@resources.response(200, CalendarFeedOut)
def read_feed() -> dict[str, Any]:
    """The address of one's own feed."""
    mine = queries.own_feed(current_work())
    if mine is None:
        raise NotFound(
            detail=_("You have no calendar address."), remedy=_("Make one with POST to this address.")
        )
    return _out(mine)


@resources.route("/calendar-feed", methods=["POST"])
@resources.response(201, CalendarFeedOut)
def make_feed() -> dict[str, Any]:
    """Make an address for one's own feed, or another one in its place. Repeating the request gives null for it."""
    made = _out(actions.make_feed(current_work()))
    keep_instead({**CalendarFeedOut().dump(made), "address": None})
    return made


@resources.route("/calendar-feed", methods=["DELETE"])
@resources.response(204)
def revoke_feed() -> None:
    """Make the address of one's own feed worthless at once."""
    actions.revoke_feed(current_work())


def _out(row: CalendarFeed) -> dict[str, Any]:
    address = queries.address_of(current_work(), feed=row)
    return {"uid": row.uid, "made_at": row.made_at, "address": address}
