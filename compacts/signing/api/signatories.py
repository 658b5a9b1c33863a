"""Who signs for the organisation, where one signature isn't enough."""

from typing import Any

from reciproca.compacts.drafting.queries import find_compact
from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.signing import actions
from reciproca.compacts.signing.api.blueprint import resources
from reciproca.compacts.signing.schemas import signatories as schemas
from reciproca.core.http import current_work, seen_revision

Answer = tuple[dict[str, Any], int, dict[str, str]]


@resources.get("/compacts/<uid>/signatories")
@resources.response(200, schemas.SignatoriesSetOut)
def read_signatories(uid: str) -> Answer:
    """The groups of people who sign for the organisation; none where one person does."""
    return _shown(find_compact(current_work(), uid=uid))


@resources.put("/compacts/<uid>/signatories")
@resources.arguments(schemas.SignatoriesSetIn)
@resources.response(200, schemas.SignatoriesSetOut)
def put_signatories(asked: dict[str, Any], uid: str) -> Answer:
    """Let groups of people sign for the organisation, in any order: so many of each. `If-Match`: the revision that you
    saw."""
    work = current_work()
    return _shown(actions.arrange_signatories(work, compact_uid=uid, revision=seen_revision(), **asked))


def _shown(compact: Compact) -> Answer:
    said = {"groups": compact.signatories, "revision": compact.revision}
    return said, 200, {"ETag": f'"{compact.revision}"'}
