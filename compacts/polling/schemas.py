"""Shape at the doors: one's own share of a poll."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate

from reciproca.compacts.people.schemas import Strict
from reciproca.compacts.polling.rules import MOST
from reciproca.plugins.types import Rating

FIELD = "rating-"


class ShareIn(Strict):
    """An answer for each commitment (its uid) that one has a view of."""

    ratings = fields.Dict(
        keys=fields.String(validate=validate.Length(max=36)),
        values=fields.Enum(Rating, by_value=True),
        required=True,
        validate=validate.Length(max=MOST),
    )


class ShareForm(ShareIn):
    """The same as a form: `rating-<uid>`."""

    @pre_load
    def _gather(self, data: dict[str, str], **_options: Any) -> dict[str, Any]:
        if unknown := [name for name in data if not name.startswith(FIELD)]:
            raise ValidationError({unknown[0]: ["Unknown field."]})
        return {"ratings": {name.removeprefix(FIELD): value for name, value in data.items() if value}}


class QuestionOut(Schema):
    """One commitment, and what one has said of it."""

    uid = fields.String()
    topic = fields.String()
    text = fields.String()
    said = fields.Enum(Rating, by_value=True, allow_none=True)


class ShareOut(Schema):
    """One's own share: until when, of how many people, and at how many who can judge anything is told."""

    uid = fields.String()
    title = fields.String()
    locale = fields.String()
    review = fields.String(attribute="subject_uid")
    last_day = fields.Date()
    asked = fields.Integer()
    minimum = fields.Integer()
    is_closed = fields.Boolean()
    questions = fields.List(fields.Nested(QuestionOut))
