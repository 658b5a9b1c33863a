"""The API of what is overdue: the list, an owner's words, proposals for an agenda and what becomes of them."""

from typing import Any

from flask_smorest import Blueprint

from reciproca.compacts.escalating import actions, queries, schemas
from reciproca.compacts.escalating.tables import AgendaProposal, OwnerStatement
from reciproca.core.http import current_work

resources = Blueprint(
    "escalating_api", __name__, url_prefix="/api/v1", description="What is overdue, and up which ladder"
)


@resources.get("/overdue")
@resources.response(200, schemas.LateListOut)
def list_overdue() -> dict[str, Any]:
    """What is overdue, of both sides or of oneself."""
    return {"items": queries.overdue(current_work())}


@resources.put("/overdue/<uid>/statement")
@resources.arguments(schemas.StatementIn)
@resources.response(200, schemas.StatementOut)
def write_statement(asked: dict[str, Any], uid: str) -> OwnerStatement:
    """Say of something that one owes why it is late, and until when it will be done."""
    return actions.write_statement(current_work(), obligation_uid=uid, text=asked["text"])


@resources.get("/agenda")
@resources.response(200, schemas.LateListOut)
def list_proposals() -> dict[str, Any]:
    """What was proposed for the agenda of either side's body and isn't done."""
    return {"items": queries.agenda(current_work())}


@resources.post("/agenda/<uid>/placements")
@resources.arguments(schemas.PlacementIn)
@resources.response(201, schemas.ProposalOut)
def place(asked: dict[str, Any], uid: str) -> AgendaProposal:
    """Put it on the agenda of the meeting of a day."""
    return actions.place(current_work(), proposal_uid=uid, meets_on=asked["meets_on"])


@resources.post("/agenda/<uid>/refusals")
@resources.arguments(schemas.RefusalIn)
@resources.response(201, schemas.ProposalOut)
def decline(asked: dict[str, Any], uid: str) -> AgendaProposal:
    """Leave it off the agenda, for a reason that both sides read."""
    return actions.decline_placing(current_work(), proposal_uid=uid, reason=asked["reason"])
