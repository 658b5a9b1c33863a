"""Shapes at the door: which messages are asked for, and what is told of them."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate


class Strict(Schema):
    """Nothing is taken that wasn't asked for."""

    class Meta:
        unknown = RAISE


class Asked(Strict):
    """A page of messages: those before the message `after`, `limit` at most."""

    after = fields.String(load_default=None, validate=validate.Length(max=36))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class Nothing(Strict):
    """A button's form: it has no fields of its own."""


class NoticeOut(Strict):
    """One message, in the words of the reader's language."""

    uid = fields.String()
    kind = fields.String()
    heading = fields.String()
    paragraphs = fields.List(fields.String())
    path = fields.String(metadata={"description": "The page that it is about."})
    written_at = fields.AwareDateTime()
    read_at = fields.AwareDateTime(allow_none=True)


class NoticesOut(Strict):
    """A page of messages, the newest first. `next` is for `after`, null on the last page."""

    notices: Any = fields.List(fields.Nested(NoticeOut))
    unread = fields.Integer()
    next = fields.String(allow_none=True)
