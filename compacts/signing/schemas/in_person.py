"""Shape of what is done where people meet: who was seen, papers that were signed, who wishes to be called."""

from marshmallow import Schema, fields, validate

from reciproca.compacts.drafting.schemas import Door, words
from reciproca.compacts.signing.tables import RequestState
from reciproca.core.i18n import _

HOW = ("known", "badge", "document")
"""How somebody is identified in person: known to who says so, by the staff badge, by an identity document."""


class MeetingIn(Door):
    """Somebody who is there, and how the actor knows who it is."""

    staff_id = words(60, required=True)
    how = fields.String(
        required=True,
        validate=validate.OneOf(HOW, error=_("Say how you know who it is.")),
        error_messages={"required": _("Say how you know who it is.")},
    )


class PapersIn(Door):
    """Papers that were signed on one day in one language; `whose` says whose the pages of a batch are."""

    signed_on = fields.Date(required=True)
    locale = words(20, required=True)
    whose = fields.String(load_default="", validate=validate.Length(max=20_000))


class SightingIn(MeetingIn):
    """The same from a program: a token alone says nothing of whom somebody sees, so the password goes with it."""

    password = fields.String(load_default="", load_only=True, validate=validate.Length(max=1024))


class SightingOut(Schema):
    """Somebody who was seen, and the address that lets them answer: once, within ten minutes. Null when the request is
    repeated."""

    name = fields.String()
    address = fields.String(allow_none=True)


class PaperOut(Schema):
    """A scan that waits to be checked."""

    uid = fields.String(attribute="scan.uid")
    staff_id = fields.String()
    name = fields.String()
    locale = fields.String(attribute="scan.locale")
    signed_on = fields.Date(attribute="scan.signed_on")
    recorded_at = fields.AwareDateTime(attribute="scan.recorded_at")
    sha256 = fields.String(attribute="scan.sha256")
    may_check = fields.Boolean(
        metadata={"description": "false for who recorded it, and for the person whose it is"}
    )
    revision = fields.Integer(attribute="scan.revision")


class ConfidedOut(Schema):
    """What somebody told the co-sponsor whom they chose."""

    uid = fields.String()
    name = fields.String()
    number = fields.Integer(metadata={"description": "of the version"})
    state = fields.Enum(RequestState, by_value=True)
    reason = fields.String()
    call_number = fields.String()
    called_at = fields.AwareDateTime(allow_none=True)
