"""Naming the body of each side that decides on a text, and how many of it must take part."""

from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting import actions, queries, schemas
from reciproca.compacts.drafting.queries.bodies import bodies
from reciproca.compacts.drafting.rules.bodies import USUAL
from reciproca.compacts.drafting.tables import VersionState
from reciproca.compacts.drafting.web.blueprint import pages
from reciproca.compacts.drafting.web.forms import Typed, errors_of, seen, submit
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.core.rights import Action, authorize
from reciproca.plugins.types import Side
from reciproca.templates.web import page, translator


@pages.get("/compacts/<uid>/bodies")
def show_bodies(uid: str) -> str:
    """Who decides for each side."""
    return _bodies_page(uid, {}, ())


@pages.post("/compacts/<uid>/bodies")
def name_body(uid: str) -> ResponseReturnValue:
    """Name the body of one side."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.name_body(work, compact_uid=uid, revision=seen(), **asked)
        return f"/compacts/{uid}/bodies"

    return submit(work, schemas.BodyIn(), act, lambda typed, faults: _bodies_page(uid, typed, faults))


def _bodies_page(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.COMPACT_CREATE)
    compact = queries.find_compact(work, uid=uid)
    versions = queries.versions(work, compact_ids=[compact.id])
    return page(
        "drafting/bodies.html",
        compact=compact,
        title=queries.titles(work, compact_ids=[compact.id], locale=translator().locale)[compact.id],
        sides=list(Side),
        bodies=bodies(work, compact=compact),
        usual=USUAL,
        deciding=next((row for row in versions if row.state is VersionState.PROPOSED), None),
        typed=typed,
        faults=faults,
        errors=errors_of(faults),
    )
