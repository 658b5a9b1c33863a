"""Shape at consulting's doors: what may come in, by name, type and length, and what goes out."""

from marshmallow import RAISE, Schema, fields, validate

from reciproca.compacts.consulting.rules import PointState
from reciproca.compacts.consulting.tables import Disposition
from reciproca.compacts.drafting.schemas import UID, Door, WholeVersionOut, said, words
from reciproca.compacts.drafting.tables import Attribution
from reciproca.core.i18n import _
from reciproca.plugins.types import Side

_MANY = validate.Length(max=5000, error=_("At most {max} at once."))


class AudienceIn(Schema):
    """Who is asked in a round; what is left out means all."""

    class Meta:
        unknown = RAISE

    categories = fields.List(words(40), load_default=list)
    units = fields.List(words(36), load_default=list)
    locales = fields.List(words(20), load_default=list)


class RoundIn(Door):
    """A round of consultation to open: what is said before anybody is asked."""

    purpose = said(1000)
    constraints = said(1000)
    decision_rule = said(1000)
    decides = said(400)
    measure = said(1000)
    attribution = fields.Enum(Attribution, by_value=True, required=True)
    closes_on = fields.Date(required=True)
    audience = fields.Nested(AudienceIn, load_default=dict)


class RoundEndIn(Door):
    """What came of a round."""

    summary = said(4000)


class CommentIn(Door):
    """Something to say; with `wording`, what the promise `identity` should say instead of `base`."""

    text = words(4000, load_default="")
    locale = said(20)
    identity = words(36, load_default=None, allow_none=True)
    wording = words(2000, load_default=None, allow_none=True)
    base = words(2000, load_default=None, allow_none=True)


class CommentEditIn(Door):
    """The same, said otherwise."""

    text = words(4000, load_default="")
    wording = words(2000, load_default=None, allow_none=True)


class ReplyIn(Door):
    """One turn of the talk about a comment."""

    text = said(4000)


class ObjectionIn(Door):
    """ "That was not my point", and what the point was."""

    objection = said(2000)


class SightIn(Door):
    """Points, or comments, that a drafter has seen."""

    point_uids = fields.List(words(36), validate=_MANY, load_default=list)
    comment_uids = fields.List(words(36), validate=_MANY, load_default=list)


class GroupIn(Door):
    """Comments that make one point together."""

    comment_uids = fields.List(words(36), required=True, validate=_MANY)
    point_uid = words(36, load_default=None, allow_none=True)
    title = words(200, load_default="")


class PointAnswerIn(Door):
    """What is done about a point, or about comments that become one; and why."""

    disposition = fields.Enum(Disposition, by_value=True, required=True)
    reason = words(4000, load_default="")
    comment_uids = fields.List(words(36), validate=_MANY, load_default=list)
    point_uid = words(36, load_default=None, allow_none=True)
    title = words(200, load_default="")
    identity = words(36, load_default=None, allow_none=True)
    adopt = words(36, load_default=None, allow_none=True)
    wording = words(2000, load_default=None, allow_none=True)
    base = words(2000, load_default=None, allow_none=True)
    locale = words(20, load_default=None, allow_none=True)


class PagedAsked(Schema):
    """Cursor paging: the uid after which to go on, and how many."""

    class Meta:
        unknown = RAISE

    after = fields.String(load_default=None, validate=UID)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class PointsAsked(PagedAsked):
    """Which points: of a round (the newest; 0: what waits for the next), on a promise, in a state."""

    round = fields.Integer(load_default=None, validate=validate.Range(min=0))
    about = fields.String(load_default=None, validate=UID)
    state = fields.Enum(PointState, by_value=True, load_default=None)


class ToldAsked(PagedAsked):
    """Of which round to tell what became of it (the newest)."""

    round = fields.Integer(load_default=None, validate=validate.Range(min=1))


class MineAsked(PagedAsked):
    """Own comments: on one version, or on all."""

    version = fields.String(load_default=None, validate=UID)


class SuggestionsAsked(Schema):
    """On which promise to look for alike comments."""

    class Meta:
        unknown = RAISE

    about = fields.String(load_default=None, validate=UID)
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=100))


class OpenedOut(WholeVersionOut):
    """The version in consultation, and what to be warned of."""

    warnings = fields.List(fields.String())


class SpeakerOut(Schema):
    """How an author is shown: by name, by unit, or by side alone."""

    side = fields.Enum(Side, by_value=True)
    name = fields.String()
    unit = fields.String()


class ReplyOut(Schema):
    """One turn of a thread."""

    uid = fields.String()
    speaker = fields.Nested(SpeakerOut)
    text = fields.String()
    said_on = fields.Date()
    is_mine = fields.Boolean()


