"""The API of one's own share of a poll."""

from typing import Any

from flask_smorest import Blueprint

from reciproca.compacts.polling import actions, queries, schemas
from reciproca.core.http import current_work

resources = Blueprint(
    "polling_api",
    __name__,
    url_prefix="/api/v1/asked",
    description="What one is asked in a joint review, one by one",
)


@resources.get("/<uid>")
@resources.response(200, schemas.ShareOut)
def show_share(uid: str) -> queries.Share:
    """One's own questions, and what one has said so far."""
    work = current_work()
    return queries.show_share(work, uid=uid, locale=work.organisation.locales[0])


@resources.put("/<uid>")
@resources.arguments(schemas.ShareIn)
@resources.response(200, schemas.ShareOut)
def answer(asked: dict[str, Any], uid: str) -> queries.Share:
    """Say how the organisation kept these promises, instead of what one said before."""
    work = current_work()
    actions.answer(work, uid=uid, ratings=asked["ratings"])
    return queries.show_share(work, uid=uid, locale=work.organisation.locales[0])
