"""Shape at the doors: days for reminders."""

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from reciproca.compacts.people.schemas import FILL_IN, Strict
from reciproca.compacts.policies.rules import Days, Family
from reciproca.core.i18n import _

_NUMBERS = _("Write numbers of days with commas between them, like 30, 14, 7.")


def read_numbers(value: object) -> tuple[int, ...]:
    """Numbers of days as people write them: "30, 14, 7", or nothing."""
    words = [word for word in re.split(r"[\s,;]+", value) if word] if isinstance(value, str) else ["?"]
    if len(words) > 20 or not all(re.fullmatch(r"[0-9]{1,4}", word) for word in words):
        raise ValidationError(_NUMBERS)
    return tuple(int(word) for word in words)


class DayNumbersIn(Strict):
    """So many days before the due day (an invitation's last) and after it (after an invitation began); on the quiet
    ones nothing is mailed."""

    before = fields.List(fields.Integer(strict=True), load_default=list, validate=validate.Length(max=20))
    after = fields.List(fields.Integer(strict=True), load_default=list, validate=validate.Length(max=20))
    quiet_before = fields.List(
        fields.Integer(strict=True), load_default=list, validate=validate.Length(max=20)
    )
    quiet_after = fields.List(
        fields.Integer(strict=True), load_default=list, validate=validate.Length(max=20)
    )

    @post_load
    def _made(self, data: dict[str, Any], **_options: Any) -> Days:
        return Days(**{name: tuple(days) for name, days in data.items()})


class ReminderDaysIn(Strict):
    """Days for a family in a scope."""

    family = fields.Enum(Family, by_value=True, required=True, error_messages={"required": FILL_IN})
    scope = fields.String(
        required=True, validate=validate.Length(max=50), error_messages={"required": FILL_IN}
    )
    days = fields.Nested(DayNumbersIn, required=True)


class ReminderDaysForm(Strict):
    """The same as a form sends it."""

    family = fields.Enum(Family, by_value=True, required=True, error_messages={"required": FILL_IN})
    scope = fields.String(
        required=True, validate=validate.Length(max=50), error_messages={"required": FILL_IN}
    )
    before = fields.Function(deserialize=read_numbers, load_default=())
    after = fields.Function(deserialize=read_numbers, load_default=())
    quiet_before = fields.Function(deserialize=read_numbers, load_default=())
    quiet_after = fields.Function(deserialize=read_numbers, load_default=())

    @post_load
    def _made(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        family, scope = data.pop("family"), data.pop("scope")
        return {"family": family, "scope": scope, "days": Days(**data)}


class ReminderOut(Schema):
    """One reminder: so many days after the due day (negative: before it), or after the beginning."""

    days = fields.Integer()
    from_opening = fields.Boolean()
    by_mail = fields.Boolean()


class ScopeDaysOut(Schema):
    """What counts in a scope; `uid` is null for the product's own days."""

    uid = fields.Function(lambda one: one.uid or None)
    family = fields.Enum(Family, by_value=True)
    scope = fields.String()
    name = fields.Dict(keys=fields.String(), values=fields.String())
    reminders: Any = fields.List(fields.Nested(ReminderOut), attribute="policy")


class ReminderDaysOut(Schema):
    """All of them."""

    items: Any = fields.List(fields.Nested(ScopeDaysOut))


class ChosenDaysOut(Schema):
    """The choice that was made."""

    uid = fields.String()
    family = fields.String()
    scope = fields.String()
    days = fields.Dict()
