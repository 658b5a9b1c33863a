"""Shape at exchange's doors: how a document becomes a draft, and what it was read as."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from reciproca.compacts.drafting.schemas import Door, said, words
from reciproca.compacts.exchange.actions import NOT_VERIFIED, Signed
from reciproca.compacts.exchange.rules import LIMITS, Pair, Piece, Reading, What, Why
from reciproca.core.i18n import _
from reciproca.plugins.types import LegalEffect, Side

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLIFF = "application/x-xliff+xml"
"""What files are called on the way."""
_LONG = 4 * 1024 * 1024


class PairShape(Schema):
    """One topic as it was read."""

    class Meta:
        unknown = RAISE

    topic = words(LIMITS["topic"], load_default="")
    theme = words(LIMITS["theme"], load_default="")
    organisation = words(LIMITS["organisation"], load_default="")
    physicians = words(LIMITS["physicians"], load_default="")
    indicator = words(LIMITS["indicator"], load_default="")

    @post_load
    def _made(self, data: dict[str, Any], **_options: Any) -> Pair:
        return Pair(**data)


class PieceShape(Schema):
    """Words that found no place, and why."""

    class Meta:
        unknown = RAISE

    text = words(_LONG, required=True)
    why = fields.Enum(Why, by_value=True, required=True)

    @post_load
    def _made(self, data: dict[str, Any], **_options: Any) -> Piece:
        return Piece(**data)


class ReadingShape(Schema):
    """What a document says in two columns."""

    class Meta:
        unknown = RAISE

    title = words(200, load_default="")
    pairs = fields.List(fields.Nested(PairShape), required=True)
    leftovers = fields.List(fields.Nested(PieceShape), load_default=list)
    is_guess = fields.Boolean(load_default=False)

    @post_load
    def _made(self, data: dict[str, Any], **_options: Any) -> Reading:
        return Reading(**{**data, "pairs": tuple(data["pairs"]), "leftovers": tuple(data["leftovers"])})


class ReadingField(fields.Field[Reading]):
    """A reading as a form carries it from the preview to the draft: JSON."""

    def _deserialize(self, value: Any, *_more: Any, **_named: Any) -> Reading:
        try:
            found: Reading = ReadingShape().loads(value)
        except (ValueError, TypeError, ValidationError) as error:
            raise ValidationError(_("Send the document again.")) from error
        return found


class _Way(Door):
    """How a document becomes a draft: in which language it is, and of which agreement. `compact_uid`: the next version
    of that one, instead of a new agreement."""

    locale = words(20, load_default="")
    title = words(200, load_default="")
    compact_uid = words(36, load_default=None)
    unit_uid = words(36, load_default=None)
    legal_effect = fields.Enum(LegalEffect, by_value=True, load_default=LegalEffect.NONE)
    review_cycle = words(80, load_default="annual")
    is_swapped = fields.Boolean(load_default=False)


class ImportAsked(_Way):
    """The same at the API. `dry_run` changes nothing and answers with what would become of the document."""

    dry_run = fields.Boolean(load_default=False)


class ImportForm(_Way):
    """The form under the preview."""

    reading = ReadingField(required=True)


class PlaceForm(Door):
    """Where a piece that found no place goes; without a side it is put aside."""

    side = fields.Enum(Side, by_value=True, load_default=None)


class LeftoverOut(Schema):
    """A piece of a document that found no place."""

    position = fields.Integer()
    locale = fields.String()
    text = fields.String()
    reason = fields.String(validate=validate.OneOf([why.value for why in Why]))
    settled_at = fields.AwareDateTime(allow_none=True)


class ImportOut(Schema):
    """What became of a document. `version` and `compact` are missing where nothing was made of it."""

    version = fields.String(allow_none=True)
    compact = fields.String(allow_none=True)
    reading = fields.Nested(ReadingShape)


class LanguageAsked(Door):
    """In which language; the organisation's first by default."""

    locale = words(20, load_default="")


class ReturnedChangeOut(Schema):
    """What a document that came back said otherwise."""

    what = fields.Enum(What, by_value=True)
    identity = fields.String()
    side = fields.Enum(Side, by_value=True, allow_none=True)
    author = fields.String()
    base = fields.String()
    wording = fields.String()


class BroughtOut(Schema):
    """What became of it: edited into the draft, or said for both sides to answer; `known` were said before."""

    edited = fields.List(fields.Nested(ReturnedChangeOut))
    said = fields.List(fields.Nested(ReturnedChangeOut))
    known = fields.Integer()


class TranslationAsked(Door):
    """How a translator's file is taken in. `machine`: a machine translated all of it."""

    is_machine = fields.Boolean(load_default=False, data_key="machine")


class LeftOutOut(Schema):
    """One text that was left out: the words that it was translated from have changed since."""

    identity = fields.String()
    name = fields.String(attribute="field", data_key="field")
    source = fields.String()
    target = fields.String()


class TranslatedOut(Schema):
    """What became of a translator's file: how many promises changed, and what was left out."""

    locale = fields.String()
    changed = fields.Integer()
    outdated = fields.List(fields.Nested(LeftOutOut))


class SignedIn(Door):
    """Somebody's signature on paper."""

    name = said(200)
    side = fields.Enum(Side, by_value=True, required=True)
    signed_on = fields.Date(required=True)

    @post_load
    def _made(self, data: dict[str, Any], **_options: Any) -> Signed:
        return Signed(**data)


class PaperIn(Door):
    """An agreement that is in force on paper."""

    in_force_since = fields.Date(required=True)
    where_kept = said(200)
    signatures = fields.List(fields.Nested(SignedIn), required=True, validate=validate.Length(max=5000))


class PaperForm(Door):
    """The same as a form: a line for each signature, the name and (after a comma, semicolon or tab) the day."""

    in_force_since = fields.Date(required=True)
    where_kept = said(200)
    signed_organisation = words(200_000, load_default="")
    signed_physicians = words(200_000, load_default="")

    @post_load
    def _told(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        signatures = [
            one
            for side in Side
            for one in _signed(side, data.pop(f"signed_{side.value}"), data["in_force_since"])
        ]
        return {**data, "signatures": signatures}


class PaperSignatureOut(Schema):
    """A signature on paper as it was told; `note` says what that is worth."""

    name = fields.String()
    side = fields.Enum(Side, by_value=True)
    signed_on = fields.Date()
    where_kept = fields.String()
    note = fields.Constant(NOT_VERIFIED)


_DAY = re.compile(r"[\s,;]*(\d{4}-\d{2}-\d{2})\s*$")


def _signed(side: Side, text: str, otherwise: date) -> Iterator[Signed]:
    for line in text.splitlines():
        found = _DAY.search(line)
        name = (line[: found.start()] if found else line).strip(" ,;\t")
        if not name and not found:
            continue
        try:
            day = date.fromisoformat(found[1]) if found else otherwise
        except ValueError as error:
            reason = _("Write each day as year-month-day.")
            raise ValidationError({f"signed_{side.value}": [reason]}) from error
        yield Signed(name=name[:200], side=side, signed_on=day)
