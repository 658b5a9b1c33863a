"""What is decided about a version: the proposal, each side's decision, and the day."""

from collections.abc import Callable, Sequence
from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import Schema

from reciproca.compacts.drafting import actions, queries, schemas
from reciproca.compacts.drafting.actions import RATIFY, REASONS
from reciproca.compacts.drafting.queries.bodies import bodies
from reciproca.compacts.drafting.rules.bodies import USUAL
from reciproca.compacts.drafting.web.blueprint import pages
from reciproca.compacts.drafting.web.forms import Typed, errors_of, seen, submit
from reciproca.compacts.drafting.web.reading import context, facts_of
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.plugins.types import Side
from reciproca.templates.web import page


@pages.get("/versions/<uid>/propose")
def propose_page(uid: str) -> str:
    """What is still missing, and what proposing means."""
    return _propose_page(uid, {}, ())


@pages.post("/versions/<uid>/proposals")
def propose(uid: str) -> ResponseReturnValue:
    """Freeze the text and put it to both sides."""
    return _do(uid, schemas.NothingIn(), actions.propose, _propose_page)


@pages.get("/versions/<uid>/ratify")
def ratify_page(uid: str) -> str:
    """What each side has decided, and the form for this person's side."""
    return _ratify_page(uid, {}, ())


@pages.post("/versions/<uid>/ratifications")
def ratify(uid: str) -> ResponseReturnValue:
    """Record one side's decision."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.record_ratification(work, version_uid=uid, **asked)
        return f"/versions/{uid}"

    return submit(work, schemas.BallotIn(), act, lambda typed, faults: _ratify_page(uid, typed, faults))


@pages.get("/versions/<uid>/schedule")
def schedule_page(uid: str) -> str:
    """Choose the day."""
    return _schedule_page(uid, {}, ())


@pages.post("/versions/<uid>/schedules")
def schedule(uid: str) -> ResponseReturnValue:
    """Fix the day."""
    return _do(uid, schemas.DayIn(), actions.schedule, _schedule_page)


@pages.post("/versions/<uid>/withdrawals")
def withdraw(uid: str) -> ResponseReturnValue:
    """Take the version back for good."""
    return _do(uid, schemas.ReasonIn(), actions.withdraw, _schedule_page)


def _do(
    uid: str,
    schema: Schema,
    action: Callable[..., object],
    again: Callable[[str, Typed, Sequence[Fault]], str],
    *,
    then: str = "",
) -> ResponseReturnValue:
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        action(work, version_uid=uid, revision=seen(), **asked)
        return f"/versions/{uid}{then}"

    return submit(work, schema, act, lambda typed, faults: again(uid, typed, faults))


def _propose_page(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.VERSION_PROPOSE)
    facts = facts_of(work, uid)
    checklist = queries.checklist(work, version=facts.version)
    return page(
        "drafting/propose.html",
        typed=typed,
        faults=faults,
        errors=errors_of(faults),
        checklist=checklist,
        reasons=REASONS,
        **context(work, facts),
    )


def _ratify_page(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    may = [action for action in RATIFY.values() if is_allowed(work, action)]
    authorize(work, may[0] if may else Action.VERSION_RATIFY_ORGANISATION)  # refuses who decides for neither
    facts = facts_of(work, uid)
    decided = {row.side: row for row in facts.ratifications}
    mine = [side for side, action in RATIFY.items() if side not in decided and is_allowed(work, action)]
    return page(
        "drafting/ratify.html",
        typed=typed,
        faults=faults,
        errors=errors_of(faults),
        decided=decided,
        mine=mine,
        sides=list(Side),
        bodies=bodies(work, compact=facts.compact),
        usual=USUAL,
        today=work.today(),
        **context(work, facts),
    )


def _schedule_page(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.VERSION_SCHEDULE)
    facts = facts_of(work, uid)
    return page(
        "drafting/schedule.html",
        typed=typed,
        faults=faults,
        errors=errors_of(faults),
        today=work.today(),
        **context(work, facts),
    )
