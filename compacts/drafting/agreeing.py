"""The API of what must be settled around a text: its languages and who confirmed them, and who decides for a side."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.actions.bodies import name_body
from reciproca.compacts.drafting.actions.renditions import confirm_rendition, declare_authoritative
from reciproca.compacts.drafting.queries.bodies import bodies
from reciproca.compacts.drafting.queries.renditions import RenditionView, rendition_views
from reciproca.compacts.drafting.rules.renditions import Fit
from reciproca.compacts.drafting.schemas import Door, said, words
from reciproca.compacts.drafting.tables import Body
from reciproca.core.http import current_work, seen_revision
from reciproca.plugins.types import Side

resources = Blueprint("agreeing_api", __name__, url_prefix="/api/v1")


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


@resources.get("/versions/<uid>/languages")
@resources.response(200, LanguageOut(many=True))
def read_languages(uid: str) -> list[RenditionView]:
    """Every language of a version, the one that must be shown first at the front."""
    work = current_work()
    return rendition_views(work, version=queries.find_version(work, uid=uid))


@resources.post("/versions/<uid>/languages/<locale>/confirmations")
@resources.arguments(ReadIn)
@resources.response(201, LanguageOut)
def confirm(asked: dict[str, Any], uid: str, locale: str) -> RenditionView:
    """Say that a draft reads right in one language, in one's own name."""
    work = current_work()
    confirm_rendition(work, version_uid=uid, locale=locale, **asked)
    views = rendition_views(work, version=queries.find_version(work, uid=uid))
    return next(view for view in views if view.locale == locale)


@resources.put("/compacts/<uid>/authoritative-language")
@resources.arguments(AuthoritativeIn)
@resources.response(200, AuthoritativeOut)
def put_authoritative(asked: dict[str, Any], uid: str) -> Any:
    """Say which language decides where two differ."""
    work = current_work()
    row = declare_authoritative(work, compact_uid=uid, revision=seen_revision(), **asked)
    work.session.flush()
    return row, 200, {"ETag": f'"{row.revision}"'}


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


@resources.get("/compacts/<uid>/bodies")
@resources.response(200, BodyOut(many=True))
def read_bodies(uid: str) -> list[Body]:
    """Who decides for each side, where somebody was named."""
    work = current_work()
    return list(bodies(work, compact=queries.find_compact(work, uid=uid)).values())


@resources.put("/compacts/<uid>/bodies")
@resources.arguments(BodyIn)
@resources.response(200, BodyOut)
def put_body(asked: dict[str, Any], uid: str) -> Body:
    """Say who decides for a side."""
    work = current_work()
    return name_body(work, compact_uid=uid, revision=seen_revision(), **asked)
