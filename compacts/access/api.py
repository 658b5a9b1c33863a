"""The API of access: who the token speaks for, and one's own tokens."""

from datetime import timedelta
from typing import Any

from flask_smorest import Blueprint

from reciproca.compacts.access import actions, queries
from reciproca.compacts.access.schemas import MeOut, NewTokenOut, TokenIn, TokenOut
from reciproca.core.errors import Unauthenticated
from reciproca.core.http import current_work, keep_instead
from reciproca.core.i18n import _

resources = Blueprint(
    "access_api", __name__, url_prefix="/api/v1", description="Who one is, and one's tokens"
)


@resources.route("/me")
@resources.response(200, MeOut)
def me() -> dict[str, Any]:
    """Say who this token speaks for."""
    work, who = current_work(), _who()
    return {
        "account": work.actor.uid,
        "name": who.name,
        "email": who.email,
        "roles": who.roles,
        "scopes": sorted(work.actor.scopes or ()),
        "organisation": work.organisation,
    }


@resources.route("/tokens")
@resources.response(200, TokenOut(many=True))
def list_tokens() -> Any:
    """List one's own tokens that still count, the newest first."""
    _who()
    return queries.own_tokens(current_work())


@resources.route("/tokens", methods=["POST"])
@resources.arguments(TokenIn)
@resources.response(201, NewTokenOut)
def create_token(wanted: dict[str, Any]) -> dict[str, Any]:
    """Make a token for oneself. Its secret is in this answer only: repeating the request gives null."""
    work = current_work()
    made = actions.create_token(
        work,
        email=_who().email,
        scopes=wanted["scopes"],
        label=wanted["label"],
        life=timedelta(days=wanted["days"]),
    )
    keep_instead({**TokenOut().dump(made.row), "token": None})
    return {name: getattr(made.row, name) for name in TokenOut().fields} | {"token": made.secret}


@resources.route("/tokens/<string:uid>", methods=["DELETE"])
@resources.response(204)
def revoke_token(uid: str) -> None:
    """Make a token worthless at once."""
    actions.revoke_token(current_work(), uid=uid)


def _who() -> queries.Who:
    who = queries.badge(current_work())
    if who is None:
        raise Unauthenticated(remedy=_("Send a bearer token in the Authorization header."))
    return who
