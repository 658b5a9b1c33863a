"""The page of the days for reminders: everybody may read it, because it is both sides' clock."""

from typing import Any

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from reciproca.compacts.access.schemas import Empty
from reciproca.compacts.access.web.forms import again, typed
from reciproca.compacts.policies.rules import ALWAYS, ORGANISATION, Family
from reciproca.compacts.reminding import actions, queries
from reciproca.compacts.reminding.schemas import ReminderDaysForm
from reciproca.core.errors import ReciprocaError, Unauthenticated
from reciproca.core.http import current_work
from reciproca.core.i18n import _
from reciproca.core.rights import Action, is_allowed
from reciproca.templates.web import page

pages = Blueprint("reminding", __name__, url_prefix="/reminders")
TEMPLATE = "reminding/days.html"


@pages.get("")
def show() -> str:
    """The days that count, scope by scope."""
    return page(TEMPLATE, faults=(), values={"scope": request.args.get("scope", ORGANISATION)}, **_context())


@pages.post("")
def choose() -> ResponseReturnValue:
    """Choose days for a scope."""
    try:
        actions.choose_days(current_work(), **typed(ReminderDaysForm))
    except ReciprocaError as error:
        return again(TEMPLATE, error, **_context())
    return redirect("/reminders", 303)


@pages.post("/<string(length=36):uid>/withdrawals")
def forget(uid: str) -> ResponseReturnValue:
    """Take a choice back."""
    typed(Empty)
    actions.forget_days(current_work(), uid=uid)
    return redirect("/reminders", 303)


def _context() -> dict[str, Any]:
    work = current_work()
    if work.actor.is_anonymous:
        raise Unauthenticated(remedy=_("Sign in, then try again."))
    return {
        "choices": queries.choices(work),
        "scopes": queries.scopes(work),
        "families": [family.value for family in Family],
        "always": sorted(ALWAYS),
        "may_keep": is_allowed(work, Action.POLICY_KEEP),
        "is_reminded": is_allowed(work, Action.NOTICE_READ, person_id=work.actor.person_id),
    }
