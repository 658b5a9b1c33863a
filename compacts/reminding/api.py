"""The API of the days for reminders."""

from typing import Any

from flask_smorest import Blueprint

from reciproca.compacts.policies.tables import ReminderPolicy
from reciproca.compacts.reminding import actions, queries
from reciproca.compacts.reminding.schemas import ChosenDaysOut, ReminderDaysIn, ReminderDaysOut
from reciproca.core.http import current_work

resources = Blueprint(
    "reminding_api", __name__, url_prefix="/api/v1", description="On which days things are reminded of"
)


@resources.get("/reminder-days")
@resources.response(200, ReminderDaysOut)
def list_choices() -> dict[str, Any]:
    """The days that count, scope by scope."""
    return {"items": queries.choices(current_work())}


@resources.post("/reminder-days")
@resources.arguments(ReminderDaysIn)
@resources.response(201, ChosenDaysOut)
def choose(asked: dict[str, Any]) -> ReminderPolicy:
    """Choose days for a scope, instead of those that it had."""
    return actions.choose_days(current_work(), **asked)


@resources.delete("/reminder-days/<uid>")
@resources.response(204)
def forget(uid: str) -> None:
    """Take a choice back: what is around the scope counts again."""
    actions.forget_days(current_work(), uid=uid)
