"""Shape at the doors: days to close, and closed days as they are told."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from reciproca.compacts.people.schemas import FILL_IN, NO_DAY, Strict

NAME = validate.Length(max=100)
YEARS = validate.Range(min=2000, max=2100)


class Asked(Strict):
    """Which year; none is this one."""

    year = fields.Integer(load_default=None, validate=YEARS)


class Closing(Strict):
    """Days to close: without `last` it is one day. `name` is {locale: text}."""

    first = fields.Date(required=True)
    last = fields.Date(load_default=None, allow_none=True)
    name = fields.Dict(keys=fields.String(), values=fields.String(validate=NAME), required=True)


class ClosingForm(Strict):
    """The same as a form sends it: an empty `last` is none, and the name is in the reader's language."""

    first = fields.Date(
        required=True, error_messages={"required": FILL_IN, "invalid": NO_DAY}, format="%Y-%m-%d"
    )
    last = fields.Date(load_default=None, error_messages={"invalid": NO_DAY}, format="%Y-%m-%d")
    name = fields.String(load_default="", validate=NAME)

    @pre_load
    def leave_out_empty(self, sent: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        """A field of a form that was left empty is there as an empty text."""
        return {name: value for name, value in sent.items() if value != "" or name == "first"}


class ClosureOut(Schema):
    """A closed day; `uid` is null for a public holiday."""

    day = fields.Date()
    name = fields.Dict(keys=fields.String(), values=fields.String())
    uid = fields.Function(lambda row: row.uid or None)


class ClosuresOut(Schema):
    """One year's closed days, in order."""

    closures = fields.List(fields.Nested(ClosureOut))
