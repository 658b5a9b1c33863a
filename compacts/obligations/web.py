"""The page on which one asks to be reminded later."""

from typing import Any

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from reciproca.compacts.access.web.forms import again, typed
from reciproca.compacts.obligations import actions, queries
from reciproca.compacts.obligations.schemas import SnoozeForm
from reciproca.core.errors import ReciprocaError
from reciproca.core.http import current_work
from reciproca.templates.web import page, translator

pages = Blueprint("obligations", __name__, url_prefix="/messages/later")
TEMPLATE = "obligations/later.html"


@pages.get("")
def choose() -> str:
    """What one owes, and the form."""
    return page(TEMPLATE, faults=(), values={}, **_context())


@pages.post("")
def snooze() -> ResponseReturnValue:
    """Be reminded of one thing later."""
    try:
        asked = typed(SnoozeForm)
        actions.snooze(
            current_work(), obligation_uid=asked["uid"], until=asked["until"], reason=asked["reason"]
        )
    except ReciprocaError as error:
        return again(TEMPLATE, error, **_context())
    return redirect("/messages/plan", 303)


def _context() -> dict[str, Any]:
    owed = queries.owed_by_oneself(current_work())
    locale = translator().locale
    return {
        "things": [(one.uid, one.title.get(locale) or next(iter(one.title.values()), "")) for one in owed]
    }
