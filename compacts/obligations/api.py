"""The API of what one owes: the list, and being reminded later."""

from typing import Any

from flask_smorest import Blueprint

from reciproca.compacts.obligations import actions, queries
from reciproca.compacts.obligations.schemas import ObligationOut, ObligationsOut, SnoozeIn
from reciproca.compacts.obligations.tables import Obligation
from reciproca.core.http import current_work

resources = Blueprint("obligations_api", __name__, url_prefix="/api/v1", description="What one owes oneself")


@resources.get("/obligations")
@resources.response(200, ObligationsOut)
def list_own() -> dict[str, Any]:
    """What one owes or is invited to, and what one's posts owe."""
    return {"items": queries.owed_by_oneself(current_work())}


@resources.post("/obligations/<uid>/snoozes")
@resources.arguments(SnoozeIn)
@resources.response(201, ObligationOut)
def snooze(asked: dict[str, Any], uid: str) -> Obligation:
    """Be reminded of it not before a day, and then once."""
    return actions.snooze(current_work(), obligation_uid=uid, **asked)
