"""Shape at drafting's doors: what may come in, by name, type and length, and what goes out."""

import re
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate

from reciproca.compacts.drafting.tables import Attribution, Matter
from reciproca.core.i18n import _
from reciproca.plugins.types import Cadence, ChangeClass, LegalEffect, Side

UID = validate.Length(max=36)
_ALLOWED = {
    "\n",
    "\r",
    "\t",
    "\u00ad",
    "\u200c",
    "\u200d",
    "\u200e",
    "\u200f",
}  # joiners and marks of direction too


def plain(text: str) -> None:
    """Refuse characters that nobody types: control characters other than line ends and tabs, and whatever turns the
    direction of the words after it. Joiners and marks of direction are part of how some languages are written."""
    if any(not mark.isprintable() and mark not in _ALLOWED and not mark.isspace() for mark in text):
        raise ValidationError(_("There is a character in it that can't be shown. Remove it."))


def words(limit: int, **options: Any) -> fields.String:
    """A field of at most `limit` characters of text."""
    return fields.String(validate=[validate.Length(max=limit), plain], **options)


def said(limit: int) -> fields.String:
    """A field that must say something."""
    least = validate.Length(min=1, max=limit, error=_("Write between {min} and {max} characters here."))
    return fields.String(required=True, validate=[least, plain])


class Door(Schema):
    """Whatever comes in: unknown fields are refused, and an empty optional field of a form is one left out."""

    class Meta:
        unknown = RAISE

    @pre_load
    def _without_blanks(self, data: Any, **_options: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value != "" or name not in self._blank()}

    def _blank(self) -> set[str]:
        return {name for name, field in self.fields.items() if not field.required}


class NewCompactIn(Door):
    """An agreement to begin."""

    template_key = said(80)
    legal_effect = fields.Enum(LegalEffect, by_value=True, required=True)
    review_cycle = said(80)
    unit_uid = words(36, load_default=None)
    titles = fields.Dict(keys=words(20), values=words(200), load_default=None)
    steward_uid = words(36, load_default=None)
    sponsor_organisation_uid = words(36, load_default=None)
    sponsor_physicians_uid = words(36, load_default=None)
    sunset = fields.Date(load_default=None)
    audience = fields.List(words(40), load_default=list)
    organisation_signs = fields.String(
        validate=validate.OneOf(["first", "once", "each"]), load_default="first"
    )


class NewCompactForm(Door):
    """The same as a form: the few things that must be chosen at the start."""

    template_key = said(80)
    legal_effect = fields.Enum(LegalEffect, by_value=True, required=True)
    review_cycle = said(80)
    unit_uid = words(36, load_default=None)
    sunset = fields.Date(load_default=None)
    organisation_signs = fields.String(
        validate=validate.OneOf(["first", "once", "each"]), load_default="first"
    )


class StewardshipIn(Door):
    """Who keeps an agreement, who stands for each side, when it ends, and how long a signature on a version counts once
    one is in force that asks for a new one."""

    steward_uid = words(36, load_default=None)
    sponsor_organisation_uid = words(36, load_default=None)
    sponsor_physicians_uid = words(36, load_default=None)
    sunset = fields.Date(load_default=None)
    grace_days = fields.Integer(
        load_default=None, validate=validate.Range(0, 366, error=_("Choose between {min} and {max} days."))
    )


class NextVersionIn(Door):
    """The next version to begin."""

    change_class = fields.Enum(ChangeClass, by_value=True, load_default=ChangeClass.MATERIAL)
    legal_effect = fields.Enum(LegalEffect, by_value=True, load_default=None)
    from_uid = words(36, load_default=None)


class WordsIn(Schema):
    """What a commitment says in one language; what is left out stays as it is."""

    class Meta:
        unknown = RAISE

    text = words(2000)
    topic = words(200)
    theme = words(200)
    indicator = words(1000)
    evidence = words(1000)


