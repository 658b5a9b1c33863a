"""The page of closed days: who looks after the hospital closes and opens them, everybody may read them."""

from typing import Any

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from reciproca.compacts.access.schemas import Empty
from reciproca.compacts.access.web.forms import again, typed
from reciproca.compacts.closures import actions, queries
from reciproca.compacts.closures.schemas import Asked, ClosingForm
from reciproca.core.errors import ReciprocaError, Unauthenticated
from reciproca.core.http import current_work
from reciproca.core.i18n import _
from reciproca.core.rights import Action, is_allowed
from reciproca.templates.web import page, translator

pages = Blueprint("closures", __name__, url_prefix="/closures")
TEMPLATE = "closures/list.html"


@pages.get("")
def list_closures() -> str:
    """One year's closed days."""
    return page(TEMPLATE, faults=(), values={}, **_context(_year()))


@pages.post("")
def close() -> ResponseReturnValue:
    """Close a day, or several in a row."""
    try:
        asked = typed(ClosingForm)
        name = {translator().locale: asked["name"]}
        first, last = asked["first"], asked["last"] or asked["first"]
        actions.close_days(current_work(), first=first, last=last, name=name)
    except ReciprocaError as error:
        return again(TEMPLATE, error, **_context(_year()))
    return redirect(f"/closures?year={first.year}", 303)


@pages.post("/<string(length=36):uid>/openings")
def open_again(uid: str) -> ResponseReturnValue:
    """Take back a closed day."""
    typed(Empty)
    actions.open_day(current_work(), uid=uid)
    return redirect("/closures", 303)


def _context(year: int) -> dict[str, Any]:
    work = current_work()
    if work.actor.is_anonymous:
        raise Unauthenticated(remedy=_("Sign in, then try again."))
    return {
        "closures": queries.closures(work, year=year),
        "year": year,
        "today": work.today(),
        "may_keep": is_allowed(work, Action.CLOSURE_KEEP),
    }


def _year() -> int:
    try:
        asked = Asked().load({name: value for name, value in request.args.items() if name == "year"})
    except ValidationError:
        asked = {"year": None}
    return asked["year"] or current_work().today().year
