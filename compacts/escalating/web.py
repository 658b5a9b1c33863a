"""Pages of what is overdue: both sides beside each other, and what is proposed for an agenda."""

from typing import Any

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from reciproca.compacts.access.web.forms import again, typed
from reciproca.compacts.escalating import actions, queries
from reciproca.compacts.escalating.schemas import PlacementIn, RefusalIn, StatementIn
from reciproca.core.errors import ReciprocaError
from reciproca.core.http import current_work
from reciproca.core.rights import is_allowed
from reciproca.plugins.types import Side
from reciproca.templates.web import page, translator

pages = Blueprint("escalating", __name__)
LIST, AGENDA = "escalating/overdue.html", "escalating/agenda.html"


@pages.get("/overdue")
def list_overdue() -> str:
    """What is overdue: of both sides for who looks after agreements, one's own for anybody else."""
    return page(LIST, faults=(), values={}, **_overdue())


@pages.post("/overdue/<string(length=36):uid>/statement")
def write_statement(uid: str) -> ResponseReturnValue:
    """Say why something that one owes is late."""
    try:
        said = typed(StatementIn)
        actions.write_statement(current_work(), obligation_uid=uid, text=said["text"])
    except ReciprocaError as error:
        return again(LIST, error, **_overdue(uid))
    return redirect("/overdue", 303)


@pages.get("/agenda")
def list_proposals() -> str:
    """What was proposed for the agenda of either side's body."""
    return page(AGENDA, faults=(), values={}, **_agenda())


@pages.post("/agenda/<string(length=36):uid>/placements")
def place(uid: str) -> ResponseReturnValue:
    """Put it on the agenda of the meeting of a day."""
    try:
        asked = typed(PlacementIn)
        actions.place(current_work(), proposal_uid=uid, meets_on=asked["meets_on"])
    except ReciprocaError as error:
        return again(AGENDA, error, **_agenda(uid))
    return redirect("/agenda", 303)


@pages.post("/agenda/<string(length=36):uid>/refusals")
def decline(uid: str) -> ResponseReturnValue:
    """Leave it off the agenda, for a reason that both sides read."""
    try:
        asked = typed(RefusalIn)
        actions.decline_placing(current_work(), proposal_uid=uid, reason=asked["reason"])
    except ReciprocaError as error:
        return again(AGENDA, error, **_agenda(uid))
    return redirect("/agenda", 303)


def _overdue(wrong: str = "") -> dict[str, Any]:
    work = current_work()
    return {
        "late": queries.overdue(work), "sides": list(Side), "wrong": wrong, "zone": work.organisation.zone,
        "locale": translator().locale,
    }  # fmt: skip


def _agenda(wrong: str = "") -> dict[str, Any]:
    work = current_work()
    return {
        "late": queries.agenda(work), "sides": list(Side), "wrong": wrong, "zone": work.organisation.zone,
        "locale": translator().locale, "today": work.today(),
        "may_keep": {side: is_allowed(work, action) for side, action in queries.KEEPERS.items()},
    }  # fmt: skip
