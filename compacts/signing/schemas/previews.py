"""Shape at the doors of a look at a campaign before it is opened."""

from typing import Any

from marshmallow import Schema, fields

from reciproca.compacts.signing.actions.previewing import Preview, Shift
from reciproca.compacts.signing.rules.sending import Moved


class WishedOut(Schema):
    """The invitation (0 days from the opening) or a reminder: its days from when the wave was asked, or from the last
    day."""

    days = fields.Integer()
    from_opening = fields.Boolean()


class MailRoundOut(Schema):
    """Mails that say the same and arrive at one local day and time of their readers; `held`: after a leave."""

    wave = fields.Integer()
    reminder = fields.Nested(WishedOut)
    day = fields.Date()
    time = fields.Time(format="%H:%M")
    people = fields.Integer()
    held = fields.Boolean()


class ShiftOut(Schema):
    """A reminder that isn't planned for the day that it was wished for, and what lies between."""

    wave = fields.Integer()
    reminder = fields.Nested(WishedOut)
    wished = fields.Date()
    day = fields.Date()
    weekend = fields.Boolean()
    closed = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))


class UnsentOut(Schema):
    """A reminder that isn't sent: it would fall outside of the campaign, or on the day of another."""

    wave = fields.Integer()
    reminder = fields.Nested(WishedOut)


class DayOut(Schema):
    """How many mails reach people on a local day of theirs."""

    day = fields.Date()
    mails = fields.Integer()


class SpecimenOut(Schema):
    """A mail as it would read; what differs from reader to reader is an ellipsis."""

    locale = fields.String()
    is_reminder = fields.Boolean()
    subject = fields.String()
    text = fields.String()


class PreviewOut(Schema):
    """What a campaign would send, in counts. `without`: people with no address; `away`: people who are on leave until
    it is over; `zones`: people by time zone."""

    due = fields.Date()
    closes_at = fields.AwareDateTime()
    zone = fields.String()
    asked = fields.Integer()
    without = fields.Integer()
    away = fields.Integer()
    zones = fields.Dict(keys=fields.String(), values=fields.Integer())
    rounds = fields.List(fields.Nested(MailRoundOut))
    per_day = fields.List(fields.Nested(DayOut))
    shifts = fields.List(fields.Nested(ShiftOut))
    unsent = fields.List(fields.Nested(UnsentOut))
    mails = fields.List(fields.Nested(SpecimenOut))


def preview_data(preview: Preview) -> dict[str, Any]:
    """A preview as `PreviewOut` takes it."""
    alike = ("due", "closes_at", "zone", "asked", "without", "away", "zones", "rounds")
    return {
        **{name: getattr(preview, name) for name in alike},
        "per_day": [{"day": day, "mails": mails} for day, mails in preview.per_day.items()],
        "shifts": [_shift(one) for one in preview.shifts],
        "unsent": [{"wave": wave, "reminder": reminder} for wave, reminder in preview.unsent],
        "mails": preview.specimens,
    }


def _shift(one: Shift) -> dict[str, Any]:
    moved: Moved = one.moved
    return {
        "wave": one.wave,
        "reminder": one.reminder,
        "wished": moved.wished,
        "day": moved.day,
        "weekend": moved.weekend,
        "closed": one.names,
    }
