"""Shape at signing's doors: what may come in, by name, type and length, and what goes out."""

import re
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate

from reciproca.compacts.drafting.schemas import Door, plain, words
from reciproca.compacts.signing.rules import ORGANISATION, PHYSICIAN
from reciproca.compacts.signing.rules.audience import Rule, Why, read_rule
from reciproca.compacts.signing.rules.reminders import Reminders
from reciproca.compacts.signing.rules.waves import Wave
from reciproca.compacts.signing.tables import RequestState
from reciproca.core.i18n import _
from reciproca.plugins.types import Side

_HEX = validate.Regexp(r"[0-9a-f]{64}\Z", error=_("Open the page again: this form is damaged."))


class WaveIn(Door):
    """People who are asked together, at the latest on a day: those who lead, those of some units (uids), or with
    neither everybody else."""

    opens = fields.Date(required=True)
    leaders = fields.Boolean(load_default=False)
    units = fields.List(
        fields.String(validate=validate.Length(max=36)), load_default=list, validate=validate.Length(max=200)
    )

    @post_load
    def _make(self, data: dict[str, Any], **_options: Any) -> Wave:
        return Wave(opens=data["opens"], leaders=data["leaders"], units=tuple(data["units"]))


class RuleIn(Door):
    """Whom a campaign asks: in one of these units (uids) or below, categories, posts (keys, or uids), languages. What
    is empty or left out means any."""

    units = fields.List(words(36), load_default=list, validate=validate.Length(max=100))
    categories = fields.List(words(40), load_default=list, validate=validate.Length(max=100))
    posts = fields.List(words(40), load_default=list, validate=validate.Length(max=100))
    locales = fields.List(words(20), load_default=list, validate=validate.Length(max=20))

    @post_load
    def _made(self, data: dict[str, Any], **_options: Any) -> Rule:
        return read_rule({name: [one for one in values if one] for name, values in data.items()})


class RemindersIn(Door):
    """On which days those who haven't answered are reminded: so many days `after` they were asked, and `before` the
    last day. Both empty: never."""

    after = fields.List(fields.Integer(), load_default=list, validate=validate.Length(max=10))
    before = fields.List(fields.Integer(), load_default=list, validate=validate.Length(max=10))

    @post_load
    def _made(self, data: dict[str, Any], **_options: Any) -> Reminders:
        return Reminders(after=tuple(data["after"]), before=tuple(data["before"]))


class CampaignIn(Door):
    """A version to be offered until a day; `among` says to which of those whom it is for; `left_out` are uids of
    people who are not asked; `waves` the order in which the others are, all at once without; `reminders` when they are
    reminded, 14 days after they were asked and 3 days before the last day without."""

    due = fields.Date(required=True)
    among = fields.Nested(RuleIn, load_default=Rule)
    reminders = fields.Nested(RemindersIn, load_default=None, allow_none=True)
    left_out = fields.List(
        fields.String(validate=validate.Length(max=36)),
        load_default=list,
        validate=validate.Length(max=10_000),
    )
    waves = fields.List(fields.Nested(WaveIn), load_default=list, validate=validate.Length(max=20))


class ExtensionIn(Door):
    """Another last day of a campaign."""

    due = fields.Date(required=True)


LEADERS = "leaders"
RULE_FIELDS = {"unit": "units", "category": "categories", "post": "posts", "language": "locales"}
"""The form's fields of a campaign's rule, each one of a kind, and what the rule calls them."""


