"""Shapes at the door: which messages are asked for, and what is told of them."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from reciproca.compacts.notices.fates import in_words
from reciproca.compacts.notices.queries import History, Told
from reciproca.compacts.notices.words import say
from reciproca.core.i18n import Translator
from reciproca.core.identity import OrganisationRef


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


class NoticeToldOut(Strict):
    """What somebody was told, or was to be told, and what became of it: `state` as a code, `words` in the reader's
    language. `channel`: empty where it stands on their page of messages only; `at`: when it went, or goes next."""

    uid = fields.String()
    kind = fields.String()
    heading = fields.String()
    written_at = fields.AwareDateTime()
    channel = fields.String()
    state = fields.String()
    why = fields.String()
    at = fields.AwareDateTime(allow_none=True)
    words = fields.String()


class HistoryOut(Strict):
    """A page of a history, the newest first. `own`: told in full; `next` is for `after`, null on the last page."""

    own = fields.Boolean()
    items: Any = fields.List(fields.Nested(NoticeToldOut))
    next = fields.String(allow_none=True)


def history_data(found: History, translator: Translator, organisation: OrganisationRef) -> dict[str, Any]:
    """A history as `HistoryOut` takes it, in the translator's language."""
    return {
        "own": found.is_own,
        "items": [told_data(told, translator, organisation) for told in found.told],
        "next": found.after,
    }


def told_data(told: Told, translator: Translator, organisation: OrganisationRef) -> dict[str, Any]:
    """One line of a history as `NoticeToldOut` takes it."""
    return {
        "uid": told.uid,
        "kind": told.facts.kind,
        "heading": say(told.facts, translator, organisation.name).heading,
        "written_at": told.written_at,
        "channel": told.channel,
        "state": told.became.fate,
        "why": told.became.why,
        "at": told.became.at,
        "words": in_words(told.became, translator, organisation.zone),
    }
