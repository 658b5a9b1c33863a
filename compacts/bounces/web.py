"""The page of mail that came back, and the buttons that say that an address is right."""

from datetime import timedelta

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from reciproca.compacts.access.web.forms import typed
from reciproca.compacts.bounces import actions, queries
from reciproca.compacts.bounces.schemas import Nothing
from reciproca.core.http import current_work
from reciproca.core.rights import Action, authorize
from reciproca.templates.web import page

pages = Blueprint("bounces", __name__)
COUNTED = timedelta(days=30)


@pages.get("/mail")
def show() -> str:
    """What became of mail: how many were taken, refused, or came back, and whose."""
    work = current_work()
    authorize(work, Action.BOUNCE_READ)
    return page(
        "bounces/list.html",
        bounces=queries.bounces(work),
        counts=queries.counted(work, since=work.now - COUNTED),
        days=COUNTED.days,
        zone=work.organisation.zone,
    )


@pages.post("/messages/address")
def confirm_own() -> ResponseReturnValue:
    """My address is right."""
    typed(Nothing)
    actions.confirm(current_work())
    return redirect("/messages", 303)


@pages.post("/mail/<string(length=36):uid>/confirmations")
def confirm(uid: str) -> ResponseReturnValue:
    """This person's address is right."""
    typed(Nothing)
    actions.confirm(current_work(), person_uid=uid)
    return redirect("/mail", 303)
