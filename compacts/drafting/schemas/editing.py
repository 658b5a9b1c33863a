"""Shape at the editor's doors: a topic's form, its history, and the library."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from reciproca.compacts.drafting.schemas.basics import CompactsAsked, Door, said, words
from reciproca.compacts.drafting.tables import EditKind
from reciproca.plugins.types import Cadence, Side


def _topic_fields() -> dict[str, fields.Field[Any]]:
    """Each field of a topic as the editor sends it: what is wished, what was seen, and the choice between two people's
    words (`third` are words of neither)."""
    own = {"text": words(2000), "post": words(36), "cadence": words(40)}
    shared = {"topic": words(200), "indicator": words(1000), "evidence": words(1000)}
    named = {f"{side.value}_{name}": field for side in Side for name, field in own.items()} | shared
    choice = fields.String(validate=validate.OneOf(["mine", "theirs", "third"]))
    return {
        **named,
        **{f"seen_{name}": words(2000) for name in named},
        **{f"third_{name}": field for name, field in named.items()},
        **{f"choice_{name}": choice for name in named},
    }


class _Topic(Schema):
    class Meta:
        unknown = RAISE

    locale = said(20)
    why = words(500, load_default="")


TopicForm = _Topic.from_dict(_topic_fields(), name="TopicForm")
"""One topic of the editor, both sides at once; a side that promises nothing sends no field."""


class ThemeForm(Door):
    """The theme that a topic should stand under: one that is there, or the name of a new one."""

    locale = said(20)
    theme = words(80, load_default="")
    label = words(200, load_default="")


class ThemeNameForm(Door):
    """What a theme should be called, and what it was called when the person looked."""

    locale = said(20)
    theme = said(80)
    label = said(200)
    seen = words(200, load_default="")


class SourceIn(Door):
    """A topic of the library to take over."""

    source = said(200)


class UndoIn(Door):
    """An edit to take back, and why."""

    edit_uid = said(36)
    why = words(500, load_default="")


class WhyForm(Door):
    """Why a promise reads as it does."""

    locale = said(20)
    why = said(500)


class CadenceIn(Door):
    """How often one looks at a commitment."""

    cadence = fields.Enum(Cadence, by_value=True, required=True)


class LocaleAsked(Schema):
    """In which language (the organisation's first when none is named)."""

    class Meta:
        unknown = RAISE

    locale = fields.String(load_default=None, validate=validate.Length(max=20))


class EditsAsked(CompactsAsked):
    """Cursor paging through a version's changes, with their promises' headings in one language."""

    locale = fields.String(load_default=None, validate=validate.Length(max=20))


class LibraryAsked(LocaleAsked):
    """Words that must all be in what is found; how many topics at most."""

    q = words(200, load_default="")
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class ShelvedOut(Schema):
    """A topic that could be taken over; `sides` holds what each promises, by language and field."""

    source = fields.String()
    origin = fields.String()
    number = fields.Integer(allow_none=True)
    cadence = fields.Enum(Cadence, by_value=True)
    sides = fields.Dict(keys=fields.Enum(Side, by_value=True), values=fields.Dict())


class LibraryOut(Schema):
    """What was found, and how much there is."""

    items = fields.List(fields.Nested(ShelvedOut))
    found = fields.Integer()


class EditOut(Schema):
    """One change: what it did, by whom, when and why; `words` holds (field, before, after)."""

    uid = fields.String(attribute="edit.uid")
    identity = fields.String(attribute="edit.identity")
    kind = fields.Enum(EditKind, by_value=True, attribute="edit.kind")
    locale = fields.String(attribute="edit.locale", allow_none=True)
    before = fields.Dict(attribute="edit.before", allow_none=True)
    after = fields.Dict(attribute="edit.after", allow_none=True)
    why = fields.String(attribute="edit.why")
    side = fields.Enum(Side, by_value=True, attribute="edit.side")
    at = fields.AwareDateTime(attribute="edit.at")
    who = fields.String()
    is_undone = fields.Boolean()
    is_undo = fields.Boolean()
    may_undo = fields.Boolean()


class EditsOut(Schema):
    """A page of changes, newest first; `next` is where to go on."""

    items = fields.List(fields.Nested(EditOut))
    next = fields.String(allow_none=True)


class ReadingOut(Schema):
    """How a promise reads in one version (`text` is null where it isn't in it), and the changes that led there."""

    version = fields.String(attribute="version.uid")
    number = fields.Integer(attribute="version.number")
    text = fields.String(attribute="clause.text", dump_default=None, allow_none=True)
    edits = fields.List(fields.Nested(EditOut))
