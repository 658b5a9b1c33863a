"""Forms of consulting: what was typed is kept when a form or an act is refused, also by a conflict."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import make_response, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError

from reciproca.compacts.drafting.web.forms import Typed, typed
from reciproca.core.errors import Conflict, Fault, Invalid, NotFound
from reciproca.core.http import current_work, faults_of
from reciproca.core.i18n import _
from reciproca.templates.web import translator

Again = Callable[[Typed, Sequence[Fault]], str]
PICKED = "pick"
"""Field of a desk's tick boxes: each holds the uids of the comments of one point, with blanks between."""
_SIDES = {"organisation": _("The organisation’s side"), "physicians": _("The physicians’ side")}
_KINDER = {
    "Missing data for required field.": _("Fill this in."),
    "Not a valid date.": _("Write the day as year-month-day."),
}
_LENGTHS = (
    (
        re.compile(r"Longer than maximum length (\d+)\."),
        _("At most %(max)s characters fit here. Shorten it."),
    ),
    (
        re.compile(r"Write between 1 and (\d+) characters here\."),
        _("Write something here, at most %(max)s characters."),
    ),
)
Refused = Invalid | Conflict | NotFound


def submit(
    schema: Schema, act: Callable[[dict[str, Any]], str], again: Again, form: Mapping[str, Any] | None = None
) -> ResponseReturnValue:
    """Load `form` (the request's own, unless told otherwise), do `act` (which returns where to go next) and go there.
    When it is refused, nothing is changed and `again` renders the page with what was typed and what is wrong."""
    work, written, status = current_work(), typed(), 422
    try:
        asked = schema.load(written if form is None else form)
        with work.attempt():
            return redirect(act(asked), 303)
    except ValidationError as error:
        faults = [_kinder(fault) for fault in faults_of(error.messages)]
    except (Invalid, Conflict, NotFound) as error:
        status, faults = error.status, _told(error)
    return make_response(again(written, faults), status)


def require_picked() -> list[str]:
    """What was ticked. Invalid when that is nothing."""
    if not (chosen := picked()):
        raise Invalid(
            detail=_("Nothing is ticked. Nothing was changed."),
            faults=[Fault(field="pick-list", reason=_("Tick what you mean first."))],
        )
    return chosen


def suffixed(faults: Sequence[Fault], place: str) -> list[Fault]:
    """Faults whose fields are those of the form of one `place` on a page that holds many."""
    return [
        Fault(field=f"{one.field}-{place}" if one.field else "", reason=one.reason, remedy=one.remedy)
        for one in faults
    ]


def picked() -> list[str]:
    """Uids of the comments that were ticked, each once."""
    return list(dict.fromkeys(" ".join(request.form.getlist(PICKED)).split()))


def without_same_wording(form: Mapping[str, str]) -> dict[str, Any]:
    """The form without a proposed wording that is what stands there already (or nothing)."""
    kept = {name: value for name, value in form.items() if name not in ("wording", "base")}
    wording, base = form.get("wording", "").strip(), form.get("base", "").strip()
    same = not wording or wording.split() == base.split()
    return kept if same else {**kept, "wording": wording, "base": form.get("base", "")}


def _told(error: Refused) -> list[Fault]:
    say = translator().gettext
    whole = Fault(field="", reason=say(error.detail), remedy=say(error.remedy))
    kept = [one for one in error.faults if one.field not in ("sights", "base")]
    named = [
        Fault(field=one.field, reason=say(one.reason), remedy=say(one.remedy) if one.remedy else "")
        for one in kept
    ]
    if named and isinstance(error, Invalid):
        return named
    return [whole, *named, *_asides(error)]


def _asides(error: Refused) -> list[Fault]:
    """What a conflict says beside its detail: who hasn't seen it yet, and the words that stand there now."""
    say = translator().gettext
    unseen = [say(_SIDES.get(one.reason, one.reason)) for one in error.faults if one.field == "sights"]
    words = [one.reason for one in error.faults if one.field == "base"]
    return [
        *(Fault(field="", reason=say(_("Not seen yet by: %(side)s.")) % {"side": side}) for side in unseen),
        *(Fault(field="", reason=say(_("It reads now: %(words)s")) % {"words": now}) for now in words),
    ]


def _kinder(fault: Fault) -> Fault:
    say = translator().gettext
    reason = say(_KINDER.get(fault.reason, fault.reason))
    for pattern, text in _LENGTHS:
        if found := pattern.fullmatch(fault.reason):
            reason = say(text) % {"max": found[1]}
    return Fault(field=fault.field, reason=reason, remedy=fault.remedy)
