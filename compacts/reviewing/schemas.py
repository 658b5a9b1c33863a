"""Shape at reviewing's doors: what may come in, by name, type and length, and what goes out."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, pre_load, validate

from reciproca.compacts.drafting.schemas import Door, said, words
from reciproca.compacts.reviewing.actions import Said
from reciproca.core.i18n import _
from reciproca.plugins.types import Rating, Side

WORDS = 2000
_RATING, _WORDS = "rating-", "words-"


def a_side() -> "fields.Enum[Side]":
    """One of both sides."""
    return fields.Enum(Side, by_value=True, required=True)


class AnswerIn(Door):
    """What a side says of one commitment."""

    commitment = said(36)
    rating = fields.Enum(Rating, by_value=True, required=True)
    words = words(WORDS, load_default="")

    @post_load
    def _said(self, data: dict[str, Any], **_options: Any) -> Said:
        return Said(**data)


class AnswersIn(Door):
    """A side's answers; commitments that are left out stay as they were."""

    side = a_side()
    answers = fields.List(fields.Nested(AnswerIn), required=True, validate=validate.Length(max=500))


class AnswersForm(Schema):
    """The same as a form: `rating-<uid>` and `words-<uid>` for each commitment. Words without a rating are a mistake,
    not lost. `then` says whether they are also sent."""

    class Meta:
        unknown = RAISE

    side = a_side()
    then = fields.String(load_default="save", validate=validate.OneOf(["save", "send"]))
    answers = fields.Raw(load_default=list)

    @pre_load
    def _gather(self, data: dict[str, str], **_options: Any) -> dict[str, Any]:
        named = [name.removeprefix(_RATING).removeprefix(_WORDS) for name, value in data.items()
                 if name.startswith((_RATING, _WORDS)) and value.strip()]  # fmt: skip
        found: list[Said] = []
        faults: dict[str, Any] = {}
        for uid in dict.fromkeys(named):
            one = {"commitment": uid, "rating": data.get(_RATING + uid), "words": data.get(_WORDS + uid, "")}
            try:
                found.append(
                    AnswerIn().load({name: value for name, value in one.items() if value is not None})
                )
            except ValidationError as error:
                said = error.messages if isinstance(error.messages, dict) else {"rating": error.messages}
                faults |= {f"{name}-{uid}": reason for name, reason in said.items()}
        if faults:
            raise ValidationError(faults)
        rest = {name: value for name, value in data.items() if not name.startswith((_RATING, _WORDS))}
        return {**rest, "answers": found}


class SideIn(Door):
    """An act of one side that needs no words."""

    side = a_side()


class ActionIn(Door):
    """Something to do: which side proposes it, which side and post would own it, by which local day."""

    side = a_side()
    owner_side = a_side()
    title = said(300)
    due_on = fields.Date(required=True)
    post_uid = words(36, load_default=None, allow_none=True)
    commitment_uid = words(36, load_default=None, allow_none=True)


class ActionDeclineIn(Door):
    """Why something isn't agreed to."""

    reason = said(WORDS)


class OutcomeIn(Door):
    """What became of an action."""

    is_done = fields.Boolean(required=True)
    why = said(WORDS)
    told_to = said(300)


class FindingsIn(Door):
    """What was found."""

    findings = said(6000)


class ResponseIn(Door):
    """What a side says to the findings."""

    side = a_side()
    agrees = fields.Boolean(required=True)
    words = words(4000, load_default="")


class MeetingIn(Door):
    """When and where both sides meet: a local day and time where the organisation is. `link` is where one joins from
    elsewhere."""

    on = fields.Date(required=True)
    at = fields.Time(required=True, format="%H:%M")
    minutes = fields.Integer(load_default=60, validate=validate.Range(min=5, max=720))
    place = said(300)
    link = fields.Url(
        load_default="", schemes={"https"}, validate=validate.Length(max=500),
        error_messages={"invalid": _("Write a whole address that begins with https://.")},
    )  # fmt: skip
    agenda = words(WORDS, load_default="")


class ReviewsAsked(Schema):
    """Cursor paging: the uid after which to go on, and how many."""

    class Meta:
        unknown = RAISE

    after = fields.String(load_default=None, validate=validate.Length(max=36))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class SideAsked(Schema):
    """Whose answers."""

    class Meta:
        unknown = RAISE

    side = a_side()