class CampaignForm(Door):
    """The same as a form: `first` is "leaders", the uid of a unit, or empty when all are asked at once; the others are
    asked at the latest on `rest_on`; `reminding` says that the days were shown, so that none means none."""

    due = fields.Date(required=True)
    unit = words(36, load_default="")
    category = words(40, load_default="")
    post = words(40, load_default="")
    language = words(20, load_default="")
    first = words(36, load_default="")
    rest_on = fields.Date(load_default=None, allow_none=True)
    reminding = fields.Boolean(load_default=False)
    remind_after = words(40, load_default="")
    remind_before = words(40, load_default="")

    @pre_load
    def _without_day(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return {**data, "rest_on": data.get("rest_on") or None}

    @post_load
    def _in_waves(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        first, rest_on = data.pop("first"), data.pop("rest_on")
        if first and rest_on is None:
            raise ValidationError(_("Say from when on the others are asked."), "rest_on")
        units = () if first == LEADERS else (first,)
        begun = Wave(opens=date.min, leaders=first == LEADERS, units=units)
        chosen = {name: [value] if (value := data.pop(field)) else [] for field, name in RULE_FIELDS.items()}
        after, before = (_days(name, data.pop(name)) for name in ("remind_after", "remind_before"))
        reminders = Reminders(after=after, before=before) if data.pop("reminding") else None
        return {
            **data,
            "rule": read_rule(chosen),
            "waves": (begun, Wave(opens=rest_on)) if first else (),
            "reminders": reminders,
        }


def _days(name: str, text: str) -> tuple[int, ...]:
    """Numbers of days as they are typed: with blanks, commas or semicolons between them."""
    found = re.split(r"[\s,;]+", text.strip()) if text.strip() else []
    if not all(one.isascii() and one.isdigit() and len(one) < 4 for one in found):
        raise ValidationError(_("Write numbers of days, for example: 7, 14."), name)
    return tuple(sorted(int(one) for one in found))


class ErasureIn(Door):
    """Why evidence is erased: the decision or the law that asks for it, without the person's name."""

    reason = words(1000, required=True)


class OpeningIn(Door):
    """The signing page to be opened, in a language."""

    locale = words(20, load_default="")


class RequestOpeningIn(OpeningIn):
    """The signing page to be opened by the person asked; `read`: keys of the themes that they have read."""

    read = fields.List(words(60), load_default=list, validate=validate.Length(max=200))


class RequestOpeningForm(RequestOpeningIn):
    """The same as a form, with a tick box `read_KEY` for each theme."""

    @pre_load
    def _ticked(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        kept = {name: value for name, value in data.items() if not name.startswith("read_")}
        return {**kept, "read": [name.removeprefix("read_") for name in data if name.startswith("read_")]}


class _SigningIn(Door):
    nonce = fields.String(required=True, validate=_HEX)
    text_sha256 = fields.String(required=True, validate=_HEX)
    name = fields.String(load_default="", validate=[validate.Length(max=400), plain])
    intent = fields.Boolean(load_default=False)
    password = fields.String(load_default="", load_only=True, validate=validate.Length(max=1024))


class SignatureIn(_SigningIn):
    """A physician's signature."""

    consent = fields.Boolean(load_default=False)


class SignatureForm(SignatureIn):
    """The same as a form, with the language that the page was in."""

    locale = words(20, load_default="")


_CODE = fields.String(
    load_default="", load_only=True, validate=validate.Length(max=20, error=_("The code has six digits."))
)


class GuestCodeIn(Door):
    """The code that was sent to a guest."""

    code = _CODE


class GuestSignatureForm(_SigningIn):
    """A guest's signature: the code takes the password's place."""

    class Meta:
        """No password."""

        exclude = ("password",)

    consent = fields.Boolean(load_default=False)
    code = _CODE


class OrganisationSignatureIn(_SigningIn):
    """The organisation's signature; where it signs each record, `signatures` are the uids of those that it signs."""

    signatures = fields.List(
        fields.String(validate=validate.Length(max=36)),
        load_default=list,
        validate=validate.Length(max=10_000),
    )


class OrganisationSignatureForm(OrganisationSignatureIn):
    """The same as a form, whose list is one field of uids parted by blanks."""

    locale = words(20, load_default="")

    @pre_load
    def _split(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return {**data, "signatures": str(data.get("signatures", "")).split()}


class DeclineIn(Door):
    """A no, with a reason for the co-sponsor of one side, if one likes."""

    confidant = fields.Enum(Side, by_value=True, load_default=None)
    reason = words(4000, load_default="")


class TalkIn(Door):
    """A wish to talk first, with the co-sponsor of one side; `call_number` where one likes to be called."""

    confidant = fields.Enum(
        Side,
        by_value=True,
        required=True,
        error_messages={"required": _("Choose whom you would like to talk to.")},
    )
    reason = words(4000, load_default="")
    call_number = words(60, load_default="")


class CalledIn(Door):
    """Whether one has spoken with somebody who asked for it."""

    called = fields.Boolean(load_default=True)


class WithdrawalIn(Door):
    """One's own signature to be withdrawn; a reason is free, and stays with the record."""

    password = fields.String(load_default="", load_only=True, validate=validate.Length(max=1024))
    reason = words(4000, load_default="")


class GuestDeclineIn(DeclineIn):
    """A guest's no, with the code."""

    code = _CODE


class GuestTalkIn(TalkIn):
    """A guest's wish to talk first, with the code."""

    code = _CODE


class RequestsAsked(Schema):
    """Where to go on in the list of one's invitations."""

    after = fields.String(load_default=None, validate=validate.Length(max=36))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=500))


class RequestOut(Schema):
    """An invitation to sign, as the person invited sees it."""

    uid = fields.String()
    version = fields.String()
    campaign = fields.String()
    state = fields.Enum(RequestState, by_value=True)
    due = fields.Date()
    viewed_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    signature = fields.String(allow_none=True)
    revision = fields.Integer()


class RequestsOut(Schema):
    """Some of one's invitations."""

    items = fields.List(fields.Nested(RequestOut))
    next = fields.String(allow_none=True)


class CeremonyOut(Schema):
    """An opened signing page: what a signature must send back, and the words that go with it."""

    nonce = fields.String()
    locale = fields.String()
    text_sha256 = fields.String()
    expires_at = fields.AwareDateTime()
    name = fields.String(metadata={"description": "as it must be typed"})
    intent = fields.String()
    consent = fields.String()
    what = fields.String()
    if_nothing = fields.String()


class OrganisationCeremonyOut(Schema):
    """An opened page on which the organisation signs."""

    nonce = fields.String()
    locale = fields.String()
    text_sha256 = fields.String()
    expires_at = fields.AwareDateTime()
    intent = fields.String()
    signatures = fields.List(
        fields.String(), metadata={"description": "what waits, where each record is signed"}
    )


class SignatureOut(Schema):
    """A signature: its document follows when it has been made."""

    uid = fields.String()
    role = fields.String(validate=validate.OneOf([PHYSICIAN, ORGANISATION]))
    version = fields.String()
    locale = fields.String()
    text_sha256 = fields.String()
    name_as_signed = fields.String()
    signed_at = fields.AwareDateTime()
    evidence = fields.String()
    record_sha256 = fields.String()
    covers = fields.String(allow_none=True)
    withdrawn_at = fields.AwareDateTime(allow_none=True)


class SignaturesOut(Schema):
    """Signatures that were given at once."""

    items = fields.List(fields.Nested(SignatureOut))


class EvidenceOut(Schema):
    """A signature with its record; the record is null after a lawful erasure."""

    signature = fields.Nested(SignatureOut)
    record = fields.Dict(allow_none=True)


class GroupOut(Schema):
    """One department's count; name is empty for the small ones together, counts null where too few to show."""

    name = fields.String()
    asked = fields.Integer(allow_none=True)
    signed = fields.Integer(allow_none=True)


class AskedOut(Schema):
    """Somebody who is asked."""

    uid = fields.String()
    name = fields.String()
    unit = fields.String()
    category = fields.String()


class NotAskedOut(Schema):
    """Somebody on file who isn't asked, and why."""

    uid = fields.String()
    name = fields.String()
    why = fields.Enum(Why, by_value=True)


class AudienceOut(Schema):
    """Whom an agreement is for today, and whom it isn't."""

    asked = fields.List(fields.Nested(AskedOut))
    others = fields.List(fields.Nested(NotAskedOut))


class WaveOut(Schema):
    """People who are asked together, on the day `opens` or, after the leaders, once these have signed."""

    opens = fields.Date()
    leaders = fields.Boolean()
    units = fields.List(fields.String())
    is_open = fields.Boolean()


class RemindersOut(Schema):
    """On which days those who haven't answered are reminded: counted from when they were asked, and before the last
    day."""

    after = fields.List(fields.Integer())
    before = fields.List(fields.Integer())


class CampaignOut(Schema):
    """A campaign, in counts; null where too few to show."""

    uid = fields.String()
    version = fields.String()
    state = fields.String()
    due = fields.Date()
    asked = fields.Integer()
    signed = fields.Integer()
    bound = fields.Integer()
    documents = fields.Integer()
    others = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True))
    groups = fields.List(fields.Nested(GroupOut))
    waves = fields.List(fields.Nested(WaveOut))
    reminders = fields.Nested(RemindersOut)
    revision = fields.Integer()