class NewCommitmentIn(Door):
    """A commitment to add; `pair` is the key of the topic that it answers."""

    side = fields.Enum(Side, by_value=True, required=True)
    theme = words(80, load_default="")
    pair = words(80, load_default=None)
    cadence = fields.Enum(Cadence, by_value=True, load_default=Cadence.YEARLY)
    words = fields.Dict(keys=words(20), values=fields.Nested(WordsIn), required=True)


class AnswerForm(Door):
    """A promise to add in the editor: in answer to `pair`, or as a new topic with its heading."""

    locale = said(20)
    side = fields.Enum(Side, by_value=True, required=True)
    pair = words(80, load_default=None)
    theme = words(80, load_default="")
    theme_label = words(200, load_default="")
    topic = words(200, load_default="")
    text = said(2000)


class PlaceIn(Door):
    """A place among the topics, from 1."""

    to = fields.Integer(required=True, strict=False)
    seen = fields.Integer(load_default=None)


class AccordIn(Door):
    """One side's yes to something that needs both."""

    matter = fields.Enum(Matter, by_value=True, required=True)
    reason = words(2000, load_default="")


class ClassIn(Door):
    """What a draft's change is called."""

    change_class = fields.Enum(ChangeClass, by_value=True, required=True)


class AccordOut(Schema):
    """A side's yes: to what, and why."""

    matter = fields.Enum(Matter, by_value=True)
    round = fields.Integer()
    side = fields.Enum(Side, by_value=True)
    value = fields.String()
    reason = fields.String()
    given_at = fields.AwareDateTime()


class OwnerIn(Door):
    """The post that looks after a commitment."""

    post_uid = words(36, load_default=None, allow_none=True)


