"""Shape at eliciting's doors: what may come in, by name, type and length, and what goes out."""

from marshmallow import EXCLUDE, RAISE, Schema, fields, post_load, validate

from reciproca.compacts.drafting.schemas import Door, said, words
from reciproca.compacts.eliciting.rules import lines_of
from reciproca.compacts.eliciting.tables import Direction
from reciproca.plugins.types import Side

_MANY = validate.Length(max=5000)


class ElicitationIn(Door):
    """A round to open: what is asked, and the last day for lines."""

    question = said(1000)
    closes_on = fields.Date(required=True)


class ListIn(Door):
    """One's own list, whole: what one gives, and what one hopes to get."""

    gives = fields.List(words(1000), load_default=list, validate=validate.Length(max=100))
    gets = fields.List(words(1000), load_default=list, validate=validate.Length(max=100))
    locale = said(20)


class ListForm(Door):
    """The same as a form sends it: a line a line."""

    gives = words(8000, load_default="")
    gets = words(8000, load_default="")
    locale = said(20)

    @post_load
    def _lines(self, data: dict[str, str], **_options: object) -> dict[str, object]:
        return {**data, "gives": lines_of(data["gives"]), "gets": lines_of(data["gets"])}


class StrandIn(Door):
    """A theme to begin, with lines that belong to it."""

    title = said(200)
    wish_uids = fields.List(words(36), validate=_MANY, load_default=list)


class StrandChangeIn(Door):
    """A theme's name, and the commitment that answers it."""

    title = said(200)
    identity = words(36, load_default=None, allow_none=True)


class MoveIn(Door):
    """Lines, and the theme that they move to (none: to no theme)."""

    wish_uids = fields.List(words(36), required=True, validate=_MANY)
    strand_uid = words(36, load_default=None, allow_none=True)


class MovesForm(Schema):
    """The same as a form sends it; its ticks come by one name, and are loaded as `StrandIn` or `MoveIn`."""

    class Meta:
        unknown = EXCLUDE


class StrandForm(StrandChangeIn):
    """A theme's form, with the button that was pressed."""

    does = words(10, load_default="")


class OrderIn(Door):
    """Every theme of a round, in its new order."""

    strand_uids = fields.List(words(36), required=True, validate=_MANY)


class ElicitationOut(Schema):
    """A round."""

    class Meta:
        unknown = RAISE

    uid = fields.String()
    revision = fields.Integer()
    number = fields.Integer()
    question = fields.String()
    opened_at = fields.AwareDateTime()
    closes_on = fields.Date()
    closed_at = fields.AwareDateTime(allow_none=True)


class RoundsOut(Schema):
    """The rounds of an agreement, newest first."""

    items = fields.List(fields.Nested(ElicitationOut))


class MyListOut(Schema):
    """One's own lines; empty once the round is closed."""

    gives = fields.List(fields.String())
    gets = fields.List(fields.String())
    locale = fields.String()
    revision = fields.Integer()


class WritersOut(Schema):
    """How many people of each side have written; null for fewer than five."""

    organisation = fields.Integer(allow_none=True)
    physicians = fields.Integer(allow_none=True)


class LineOut(Schema):
    """One line of a closed round."""

    uid = fields.String()
    side = fields.Enum(Side, by_value=True)
    direction = fields.Enum(Direction, by_value=True)
    locale = fields.String()
    text = fields.String()
    strand = fields.String(allow_none=True)


class StrandOut(Schema):
    """A theme with its lines."""

    uid = fields.String()
    revision = fields.Integer()
    title = fields.String()
    identity = fields.String(allow_none=True)
    lines = fields.List(fields.Nested(LineOut))


class ListsOut(Schema):
    """Both sides' lists, by theme; `loose` lines are in none."""

    strands = fields.List(fields.Nested(StrandOut))
    loose = fields.List(fields.Nested(LineOut))


class StrandRowOut(Schema):
    """A theme."""

    uid = fields.String()
    revision = fields.Integer()
    title = fields.String()
    identity = fields.String(allow_none=True)


class MovedOut(Schema):
    """How many lines were moved."""

    moved = fields.Integer()
