"""The buttons that say that an address is right: on one's own page of messages, and on a person's page."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from reciproca.compacts.access.web.forms import typed
from reciproca.compacts.bounces import actions
from reciproca.compacts.bounces.schemas import Nothing
from reciproca.core.http import current_work

pages = Blueprint("bounces", __name__)


@pages.post("/messages/address")
def confirm_own() -> ResponseReturnValue:
    """My address is right."""
    typed(Nothing)
    actions.confirm(current_work())
    return redirect("/messages", 303)


@pages.post("/people/<string(length=36):uid>/address")
def confirm(uid: str) -> ResponseReturnValue:
    """This person's address is right."""
    typed(Nothing)
    actions.confirm(current_work(), person_uid=uid)
    return redirect(f"/people/{uid}", 303)
