"""The API of webhooks: for administrators."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE

from reciproca.compacts.webhooks import actions, queries
from reciproca.compacts.webhooks.schemas import (
    Asked,
    EndpointIn,
    EndpointOut,
    EndpointsOut,
    NewEndpointOut,
    WebhookDeliveriesOut,
    WebhookDeliveryOut,
)
from reciproca.core.http import current_work, keep_instead

resources = Blueprint(
    "webhooks_api",
    __name__,
    url_prefix="/api/v1",
    description="Other systems that are told what has happened",
)


@resources.route("/webhooks")
@resources.response(200, EndpointsOut)
def list_webhooks() -> dict[str, Any]:
    """List every endpoint, the oldest first."""
    return {"webhooks": [queries.told(row) for row in queries.endpoints(current_work())]}


@resources.route("/webhooks", methods=["POST"])
@resources.arguments(EndpointIn)
@resources.response(201, NewEndpointOut)
def add_webhook(asked: dict[str, Any]) -> dict[str, Any]:
    """Add an endpoint. Its secret is in this answer only: repeating the request gives null."""
    return _once(actions.add_endpoint(current_work(), url=asked["url"], events=asked["events"]))


@resources.route("/webhooks/<string:uid>")
@resources.response(200, EndpointOut)
def read_webhook(uid: str) -> dict[str, Any]:
    """One endpoint."""
    return queries.told(queries.endpoint(current_work(), uid=uid))


@resources.route("/webhooks/<string:uid>/rotations", methods=["POST"])
@resources.response(201, NewEndpointOut)
def rotate_webhook(uid: str) -> dict[str, Any]:
    """Give an endpoint another secret, in this answer only; for 24 hours the one before signs as well."""
    return _once(actions.rotate(current_work(), uid=uid))


@resources.route("/webhooks/<string:uid>/disabling", methods=["POST"])
@resources.response(204)
def disable_webhook(uid: str) -> None:
    """Tell an endpoint nothing any more; what still waits isn't sent."""
    actions.disable(current_work(), uid=uid)


@resources.route("/webhooks/<string:uid>/enabling", methods=["POST"])
@resources.response(204)
def enable_webhook(uid: str) -> None:
    """Tell an endpoint again, from now on."""
    actions.enable(current_work(), uid=uid)


@resources.route("/webhooks/<string:uid>/tests", methods=["POST"])
@resources.response(202, WebhookDeliveryOut)
def test_webhook(uid: str) -> dict[str, Any]:
    """Have a test sent to an endpoint, within seconds."""
    return queries.told_delivery(actions.send_test(current_work(), uid=uid))


@resources.route("/webhooks/<string:uid>/deliveries")
@resources.arguments(Asked, location="query", unknown=RAISE)  # webargs would pass over what it does not know
@resources.response(200, WebhookDeliveriesOut)
def list_webhook_deliveries(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """What an endpoint was told last, the newest first."""
    found = queries.deliveries(current_work(), endpoint_uid=uid, limit=asked["limit"])
    return {"deliveries": [queries.told_delivery(row) for row in found]}


@resources.route("/webhooks/<string:uid>/deliveries/<string:delivery>/retries", methods=["POST"])
@resources.response(202, WebhookDeliveryOut)
def retry_webhook_delivery(uid: str, delivery: str) -> dict[str, Any]:
    """Try a message again that was refused, waits, or was held back; its id stays."""
    return queries.told_delivery(actions.retry(current_work(), endpoint_uid=uid, uid=delivery))


def _once(made: actions.Made) -> dict[str, Any]:
    told = queries.told(made.row)
    keep_instead({**EndpointOut().dump(told), "secret": None})
    return {**told, "secret": made.secret}
