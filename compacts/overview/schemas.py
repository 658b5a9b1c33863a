"""Shape at overview's doors: what goes out."""

from marshmallow import Schema, fields

from reciproca.compacts.overview.queries.plan import Held
from reciproca.plugins.types import Side


class AheadOut(Schema):
    """One reminder to come; `at` is null where none comes any more, `people` where they are too few to count."""

    at = fields.AwareDateTime(allow_none=True)
    kind = fields.String()
    family = fields.String()
    side = fields.Enum(Side, by_value=True)
    title = fields.Dict(keys=fields.String(), values=fields.String())
    due = fields.Date()
    offset_days = fields.Integer(allow_none=True)
    from_opening = fields.Boolean()
    to = fields.String()
    people = fields.Integer(allow_none=True)
    held = fields.Enum(Held, by_value=True, allow_none=True)


class KeptOut(Schema):
    """How one promise stands; `rating` and `reason` are what the last closed review found of it."""

    commitment = fields.String()
    identity = fields.String()
    side = fields.Enum(Side, by_value=True)
    pair = fields.String(allow_none=True)
    topic = fields.String()
    standing = fields.String()
    rating = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


class StandingsOut(Schema):
    """How many promises of one side stand how."""

    kept = fields.Integer()
    partly = fields.Integer()
    not_kept = fields.Integer()
    overdue = fields.Integer()
    not_assessed = fields.Integer()


class CompactBalanceOut(Schema):
    """The balance of one agreement in force; `review` is the last closed one."""

    compact = fields.String()
    title = fields.String()
    version = fields.String()
    review = fields.String(allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Nested(StandingsOut))
    commitments = fields.List(fields.Nested(KeptOut))


class BalanceOut(Schema):
    """The balance of every agreement in force."""

    items = fields.List(fields.Nested(CompactBalanceOut))
