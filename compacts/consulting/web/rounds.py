"""Opening and closing a round, and what the rounds so far were for."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import Schema

from reciproca.compacts.consulting import actions, schemas
from reciproca.compacts.consulting.web.blueprint import pages
from reciproca.compacts.drafting.actions import revise as take_back
from reciproca.compacts.drafting.schemas import NothingIn
from reciproca.compacts.drafting.tables import Attribution
from reciproca.compacts.drafting.web.forms import Typed, errors_of, seen, submit
from reciproca.compacts.drafting.web.reading import context, facts_of
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.templates.web import page

_WEEKS = timedelta(days=21)


@pages.get("/versions/<uid>/consultation")
def consultation(uid: str) -> str:
    """The rounds so far, and the form that opens or closes one."""
    return _consultation_page(uid, {}, ())


@pages.post("/versions/<uid>/consultations")
def open_consultation(uid: str) -> ResponseReturnValue:
    """Open a round."""
    return _do(uid, schemas.RoundIn(), actions.open_consultation)


@pages.post("/versions/<uid>/consultations/close")
def close_consultation(uid: str) -> ResponseReturnValue:
    """Close it, and say what came of it."""
    return _do(uid, schemas.RoundEndIn(), actions.close_consultation, then="/consultation")


@pages.post("/versions/<uid>/revise")
def revise(uid: str) -> ResponseReturnValue:
    """Take the version back to its authors."""
    return _do(uid, NothingIn(), take_back, then="/edit")


def _do(uid: str, schema: Schema, action: Callable[..., object], *, then: str = "") -> ResponseReturnValue:
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        action(work, version_uid=uid, revision=seen(), **asked)
        return f"/versions/{uid}{then}"

    return submit(work, schema, act, lambda typed, faults: _consultation_page(uid, typed, faults))


def _consultation_page(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.COMMENT_READ)
    facts = facts_of(work, uid)
    found = next((each for each in facts.consultations if each.closed_at is None), None)
    return page(
        "consulting/consultation.html",
        typed=typed,
        faults=faults,
        errors=errors_of(faults),
        open_round=found,
        may_run=is_allowed(work, Action.CONSULTATION_RUN),
        attributions=list(Attribution),
        default_day=work.today() + _WEEKS,
        **context(work, facts),
    )
