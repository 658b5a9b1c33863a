"""Shape at the doors: an endpoint to add, and what is told of endpoints and of what they were sent."""

from marshmallow import Schema, fields, validate

from reciproca.compacts.people.schemas import FILL_IN, Strict
from reciproca.compacts.webhooks.rules import LONGEST_URL

_URL = fields.String(
    required=True,
    validate=validate.Length(min=1, max=LONGEST_URL, error=FILL_IN),
    error_messages={"required": FILL_IN},
)
MOST = 200


class EndpointIn(Strict):
    """An endpoint to add: its address, and the wires of the events that it hears."""

    url = _URL
    events = fields.List(fields.String(validate=validate.Length(max=60)), load_default=list)


class Asked(Strict):
    """How many of the last messages."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=MOST))


class EndpointOut(Schema):
    """An endpoint. `disabled_why` is asked (somebody here did it) or gone (it answered 410)."""

    uid = fields.String()
    url = fields.String()
    events = fields.List(fields.String())
    made_at = fields.AwareDateTime()
    rotated_at = fields.AwareDateTime(allow_none=True)
    disabled_at = fields.AwareDateTime(allow_none=True)
    disabled_why = fields.String(allow_none=True)


class NewEndpointOut(EndpointOut):
    """An endpoint with its secret, which is told this once."""

    secret = fields.String(allow_none=True)


class EndpointsOut(Schema):
    """Every endpoint, the oldest first."""

    webhooks = fields.List(fields.Nested(EndpointOut))


class WebhookDeliveryOut(Schema):
    """A message. `uid` is its webhook-id; `state` is queued, accepted, refused or disabled; `status` is the last HTTP
    status that the endpoint answered, and `reason` why there is none; `next_at` is when it is tried."""

    uid = fields.String()
    event = fields.String()
    state = fields.String()
    attempts = fields.Integer()
    written_at = fields.AwareDateTime()
    tried_at = fields.AwareDateTime(allow_none=True)
    status = fields.Integer(allow_none=True)
    reason = fields.String()
    next_at = fields.AwareDateTime(allow_none=True)


class WebhookDeliveriesOut(Schema):
    """The last messages to an endpoint, the newest first."""

    deliveries = fields.List(fields.Nested(WebhookDeliveryOut))
