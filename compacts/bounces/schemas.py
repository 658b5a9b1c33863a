"""Shape at the door: what a relay reports, and what is told of it."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema


class Strict(Schema):
    """Nothing is taken that wasn't asked for."""

    class Meta:
        unknown = RAISE


class BounceIn(Strict):
    """One mail that came back: the `address` that it came from (its envelope sender), or its `message_id`."""

    address = fields.String(load_default="", validate=validate.Length(max=320))
    message_id = fields.String(load_default="", validate=validate.Length(max=250))
    status = fields.String(
        load_default="5.0.0",
        validate=validate.Regexp(r"[45]\.\d{1,3}\.\d{1,3}\Z"),
        metadata={"description": "The enhanced status code (RFC 3463)."},
    )
    said = fields.String(
        load_default="",
        validate=validate.Length(max=2000),
        metadata={"description": "What the other server said; addresses in it aren't kept."},
    )

    @validates_schema
    def _which(self, data: dict[str, Any], **_options: Any) -> None:
        if not (data["address"] or data["message_id"]):
            raise ValidationError("Give one of the two.", "address")


class HeardOut(Strict):
    """Whether the report was news."""

    is_new = fields.Boolean()


class Nothing(Strict):
    """A button's form: it has no fields of its own."""


class Asked(Strict):
    """How many."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class BounceOut(Strict):
    """One mail that came back. `is_mailed`: whether mail goes to the person's address (again)."""

    uid = fields.String()
    delivery = fields.String()
    person = fields.String()
    name = fields.String()
    address = fields.String()
    status = fields.String()
    said = fields.String()
    heard_at = fields.AwareDateTime()
    is_mailed = fields.Boolean()


class BouncesOut(Strict):
    """What came back, the newest first."""

    bounces: Any = fields.List(fields.Nested(BounceOut))