class CommentOut(Schema):
    """A comment; `revision` is its ETag."""

    uid = fields.String()
    revision = fields.Integer()
    point = fields.String()
    identity = fields.String(allow_none=True)
    locale = fields.String()
    text = fields.String()
    wording = fields.String(allow_none=True)
    base = fields.String(allow_none=True)
    is_adopted = fields.Boolean()
    said_on = fields.Date()
    speaker = fields.Nested(SpeakerOut)
    is_mine = fields.Boolean()
    waits = fields.Boolean()
    objection = fields.String(allow_none=True)
    replies = fields.List(fields.Nested(ReplyOut))


class SaidOut(Schema):
    """The receipt of a comment: where it went, and how its author is shown."""

    uid = fields.String()
    revision = fields.Integer()
    is_late = fields.Boolean()
    attribution = fields.Enum(Attribution, by_value=True)
    side = fields.Enum(Side, by_value=True)


class PointOut(Schema):
    """A point with its (first) comments; `said` counts them by side."""

    uid = fields.String()
    revision = fields.Integer()
    identity = fields.String(allow_none=True)
    title = fields.String()
    state = fields.Enum(PointState, by_value=True)
    disposition = fields.Enum(Disposition, by_value=True, allow_none=True)
    reason = fields.String(allow_none=True)
    answered_on = fields.Date(allow_none=True)
    count = fields.Integer()
    said = fields.Dict(keys=fields.Enum(Side, by_value=True), values=fields.Integer())
    seen_by = fields.List(fields.Enum(Side, by_value=True))
    comments = fields.List(fields.Nested(CommentOut))


class WholePointOut(PointOut):
    """A point with a page of its comments; `next` is the cursor of the page after it."""

    next = fields.String(allow_none=True)


class ClauseOut(Schema):
    """Comments on one promise."""

    identity = fields.String(allow_none=True)
    comments = fields.Integer()
    waiting = fields.Integer()
    is_removed = fields.Boolean()


class PointsOut(Schema):
    """A page of points, and the counts of the whole round."""

    round = fields.Integer(allow_none=True)
    items = fields.List(fields.Nested(PointOut))
    next = fields.String(allow_none=True)
    clauses = fields.List(fields.Nested(ClauseOut))


class PromiseChangeOut(Schema):
    """The words of a promise, before and after."""

    identity = fields.String()
    locale = fields.String(allow_none=True)
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)
    why = fields.String()
    on = fields.Date()


class ToldOut(Schema):
    """You said, we did, and why."""

    uid = fields.String()
    identity = fields.String(allow_none=True)
    title = fields.String()
    said = fields.Dict(keys=fields.Enum(Side, by_value=True), values=fields.Integer())
    disposition = fields.Enum(Disposition, by_value=True)
    reason = fields.String()
    answered_on = fields.Date()
    changes = fields.List(fields.Nested(PromiseChangeOut))


class ToldPageOut(Schema):
    """A page of what became of a round."""

    round = fields.Integer(allow_none=True)
    summary = fields.String(allow_none=True)
    items = fields.List(fields.Nested(ToldOut))
    next = fields.String(allow_none=True)


class MyCommentOut(Schema):
    """An own comment with its answer, and what changed since."""

    comment = fields.Nested(CommentOut)
    version = fields.String()
    round = fields.Integer(allow_none=True)
    is_withdrawn = fields.Boolean()
    disposition = fields.Enum(Disposition, by_value=True, allow_none=True)
    reason = fields.String(allow_none=True)
    answered_on = fields.Date(allow_none=True)
    together = fields.Integer()
    changes = fields.List(fields.Nested(PromiseChangeOut))


class MyCommentsOut(Schema):
    """A page of own comments, newest first."""

    items = fields.List(fields.Nested(MyCommentOut))
    next = fields.String(allow_none=True)


class SideRatesOut(Schema):
    """What became of one side's comments."""

    accepted = fields.Integer()
    changed = fields.Integer()
    declined = fields.Integer()
    waiting = fields.Integer()


class RatesOut(Schema):
    """By side, in one round (0: in none)."""

    round = fields.Integer()
    sides = fields.Dict(keys=fields.Enum(Side, by_value=True), values=fields.Nested(SideRatesOut))


class AllRatesOut(Schema):
    """By round."""

    items = fields.List(fields.Nested(RatesOut))


class SuggestionOut(Schema):
    """Alike comments on one promise."""

    identity = fields.String(allow_none=True)
    text = fields.String()
    comment_uids = fields.List(fields.String())


class SuggestionsOut(Schema):
    """Groups, the largest first."""

    items = fields.List(fields.Nested(SuggestionOut))


class SeenOut(Schema):
    """How many points hadn't been seen by this person before."""

    seen = fields.Integer()