class StaffIds(fields.List[str]):
    """Staff identifiers: a list, or as a form has them, with commas or blanks between."""

    def __init__(self, **options: Any) -> None:
        super().__init__(fields.String(validate=validate.Length(min=1, max=60)), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[Any]:
        found = [one for one in re.split(r"[\s,;]+", value) if one] if isinstance(value, str) else value
        return super()._deserialize(found, attr, data, **options)


class BallotIn(Door):
    """What one side's body decided."""

    _COUNT: ClassVar[validate.Range] = validate.Range(min=0, max=1_000_000)

    side = fields.Enum(Side, by_value=True, required=True)
    body = said(200)
    decided_on = fields.Date(required=True)
    is_ratified = fields.Boolean(required=True)
    votes_for = fields.Integer(required=True, validate=_COUNT)
    votes_against = fields.Integer(load_default=0, validate=_COUNT)
    abstentions = fields.Integer(load_default=0, validate=_COUNT)
    quorum = fields.Integer(load_default=1, validate=_COUNT)
    recused = fields.Integer(load_default=0, validate=_COUNT)
    present = StaffIds(load_default=list)
    minute_reference = words(200, load_default="")
    reason = words(2000, load_default=None, allow_none=True)


class DayIn(Door):
    """The local day on which a version comes into force."""

    effective_from = fields.Date(required=True)


class ReasonIn(Door):
    """Why something is taken back."""

    reason = said(2000)


class NothingIn(Door):
    """An act that needs no words."""


class CompactsAsked(Schema):
    """Cursor paging: the uid after which to go on, and how many."""

    class Meta:
        unknown = RAISE

    after = fields.String(load_default=None, validate=UID)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class ChangesAsked(Schema):
    """Which two versions to compare (the parent when none is named), in which language."""

    class Meta:
        unknown = RAISE

    since = fields.String(load_default=None, validate=UID)
    locale = fields.String(load_default=None, validate=validate.Length(max=20))


class DocumentAsked(Schema):
    """In which language (the organisation's first, when none is named), and since which version (for a redline)."""

    locale = fields.String(load_default=None, validate=validate.Length(max=20))
    since = fields.String(load_default=None, validate=UID)


class RenditionOut(Schema):
    """A frozen text: its language and the SHA-256 of its canonical JSON."""

    locale = fields.String()
    sha256 = fields.String()


class CommitmentOut(Schema):
    """A commitment with its words by language."""

    uid = fields.String()
    revision = fields.Integer()
    identity = fields.String()
    side = fields.String()
    pair = fields.String(allow_none=True)
    theme = fields.String()
    position = fields.Integer()
    cadence = fields.String()
    owner = fields.String(allow_none=True)
    words = fields.Dict(keys=fields.String(), values=fields.Nested(WordsIn))


class RoundOut(Schema):
    """A round of consultation."""

    uid = fields.String()
    number = fields.Integer()
    purpose = fields.String()
    constraints = fields.String()
    decision_rule = fields.String()
    decides = fields.String()
    measure = fields.String()
    attribution = fields.Enum(Attribution, by_value=True)
    audience = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    opened_at = fields.DateTime()
    closes_on = fields.Date()
    closed_at = fields.DateTime(allow_none=True)
    summary = fields.String(allow_none=True)


class RatificationOut(Schema):
    """One side's recorded decision."""

    uid = fields.String()
    side = fields.Enum(Side, by_value=True)
    body = fields.String()
    decided_on = fields.Date()
    is_ratified = fields.Boolean()
    votes_for = fields.Integer()
    votes_against = fields.Integer()
    abstentions = fields.Integer()
    quorum = fields.Integer()
    members = fields.Integer(allow_none=True)
    recused = fields.Integer()
    minute_reference = fields.String()
    reason = fields.String(allow_none=True)


class VersionOut(Schema):
    """A version and where it stands; `revision` is its ETag."""

    uid = fields.String()
    compact = fields.String()
    number = fields.Integer()
    state = fields.String()
    change_class = fields.String()
    revision = fields.Integer()
    effective_from = fields.Date(allow_none=True)
    effective_at = fields.DateTime(allow_none=True)
    proposed_at = fields.DateTime(allow_none=True)
    in_force_at = fields.DateTime(allow_none=True)
    ended_at = fields.DateTime(allow_none=True)
    renditions = fields.List(fields.Nested(RenditionOut))


class WholeVersionOut(VersionOut):
    """A version with everything in it."""

    commitments = fields.List(fields.Nested(CommitmentOut))
    consultations = fields.List(fields.Nested(RoundOut))
    ratifications = fields.List(fields.Nested(RatificationOut))


class CompactOut(Schema):
    """An agreement with its versions, newest first."""

    uid = fields.String()
    titles = fields.Dict(keys=fields.String(), values=fields.String())
    unit = fields.String()
    template = fields.String()
    legal_effect = fields.String()
    review_cycle = fields.String()
    organisation_signs = fields.String()
    sunset = fields.Date(allow_none=True)
    grace_days = fields.Integer()
    revision = fields.Integer()
    versions = fields.List(fields.Nested(VersionOut))


class CompactsOut(Schema):
    """A page of agreements; `next` is the cursor of the page after it."""

    items = fields.List(fields.Nested(CompactOut))
    next = fields.String(allow_none=True)


class ChangeOut(Schema):
    """One commitment, before and after. `moved`: its topic's numbers before and after, when it changed places;
    `joined`: the identity of what it was merged into (when removed) or divided from (when added)."""

    kind = fields.String()
    identity = fields.String()
    side = fields.String()
    topic = fields.String()
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)
    fields_changed = fields.List(fields.String())
    moved = fields.List(fields.Integer(), allow_none=True)
    joined = fields.String(allow_none=True)


class ChangesOut(Schema):
    """What leads from one version to another; commitments that stayed are left out."""

    since = fields.String()
    version = fields.String()
    locale = fields.String()
    changes = fields.List(fields.Nested(ChangeOut))


class GapOut(Schema):
    """One thing that is missing."""

    kind = fields.String()
    side = fields.String(allow_none=True)
    locale = fields.String()
    commitment = fields.String()


class ChecklistOut(Schema):
    """What still keeps a version from being proposed."""

    is_complete = fields.Boolean()
    is_round_open = fields.Boolean()
    is_round_missing = fields.Boolean()
    unconfirmed = fields.List(fields.String())
    gaps = fields.List(fields.Nested(GapOut))
    problems = fields.List(fields.Dict())
