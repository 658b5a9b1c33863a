"""The API of overview."""

from typing import Any

from flask_smorest import Blueprint

from reciproca.compacts.overview import queries, schemas
from reciproca.compacts.overview.queries import Balance, Kept
from reciproca.core.http import current_work
from reciproca.plugins.types import Side

resources = Blueprint("overview_api", __name__, url_prefix="/api/v1")


@resources.get("/balance")
@resources.response(200, schemas.BalanceOut)
def read_balance() -> dict[str, Any]:
    """Promises kept, both sides: for every agreement in force, how each promise stands and how many stand how."""
    work = current_work()
    found = queries.balance(work, locale=work.organisation.locales[0])
    return {"items": [_balance(item) for item in found.items]}


def _balance(item: Balance) -> dict[str, Any]:
    return {
        "compact": item.compact.uid,
        "title": item.title,
        "version": item.version.uid,
        "review": item.review.uid if item.review else None,
        "counts": {side.value: {word.value: n for word, n in item.counts(side).items()} for side in Side},
        "commitments": [_kept(one) for pair in item.pairs for one in pair.promises],
    }


def _kept(one: Kept) -> dict[str, Any]:
    clause = one.clause
    return {"commitment": clause.uid, "identity": clause.identity, "side": one.side, "pair": clause.pair,
            "topic": clause.topic, "standing": one.standing.value, "rating": one.rating,
            "reason": one.reason}  # fmt: skip
