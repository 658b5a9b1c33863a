"""Shapes around a text: its languages and who confirmed them, and who decides for a side."""

from marshmallow import Schema, fields, validate

from reciproca.compacts.drafting.rules.renditions import Fit
from reciproca.compacts.drafting.schemas.basics import Door, said, words
from reciproca.plugins.types import Side


class ReadIn(Door):
    """The words that somebody has read, named by their SHA-256."""

    sha256 = fields.String(required=True, validate=validate.Length(equal=64))


class AuthoritativeIn(Door):
    """The language that decides; null when all are equally authoritative."""

    locale = words(20, load_default=None, allow_none=True)


class AuthoritativeOut(Schema):
    """Which language of an agreement decides."""

    uid = fields.String()
    authoritative = fields.String(allow_none=True)


class UnsoundOut(Schema):
    """A promise whose words in one language aren't sound: missing, by a machine, or older than others."""

    commitment = fields.String(attribute="clause.uid")
    topic = fields.String(attribute="clause.topic")
    fit = fields.Enum(Fit, by_value=True, attribute="standing.fit")
    than = fields.List(fields.String(), attribute="standing.than")


class LanguageOut(Schema):
    """A version in one language: the SHA-256 of its words as they are, and who confirmed them when."""

    locale = fields.String()
    sha256 = fields.String()
    is_confirmed = fields.Boolean()
    is_ready = fields.Boolean()
    reviewer = fields.String()
    checked_at = fields.AwareDateTime(attribute="check.checked_at", dump_default=None, allow_none=True)
    unsound = fields.List(fields.Nested(UnsoundOut))


class BodyIn(Door):
    """Who decides for a side: `quorum` of `members` must take part."""

    side = fields.Enum(Side, by_value=True, required=True)
    name = said(200)
    members = fields.Integer(required=True, validate=validate.Range(min=1, max=1_000_000))
    quorum = fields.Integer(required=True, validate=validate.Range(min=1, max=1_000_000))


class BodyOut(Schema):
    """The body of one side."""

    uid = fields.String()
    side = fields.Enum(Side, by_value=True)
    name = fields.String()
    members = fields.Integer()
    quorum = fields.Integer()


class AddendumIn(Door):
    """An addendum of one unit, and what it is called in each language."""

    unit_uid = said(36)
    titles = fields.Dict(keys=fields.String(), values=said(200), load_default=dict)


class AddendumForm(Door):
    """The same from the page, called in the page's language."""

    unit_uid = said(36)
    title = said(200)


class AddendumOut(Schema):
    """A version that adds to another."""

    uid = fields.String()
    number = fields.Integer()
    state = fields.String(attribute="state.value")


class AddsToOut(Schema):
    """What an addendum adds to: the version that it was written for, the one in force now, and whether they differ."""

    main = fields.Nested(AddendumOut)
    in_force = fields.Nested(AddendumOut, allow_none=True)
    is_outdated = fields.Boolean()


class AddendaOut(Schema):
    """The addenda of a version, and what it adds to itself (null: it is no addendum)."""

    adds_to = fields.Nested(AddsToOut, allow_none=True)
    addenda = fields.List(fields.Nested(AddendumOut))
