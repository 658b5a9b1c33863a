"""Opening a round and closing it: what is said first, and what is still missing at the end."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from reciproca.compacts.consulting import actions, queries, schemas
from reciproca.compacts.consulting.web.blueprint import pages
from reciproca.compacts.consulting.web.forms import submit
from reciproca.compacts.consulting.web.rounds import surroundings, with_waiting
from reciproca.compacts.drafting.actions import revise as take_back
from reciproca.compacts.drafting.queries import units
from reciproca.compacts.drafting.schemas import NothingIn
from reciproca.compacts.drafting.tables import Consultation
from reciproca.compacts.drafting.web.forms import Typed, errors_of, seen, typed
from reciproca.compacts.drafting.web.reading import facts_of
from reciproca.compacts.people.reading import jurisdiction
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.templates.web import page, translator

_WEEKS = timedelta(days=21)
_LISTS = ("categories", "units", "locales")


@pages.get("/versions/<uid>/consultation/run")
def run_consultation(uid: str) -> str:
    """The form that opens a round, or what is missing before the open one can close."""
    return _running_page(uid, {}, ())


@pages.post("/versions/<uid>/consultations")
def open_consultation(uid: str) -> ResponseReturnValue:
    """Open a round."""
    audience = {name: [one for one in request.form.getlist(name) if one] for name in _LISTS}
    form: dict[str, Any] = {name: value for name, value in typed().items() if name not in _LISTS}
    return _do(uid, schemas.RoundIn(), actions.open_consultation, {**form, "audience": audience})


@pages.post("/versions/<uid>/consultations/close")
def close_consultation(uid: str) -> ResponseReturnValue:
    """Close it, and say what came of it."""
    return _do(uid, schemas.RoundEndIn(), actions.close_consultation, then="/answers")


@pages.post("/versions/<uid>/revise")
def revise(uid: str) -> ResponseReturnValue:
    """Take the version back to its authors."""
    return _do(uid, NothingIn(), take_back, then="/edit")


def _do(
    uid: str,
    schema: Schema,
    action: Callable[..., object],
    form: dict[str, Any] | None = None,
    *,
    then: str = "/consultation",
) -> ResponseReturnValue:
    def act(asked: dict[str, Any]) -> str:
        action(current_work(), version_uid=uid, revision=seen(), **asked)
        return f"/versions/{uid}{then}"

    return submit(schema, act, lambda written, faults: _running_page(uid, written, faults), form)


def _running_page(uid: str, written: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.CONSULTATION_RUN)
    facts = facts_of(work, uid)
    around = surroundings(work, facts)
    found: Consultation | None = next((one for one in facts.consultations if one.closed_at is None), None)
    counts = queries.clause_counts(work, version=facts.version, round_id=found.id if found else None)
    return page(
        "consulting/run.html",
        typed=written,
        faults=faults,
        errors=errors_of(faults),
        open_round=found,
        missing=with_waiting(counts),
        comments=sum(one.comments for one in counts),
        waiting=sum(one.waiting for one in counts),
        still=queries.open_count(work, version=facts.version, round_id=found.id) if found else 0,
        cautions=_cautions(work, found),
        default_day=work.today() + _WEEKS,
        chosen={name: request.form.getlist(name) for name in _LISTS},
        **_choices(work),
        **around,
    )


def _cautions(work: Work, found: Consultation | None) -> list[str]:
    audience = found.audience if found else {}
    return [
        one.value
        for one in queries.cautions(work, audience=audience or {}, round_id=found.id if found else None)
    ]


def _choices(work: Work) -> dict[str, Any]:
    locale = translator().locale
    return {
        "categories": [
            (one.key, one.label.get(locale) or one.label["en"]) for one in jurisdiction(work).categories
        ],
        "units": [(unit.uid, unit.path) for unit in units(work)],
    }
