"""Shape at the doors: an owner's words, decisions on proposals, and what is told of what is late."""

from marshmallow import Schema, fields, validate

from reciproca.compacts.people.schemas import FILL_IN, NO_DAY, Strict

_MOST = validate.Length(max=4000)


class StatementIn(Strict):
    """What an owner says."""

    text = fields.String(required=True, validate=_MOST)


class PlacementIn(Strict):
    """The meeting's day."""

    meets_on = fields.Date(
        required=True, error_messages={"required": FILL_IN, "invalid": NO_DAY}, format="%Y-%m-%d"
    )


class RefusalIn(Strict):
    """Why something isn't placed."""

    reason = fields.String(required=True, validate=_MOST)


class StatementOut(Schema):
    """An owner's words."""

    text = fields.String()
    written_at = fields.AwareDateTime()


class ProposalOut(Schema):
    """A proposal for the agenda of a side's body."""

    uid = fields.String()
    side = fields.String()
    state = fields.String()
    proposed_at = fields.AwareDateTime()
    meets_on = fields.Date(allow_none=True)
    reason = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)


class LateOut(Schema):
    """Something overdue; `rung` 0 is its owner, 1 the sponsors, 2 its side's body."""

    uid = fields.String(attribute="obligation.uid")
    kind = fields.String(attribute="obligation.kind")
    side = fields.String(attribute="obligation.side")
    title = fields.Dict(attribute="obligation.title")
    path = fields.String(attribute="obligation.path")
    owner = fields.String()
    due = fields.Date()
    days = fields.Integer()
    rung = fields.Integer()
    statement = fields.Nested(StatementOut, allow_none=True)
    proposal = fields.Nested(ProposalOut, allow_none=True)


class LateListOut(Schema):
    """What is overdue, the oldest first."""

    items = fields.List(fields.Nested(LateOut))
