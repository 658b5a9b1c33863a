"""Shape at the doors: the address of a feed."""

from marshmallow import Schema, fields


class CalendarFeedOut(Schema):
    """One's own feed. `address` is a secret: whoever has it reads the dates."""

    uid = fields.String()
    made_at = fields.AwareDateTime()
    address = fields.String(allow_none=True)
