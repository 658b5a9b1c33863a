"""The API of how one is written to."""

from typing import Any

from flask_smorest import Blueprint

from reciproca.compacts.preferences import actions, queries
from reciproca.compacts.preferences.queries import Chosen
from reciproca.compacts.preferences.schemas import PreferenceIn, PreferenceOut
from reciproca.core.http import current_work

resources = Blueprint(
    "preferences_api", __name__, url_prefix="/api/v1", description="How one is written to oneself"
)


@resources.get("/preferences")
@resources.response(200, PreferenceOut)
def show() -> Chosen:
    """How one is written to."""
    return queries.own_choice(current_work())


@resources.post("/preferences")
@resources.arguments(PreferenceIn)
@resources.response(200, PreferenceOut)
def choose(asked: dict[str, Any]) -> Chosen:
    """Choose it."""
    return actions.choose(current_work(), **asked)
