"""A document becomes a draft: sent or pasted, looked at and put right, then made."""

import re
from collections.abc import Mapping, Sequence

from flask import make_response, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from reciproca.compacts.drafting import queries as drafting
from reciproca.compacts.drafting.rules import COMING
from reciproca.compacts.drafting.web.forms import errors_of, typed
from reciproca.compacts.exchange import actions, queries, rules
from reciproca.compacts.exchange.rules import Reading
from reciproca.compacts.exchange.schemas import ImportForm, ReadingShape
from reciproca.compacts.exchange.web.blueprint import pages
from reciproca.core.errors import Conflict, Fault, Invalid, ReciprocaError
from reciproca.core.http import current_work, faults_of
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import LegalEffect
from reciproca.templates.web import page, translator

_PLACE = re.compile(r"place-(\d{1,3})")
_NUMBER = re.compile(r"\d{1,3}")


@pages.get("/compacts/import")
def choose_document() -> str:
    """Choose a file, or paste a table."""
    return _choice({}, ())


@pages.post("/compacts/import")
def look_at_document() -> ResponseReturnValue:
    """Show what would become of it. Nothing is changed, and nothing is kept."""
    work, file = current_work(), request.files.get("file")
    try:
        data = file.read() if file and file.filename else b""
        reading = queries.read_document(work, data=data, pasted=request.form.get("pasted", ""))
        actions.check_pairs(reading.pairs)
    except Invalid as error:
        return make_response(_choice(typed(), told(error)), error.status)
    return _preview(reading, {"locale": request.form.get("locale", "")}, ())


@pages.post("/compacts/import/draft")
def make_draft() -> ResponseReturnValue:
    """Make a draft of what was looked at, and go to its agreement."""
    work, form = current_work(), typed()
    places = {name: text for name, text in form.items() if _PLACE.fullmatch(name)}
    try:
        asked = ImportForm().load({name: text for name, text in form.items() if name not in places})
    except ValidationError as error:
        faults = faults_of(error.messages)
        return make_response(_choice(form, faults), 422)
    seen: Reading = asked.pop("reading")
    try:
        with work.attempt():
            reading = rules.rearranged(seen, is_swapped=asked.pop("is_swapped"), places=_places(places))
            version = actions.import_draft(work, reading=reading, **asked)
    except (Invalid, Conflict) as error:
        return make_response(_preview(seen, form, told(error)), error.status)
    return redirect(f"/compacts/{drafting.compact_of(work, version=version).uid}", 303)


def told(error: ReciprocaError) -> list[Fault]:
    """What is wrong, in the reader's language."""
    say = translator().gettext
    found = error.faults or (Fault(field="", reason=error.detail, remedy=error.remedy),)
    return [Fault(field=fault.field, reason=say(fault.reason), remedy=say(fault.remedy)) for fault in found]


def _places(form: Mapping[str, str]) -> dict[int, int]:
    return {
        int(name.partition("-")[2]): int(text) if _NUMBER.fullmatch(text.strip()) else 0
        for name, text in form.items()
    }


def _choice(form: Mapping[str, str], faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.DRAFT_IMPORT)
    authorize(work, Action.COMPACT_READ)
    return page(
        "exchange/import.html", typed=form, faults=faults, errors=errors_of(faults),
        locales=work.organisation.locales, locale=form.get("locale") or translator().locale,
    )  # fmt: skip


def _preview(reading: Reading, form: Mapping[str, str], faults: Sequence[Fault]) -> str:
    work = current_work()
    pack = work.plugins.jurisdictions.get(work.organisation.jurisdiction)
    return page(
        "exchange/preview.html",
        reading=reading,
        carried=ReadingShape().dumps(reading, ensure_ascii=False),
        typed={"title": reading.title, **form},
        faults=faults,
        errors=errors_of(faults),
        open_compacts=_open_compacts(work),
        units=drafting.units(work),
        cycles=list(work.plugins.review_cycles.values()),
        effects=[(effect, pack.effects.get(effect.value) if pack else None) for effect in LegalEffect],
        language=translator().locale,
    )


def _open_compacts(work: Work) -> list[tuple[str, str]]:
    """Agreements whose next version may begin, with their titles."""
    found = drafting.compacts(work)
    ids = [compact.id for compact in found]
    taken = {row.compact_id for row in drafting.versions(work, compact_ids=ids) if row.state in COMING}
    titles = drafting.titles(work, compact_ids=ids, locale=translator().locale)
    return [(row.uid, titles.get(row.id) or str(_("Agreement"))) for row in found if row.id not in taken]
