"""The API of proofs: checkpoints and their consistency for anybody, a signature's proof for whom it is about."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE

from reciproca.compacts.proving import queries
from reciproca.compacts.proving.schemas import SizesIn
from reciproca.core.http import current_work

resources = Blueprint(
    "proving_api", __name__, url_prefix="/api/v1", description="The ledger's checkpoints and proofs"
)
_TEXT = {"content_type": "text/plain", "schema": {"type": "string"}}


@resources.get("/ledger/checkpoint")
@resources.response(200, **_TEXT)
def read_checkpoint() -> Response:
    """The newest checkpoint of the ledger, for anybody: a C2SP signed note."""
    return _text(queries.newest_checkpoint(current_work()))


@resources.get("/ledger/consistency")
@resources.arguments(SizesIn, location="query", unknown=RAISE)
@resources.response(200, **_TEXT)
def read_consistency(asked: dict[str, Any]) -> Response:
    """The proof, for anybody, that the ledger only added to what it was at an older checkpoint, and the newer one."""
    return _text(queries.consistency(current_work(), old=asked["old"], new=asked["new"]).text())


@resources.get("/signatures/<uid>/proof")
@resources.response(200, **_TEXT)
def read_proof(uid: str) -> Response:
    """That a signature's evidence is in the ledger, for its signer or an auditor: a C2SP tlog-proof."""
    return _text(queries.prove_signature(current_work(), uid=uid).text())


def _text(text: str) -> Response:
    return Response(text, mimetype="text/plain")
