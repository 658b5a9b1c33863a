"""The API of eliciting: rounds, one's own list, and both sides' lists once a round is closed."""

from typing import Any

from flask_smorest import Blueprint

from reciproca.compacts.drafting.queries import find_compact
from reciproca.compacts.eliciting import actions, queries, schemas
from reciproca.compacts.eliciting.tables import Elicitation, Strand
from reciproca.core.http import current_work, seen_revision

resources = Blueprint("eliciting_api", __name__, url_prefix="/api/v1")
Answer = tuple[Any, int, dict[str, str]]


@resources.get("/compacts/<uid>/elicitations")
@resources.response(200, schemas.RoundsOut)
def read_rounds(uid: str) -> dict[str, Any]:
    """The rounds before the text of an agreement, newest first."""
    work = current_work()
    return {"items": queries.elicitations(work, compact=find_compact(work, uid=uid))}


@resources.post("/compacts/<uid>/elicitations")
@resources.arguments(schemas.ElicitationIn)
@resources.response(201, schemas.ElicitationOut)
def open_round(asked: dict[str, Any], uid: str) -> Answer:
    """Open a round: both sides are asked what they give and what they hope to get."""
    found = actions.open_elicitation(current_work(), compact_uid=uid, **asked)
    return found, 201, {"Location": f"/api/v1/elicitations/{found.uid}", **_etag(found)}


@resources.get("/elicitations/<uid>")
@resources.response(200, schemas.ElicitationOut)
def read_round(uid: str) -> Answer:
    """One round, without its lists."""
    found, _compact = queries.find_elicitation(current_work(), uid=uid)
    return found, 200, _etag(found)


@resources.get("/elicitations/<uid>/list")
@resources.response(200, schemas.MyListOut)
def read_my_list(uid: str) -> Answer:
    """One's own lines. Nobody else's can be read before the round is closed."""
    work = current_work()
    found = queries.my_list(work, elicitation=queries.find_elicitation(work, uid=uid)[0])
    return found, 200, {"ETag": f'"{found.revision}"'}


@resources.put("/elicitations/<uid>/list")
@resources.arguments(schemas.ListIn)
@resources.response(200, schemas.MyListOut)
def write_my_list(asked: dict[str, Any], uid: str) -> Answer:
    """Put these lines in place of one's own. Doing it again changes nothing, so no key is kept of it: a kept answer
    would tell later who wrote what. `If-Match`: the revision that you saw."""
    work = current_work()
    actions.write_list(work, elicitation_uid=uid, revision=seen_revision(), **asked)
    found = queries.my_list(work, elicitation=queries.find_elicitation(work, uid=uid)[0])
    return found, 200, {"ETag": f'"{found.revision}"'}


@resources.get("/elicitations/<uid>/writers")
@resources.response(200, schemas.WritersOut)
def read_writers(uid: str) -> dict[str, int | None]:
    """How many people of each side have written: for the steward, from five on."""
    work = current_work()
    found = queries.writers(work, elicitation=queries.find_elicitation(work, uid=uid)[0])
    return {side.value: number for side, number in found.items()}


@resources.post("/elicitations/<uid>/closings")
@resources.response(200, schemas.ElicitationOut)
def close_round(uid: str) -> Answer:
    """Close the round. From then on both sides read the lists, and nobody can tell who wrote what."""
    found = actions.close_elicitation(current_work(), elicitation_uid=uid, revision=seen_revision())
    return found, 200, _etag(found)


@resources.get("/elicitations/<uid>/lists")
@resources.response(200, schemas.ListsOut)
def read_lists(uid: str) -> queries.Lists:
    """Both sides' lists, by theme. 409 while the round is open."""
    work = current_work()
    return queries.lists(work, elicitation=queries.find_elicitation(work, uid=uid)[0])


@resources.post("/elicitations/<uid>/strands")
@resources.arguments(schemas.StrandIn)
@resources.response(201, schemas.StrandRowOut)
def make_strand(asked: dict[str, Any], uid: str) -> Answer:
    """Begin a theme, with the lines that belong to it."""
    made = actions.make_strand(current_work(), elicitation_uid=uid, **asked)
    return made, 201, _etag(made)


@resources.post("/elicitations/<uid>/moves")
@resources.arguments(schemas.MoveIn)
@resources.response(200, schemas.MovedOut)
def move_lines(asked: dict[str, Any], uid: str) -> dict[str, int]:
    """Move many lines to one theme, or to none."""
    return {"moved": actions.move_wishes(current_work(), elicitation_uid=uid, **asked)}


@resources.put("/elicitations/<uid>/order")
@resources.arguments(schemas.OrderIn)
@resources.response(200, schemas.ListsOut)
def order_strands(asked: dict[str, Any], uid: str) -> queries.Lists:
    """Put the themes in order: name each of them once."""
    work = current_work()
    actions.order_strands(work, elicitation_uid=uid, **asked)
    return queries.lists(work, elicitation=queries.find_elicitation(work, uid=uid)[0])


@resources.patch("/strands/<uid>")
@resources.arguments(schemas.StrandChangeIn)
@resources.response(200, schemas.StrandRowOut)
def change_strand(asked: dict[str, Any], uid: str) -> Answer:
    """Name a theme, and say which commitment answers it. `If-Match`: the revision that you saw."""
    made = actions.change_strand(current_work(), strand_uid=uid, revision=seen_revision(), **asked)
    return made, 200, _etag(made)


@resources.delete("/strands/<uid>")
@resources.response(204)
def remove_strand(uid: str) -> None:
    """Take a theme away; its lines stay."""
    actions.remove_strand(current_work(), strand_uid=uid)


def _etag(row: Elicitation | Strand) -> dict[str, str]:
    return {"ETag": f'"{row.revision}"'}
