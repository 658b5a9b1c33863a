"""A form's way through: its fields loaded by a schema, the act tried, and what was typed kept when it fails."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import make_response, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError

from reciproca.core.errors import Fault, Invalid
from reciproca.core.http import faults_of
from reciproca.core.i18n import _
from reciproca.core.work import Work

HIDDEN = frozenset({"_csrf", "_key", "revision"})
Typed = Mapping[str, str]
Again = Callable[[Typed, Sequence[Fault]], str]

_KINDER = {
    "Missing data for required field.": _("Fill this in."),
    "Not a valid date.": _("Write the day as year-month-day."),
    "Not a valid time.": _("Write the time as hours and minutes, such as 17:30."),
    "Not a valid integer.": _("Write a whole number."),
    "Not a valid boolean.": _("Choose one of the two."),
}


def typed() -> dict[str, str]:
    """What the person typed, by field."""
    return {name: value for name, value in request.form.items() if name not in HIDDEN}


def seen(name: str = "revision") -> int | None:
    """The revision that the person saw, from the form's hidden field."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def submit(
    work: Work, schema: Schema, act: Callable[[dict[str, Any]], str], again: Again
) -> ResponseReturnValue:
    """Load the form, do `act` (which returns where to go next) and go there. When the form or the act is refused as
    invalid, nothing is changed and `again` renders the page with what was typed and what is wrong."""
    form = typed()
    try:
        asked = schema.load(form)
        with work.attempt():
            return redirect(act(asked), 303)
    except ValidationError as error:
        faults = [kinder(fault) for fault in faults_of(error.messages)]
    except Invalid as error:
        faults = list(error.faults) or [Fault(field="", reason=error.detail, remedy=error.remedy)]
    return make_response(again(form, faults), 422)


def errors_of(faults: Sequence[Fault]) -> dict[str, str]:
    """Reasons by field, for the words beside each field."""
    return {fault.field: fault.reason for fault in faults if fault.field}


def kinder(fault: Fault) -> Fault:
    """The same in words that are meant for people."""
    reason = (
        "Fill this in."
        if fault.reason == "Field may not be null."
        else _KINDER.get(fault.reason, fault.reason)
    )
    return Fault(field=fault.field, reason=reason, remedy=fault.remedy)
