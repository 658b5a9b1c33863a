"""The API of handover: the pack, and naming who holds a vacant office."""

from typing import Any

from flask_smorest import Blueprint

from reciproca.compacts.drafting.queries import find_compact
from reciproca.compacts.handover import actions, queries, schemas
from reciproca.compacts.handover.showing import plain
from reciproca.core.http import current_work

resources = Blueprint(
    "handover_api", __name__, url_prefix="/api/v1", description="Who takes over, and what is open"
)


@resources.get("/compacts/<uid>/handover")
@resources.response(200, schemas.PackOut)
def read_handover(uid: str) -> dict[str, Any]:
    """What is open of an agreement, for whoever takes over."""
    work = current_work()
    return plain(work, queries.pack(work, compact=find_compact(work, uid=uid)))


@resources.post("/compacts/<uid>/offices")
@resources.arguments(schemas.OfficeIn)
@resources.response(201, schemas.PackOut)
def fill_office(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """Name who holds a vacant office from now on."""
    work = current_work()
    compact = actions.fill_office(work, compact_uid=uid, **asked)
    return plain(work, queries.pack(work, compact=compact))


@resources.post("/compacts/<uid>/posts")
@resources.arguments(schemas.PostIn)
@resources.response(201, schemas.PackOut)
def fill_post(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """Name who is in a vacant post from now on."""
    work = current_work()
    compact = actions.fill_post(work, compact_uid=uid, post_uid=asked["post"], email=asked["email"])
    return plain(work, queries.pack(work, compact=compact))
