"""Shape at handover's doors."""

from marshmallow import Schema, fields

from reciproca.compacts.drafting.schemas import Door, words
from reciproca.compacts.handover.rules import Office
from reciproca.core.i18n import _


class OfficeIn(Door):
    """Who holds a vacant office from now on, by their address."""

    office = fields.Enum(Office, by_value=True, required=True)
    email = words(254, required=True, error_messages={"required": _("Type their address.")})


class PostIn(Door):
    """Who is in a vacant post from now on, by their address."""

    post = words(36, required=True)
    email = words(254, required=True, error_messages={"required": _("Type their address.")})


class PostSeatOut(Schema):
    """A post that looks after promises or owes something; `is_vacant`: whoever was in it has left."""

    uid = fields.String()
    title = fields.String()
    unit = fields.String()
    side = fields.String()
    promises = fields.Integer()
    names = fields.List(fields.String())
    is_vacant = fields.Boolean()


class SeatOut(Schema):
    """An office of an agreement; `is_vacant`: its holder has left."""

    office = fields.Enum(Office, by_value=True)
    name = fields.String()
    is_vacant = fields.Boolean()


class DutyOut(Schema):
    """Something open, on the account of a side."""

    kind = fields.String()
    side = fields.String()
    title = fields.Dict(keys=fields.String(), values=fields.String())
    due = fields.Date()
    is_late = fields.Boolean()
    path = fields.String()


class OfferOut(Schema):
    """A campaign, in counts."""

    version = fields.Integer()
    state = fields.String()
    due = fields.String()
    asked = fields.Integer()
    signed = fields.Integer()


class OpenReviewOut(Schema):
    """A review that isn't closed."""

    number = fields.Integer()
    state = fields.String()
    opens_on = fields.Date()
    closes_on = fields.Date()


class PackOut(Schema):
    """What whoever takes over an agreement finds open: offices, dates and counts, nobody's answer."""

    titles = fields.Dict(keys=fields.String(), values=fields.String())
    seats = fields.List(fields.Nested(SeatOut))
    versions = fields.List(fields.Dict())
    campaigns = fields.List(fields.Nested(OfferOut))
    unsigned_records = fields.Integer()
    signatories = fields.List(fields.String())
    posts = fields.List(fields.Nested(PostSeatOut))
    comments = fields.Integer()
    duties = fields.List(fields.Nested(DutyOut))
    reviews = fields.List(fields.Nested(OpenReviewOut))
    made_at = fields.DateTime()
