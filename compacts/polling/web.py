"""The page on which a physician says how the organisation kept a few of its promises."""

from typing import Any

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from reciproca.compacts.access.web.forms import again, typed
from reciproca.compacts.drafting.web.reading import chosen_locale
from reciproca.compacts.polling import actions, queries, rules
from reciproca.compacts.polling.schemas import ShareForm
from reciproca.core.errors import ReciprocaError
from reciproca.core.http import current_work
from reciproca.templates.web import page

pages = Blueprint("polling", __name__, url_prefix="/asked")
TEMPLATE = "polling/share.html"


@pages.get("/<string(length=36):uid>")
def show(uid: str) -> str:
    """One's own questions."""
    return page(TEMPLATE, faults=(), values={}, is_kept="kept" in request.args, **_context(uid))


@pages.post("/<string(length=36):uid>")
def answer(uid: str) -> ResponseReturnValue:
    """Answer them, or answer them anew."""
    try:
        actions.answer(current_work(), uid=uid, **typed(ShareForm))
    except ReciprocaError as error:
        return again(TEMPLATE, error, is_kept=False, **_context(uid))
    return redirect(f"/asked/{uid}?kept=1", 303)


def _context(uid: str) -> dict[str, Any]:
    work = current_work()
    share = queries.show_share(work, uid=uid, locale=chosen_locale(work))
    return {"share": share, "answers": [*reversed(rules.JUDGED), rules.ANSWERS[-1]], "minutes": rules.MINUTES}
