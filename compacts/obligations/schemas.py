"""Shape at the doors: being reminded later."""

from typing import Any

from marshmallow import Schema, fields, validate

from reciproca.compacts.people.schemas import FILL_IN, NO_DAY, Strict

_DAY: dict[str, str | list[Any] | dict[Any, Any]] = {"required": FILL_IN, "invalid": NO_DAY}


class SnoozeIn(Strict):
    """Not before which local day, and perhaps why."""

    until = fields.Date(required=True, error_messages=_DAY, format="%Y-%m-%d")
    reason = fields.String(load_default="", validate=validate.Length(max=2000))


class SnoozeForm(SnoozeIn):
    """The same as a form sends it, with what it is about."""

    uid = fields.String(required=True, error_messages={"required": FILL_IN}, validate=validate.Length(max=36))


class ObligationOut(Schema):
    """Something that one owes, or is invited to."""

    uid = fields.String()
    kind = fields.String()
    side = fields.String()
    family = fields.String()
    title = fields.Dict()
    path = fields.String()
    due = fields.Function(lambda row: row.due_local[:10])
    snoozed_until = fields.Date(allow_none=True)


class ObligationsOut(Schema):
    """All of one's own that is open, the nearest day first."""

    items: Any = fields.List(fields.Nested(ObligationOut))
