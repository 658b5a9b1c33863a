"""Shapes at the door: which two checkpoints are compared."""

from marshmallow import RAISE, Schema, fields, validate

_SIZE = validate.Range(min=1, max=10**15)


class SizesIn(Schema):
    """The sizes of two checkpoints, as on their second lines; without `to`, the newest."""

    class Meta:
        unknown = RAISE

    old = fields.Integer(required=True, strict=False, validate=_SIZE, data_key="from")
    new = fields.Integer(load_default=None, strict=False, validate=_SIZE, data_key="to")