class AnswerOut(Schema):
    """What a side said of a commitment."""

    rating = fields.Enum(Rating, by_value=True)
    words = fields.String()


class OwnAnswerOut(AnswerOut):
    """One of one's own answers."""

    commitment = fields.String()


class OwnAnswersOut(Schema):
    """A side's own answers; `revision` is their ETag."""

    side = fields.Enum(Side, by_value=True)
    revision = fields.Integer()
    submitted_at = fields.DateTime(allow_none=True)
    is_late = fields.Boolean()
    answers = fields.List(fields.Nested(OwnAnswerOut))


class TogetherOut(Schema):
    """What physicians said together of one commitment: `total` is how many gave which answers, where that may be
    told."""

    rating = fields.Enum(Rating, by_value=True, allow_none=True)
    asked = fields.Integer()
    minimum = fields.Integer()
    people = fields.Integer()
    total = fields.Function(
        lambda heard: [{"answers": list(key), "people": people} for key, people in heard.total.items()]
    )


class AskingIn(Door):
    """Whether physicians are asked one by one."""

    asks_physicians = fields.Boolean(required=True)


class AssessmentOut(Schema):
    """The look at one commitment; `views` by side, empty while they are sealed."""

    commitment = fields.String()
    identity = fields.String()
    side = fields.Enum(Side, by_value=True)
    state = fields.String()
    rating = fields.Enum(Rating, by_value=True, allow_none=True)
    reason = fields.String(allow_none=True)
    views = fields.Dict(keys=fields.String(), values=fields.Nested(AnswerOut))
    heard = fields.Nested(TogetherOut, allow_none=True)


class ReviewSideOut(Schema):
    """One side of a review."""

    submitted_at = fields.DateTime(allow_none=True)
    is_late = fields.Boolean()
    responded_at = fields.DateTime(allow_none=True)
    agrees = fields.Boolean(allow_none=True)
    response = fields.String(allow_none=True)


class OutcomeOut(Schema):
    """What became of an action; `is_silence` when nobody said."""

    is_done = fields.Boolean()
    is_silence = fields.Boolean()
    why = fields.String()
    told_to = fields.String()
    told_at = fields.DateTime()


class ActionOut(Schema):
    """An action; `revision` is its ETag."""

    uid = fields.String()
    state = fields.String()
    proposed_by = fields.Enum(Side, by_value=True)
    owner_side = fields.Enum(Side, by_value=True)
    post = fields.String()
    commitment = fields.String(allow_none=True)
    title = fields.String()
    due_on = fields.Date()
    reason = fields.String(allow_none=True)
    revision = fields.Integer()
    outcome = fields.Nested(OutcomeOut, allow_none=True)


class ReviewOut(Schema):
    """A review and where it stands; `revision` is its ETag."""

    uid = fields.String()
    compact = fields.String()
    number = fields.Integer()
    cycle = fields.String()
    state = fields.String()
    opens_on = fields.Date()
    seal_opens_on = fields.Date()
    closes_on = fields.Date()
    opened_at = fields.DateTime(allow_none=True)
    revealed_at = fields.DateTime(allow_none=True)
    closed_at = fields.DateTime(allow_none=True)
    revision = fields.Integer()


class MeetingOut(Schema):
    """When and where both sides meet: `starts_local` in `zone`. `link` is empty for who doesn't take part."""

    uid = fields.String()
    starts_local = fields.String()
    zone = fields.String()
    starts_at = fields.DateTime()
    minutes = fields.Integer()
    place = fields.String()
    link = fields.String()
    agenda = fields.String()
    sequence = fields.Integer()
    is_cancelled = fields.Boolean()


class WholeReviewOut(ReviewOut):
    """A review with everything in it that may be read now."""

    version = fields.String()
    is_sealed = fields.Boolean()
    findings = fields.String(allow_none=True)
    sides = fields.Dict(keys=fields.String(), values=fields.Nested(ReviewSideOut))
    assessments = fields.List(fields.Nested(AssessmentOut))
    actions = fields.List(fields.Nested(ActionOut))
    earlier_actions = fields.List(fields.Nested(ActionOut))
    meeting = fields.Nested(MeetingOut, allow_none=True)


class ReviewsOut(Schema):
    """A page of reviews; `next` is the cursor of the page after it."""

    items = fields.List(fields.Nested(ReviewOut))
    next = fields.String(allow_none=True)
