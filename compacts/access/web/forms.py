"""Forms: read by their schema, and shown again with what is wrong beside each field."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError

from reciproca.core import csrf
from reciproca.core.errors import Fault, Invalid, ReciprocaError
from reciproca.core.http import faults_of
from reciproca.core.i18n import _
from reciproca.templates.web import page, translator


def typed(schema: type[Schema]) -> dict[str, Any]:
    """The form, read by `schema`. Invalid, with what is wrong field by field."""
    sent = {name: value for name, value in request.form.items() if name not in {csrf.FIELD, "_key"}}
    try:
        read: dict[str, Any] = schema().load(sent)
    except ValidationError as error:
        raise Invalid(
            detail=_("Some of it needs to be put right. Nothing was changed."),
            faults=tuple(faults_of(error.messages)),
        ) from error
    return read


def again(template: str, error: ReciprocaError, **context: Any) -> ResponseReturnValue:
    """The form once more, with what was typed (no secrets) and what is wrong, in the reader's language."""
    say = translator().gettext
    faults = [
        Fault(field=fault.field, reason=say(fault.reason), remedy=say(fault.remedy)) for fault in error.faults
    ]
    if not faults:
        faults = [Fault(field="", reason=say(error.detail), remedy=say(error.remedy))]
    return page(template, faults=faults, values=request.form, **context), error.status
