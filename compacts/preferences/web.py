"""The page on which one chooses how one is written to, and the link at the foot of a courtesy mail."""

from typing import Any

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from reciproca.compacts.access.web.forms import again, typed
from reciproca.compacts.preferences import actions, queries
from reciproca.compacts.preferences.rules import EARLIEST, LATEST
from reciproca.compacts.preferences.schemas import OneClick, PreferenceForm
from reciproca.core.csrf import needs_no_cookie
from reciproca.core.errors import ReciprocaError
from reciproca.core.http import current_work, go_on_as
from reciproca.templates.web import page

pages = Blueprint("preferences", __name__)
TEMPLATE, STOP = "preferences/own.html", "preferences/stop.html"


@pages.get("/messages/preferences")
def show() -> str:
    """How one is written to."""
    return page(TEMPLATE, faults=(), values={}, **_context())


@pages.post("/messages/preferences")
def choose() -> ResponseReturnValue:
    """Choose it."""
    try:
        actions.choose(current_work(), **typed(PreferenceForm))
    except ReciprocaError as error:
        return again(TEMPLATE, error, **_context())
    return redirect("/messages/preferences?kept=1", 303)


@pages.get("/courtesy/<string(length=52):token>")
def ask(token: str) -> str:
    """What would be stopped. Mail scanners open links: this changes nothing."""
    go_on_as(queries.by_link(current_work(), token=token))
    return page(STOP, token=token, is_done=False)


@pages.post("/courtesy/<string(length=52):token>")
@needs_no_cookie
def stop(token: str) -> str:
    """No courtesy mails from now on: asked by the page, or by a mail program's own button (RFC 8058)."""
    typed(OneClick)
    actions.stop_courtesy(go_on_as(queries.by_link(current_work(), token=token)))
    return page(STOP, token=token, is_done=True)


def _context() -> dict[str, Any]:
    work = current_work()
    is_kept = request.method == "GET" and "kept" in request.args
    return {"chosen": queries.own_choice(work), "hours": range(EARLIEST, LATEST + 1), "is_kept": is_kept}
