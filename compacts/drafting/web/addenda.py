"""Beginning an addendum of one unit to a version in force."""

from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting import actions, queries, schemas
from reciproca.compacts.drafting.rules.addenda import require_main
from reciproca.compacts.drafting.web.blueprint import pages
from reciproca.compacts.drafting.web.forms import Typed, errors_of, submit
from reciproca.compacts.drafting.web.reading import context, facts_of
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.core.rights import Action, authorize
from reciproca.templates.web import page


@pages.get("/versions/<uid>/addendum")
def new_addendum(uid: str) -> str:
    """For which unit, and what it is called."""
    return _form(uid, {}, ())


@pages.post("/versions/<uid>/addenda")
def start_addendum(uid: str) -> ResponseReturnValue:
    """Begin it."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        titles = {facts_of(work, uid).text.locale: asked["title"]}
        made = actions.start_addendum(work, version_uid=uid, unit_uid=asked["unit_uid"], titles=titles)
        return f"/versions/{made.uid}/edit"

    return submit(work, schemas.AddendumForm(), act, lambda typed, faults: _form(uid, typed, faults))


def _form(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.COMPACT_CREATE)
    facts = facts_of(work, uid)
    require_main(facts.version.state)
    return page(
        "drafting/addendum.html",
        typed=typed,
        faults=faults,
        errors=errors_of(faults),
        units=[(unit.uid, unit.path) for unit in queries.units_within(work, unit_id=facts.compact.unit_id)],
        **context(work, facts),
    )
