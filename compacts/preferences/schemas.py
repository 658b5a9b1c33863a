"""Shape at the doors: how one is written to."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, pre_load

from reciproca.compacts.people.schemas import Strict


class PreferenceIn(Strict):
    """`hour`: a full hour of one's own clock, null for the daytime."""

    hour = fields.Integer(required=True, allow_none=True, strict=True)
    courtesy_by_mail = fields.Boolean(required=True, truthy={True}, falsy={False})


class PreferenceForm(Strict):
    """The same as a form sends it: no hour is an empty text, and a box that isn't ticked isn't sent."""

    hour = fields.Integer(load_default=None, allow_none=True)
    courtesy_by_mail = fields.Boolean(load_default=False)

    @pre_load
    def read_empty(self, sent: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        """An empty text is none."""
        return {name: value for name, value in sent.items() if value != ""}


class OneClick(Strict):
    """What mail programs send (RFC 8058, section 3.1), or the page's own button, which sends nothing."""

    said = fields.String(data_key="List-Unsubscribe", load_default="")


class PreferenceOut(Schema):
    """How one is written to."""

    hour = fields.Integer(allow_none=True)
    courtesy_by_mail = fields.Boolean()
