"""What one unit adds to an agreement."""

from typing import Any

from reciproca.compacts.drafting import actions, queries, schemas
from reciproca.compacts.drafting.api.blueprint import Answer, resources
from reciproca.compacts.drafting.api.showing import made
from reciproca.core.http import current_work


@resources.get("/versions/<uid>/addenda")
@resources.response(200, schemas.AddendaOut)
def read_addenda(uid: str) -> dict[str, Any]:
    """The addenda to a version, and what it adds to itself."""
    work = current_work()
    version = queries.find_version(work, uid=uid)
    return {
        "adds_to": queries.adds_to(work, version=version),
        "addenda": queries.addenda(work, version=version),
    }


@resources.post("/versions/<uid>/addenda")
@resources.arguments(schemas.AddendumIn)
@resources.response(201, schemas.WholeVersionOut)
def start_addendum(asked: dict[str, Any], uid: str) -> Answer:
    """Begin an addendum of one unit to a version in force; answers with its draft."""
    work = current_work()
    return made(work, actions.start_addendum(work, version_uid=uid, **asked))
