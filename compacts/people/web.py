"""Pages of people: who is here, one person, and taking in a roster after a look at what it would change."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError

from reciproca.compacts.people import actions, exporting, queries, reading
from reciproca.compacts.people.rules.report import RosterReport
from reciproca.compacts.people.schemas import LeaveForm, Paged, Taking
from reciproca.compacts.people.tables import RosterFile
from reciproca.core import csrf
from reciproca.core.errors import Conflict, Fault, Invalid, NotFound, ReciprocaError
from reciproca.core.http import current_work, faults_of
from reciproca.core.i18n import _
from reciproca.core.rights import Action, is_allowed
from reciproca.plugins.types import RosterMapping
from reciproca.templates.web import page, translator

pages = Blueprint("people", __name__, url_prefix="/people")
ON_A_PAGE = 50
SHOWN = 200  # differences on a preview; the rest is told as a number


@pages.get("")
def list_people() -> ResponseReturnValue:
    """Everybody, or those who were looked for."""
    work = current_work()
    asked = _read(Paged(), {name: value for name, value in request.args.items() if name != "lang"})
    skip = (asked["page"] - 1) * ON_A_PAGE
    found = queries.list_people(work, search=asked["search"], unit_uid=asked["unit"] or None, skip=skip,
                                limit=ON_A_PAGE)  # fmt: skip
    return page("people/list.html", found=found, asked=asked, skip=skip, units=queries.list_units(work),
                today=work.today(), may_import=is_allowed(work, Action.ROSTER_IMPORT),
                may_tell=is_allowed(work, Action.WEBHOOK_KEEP), **_words())  # fmt: skip


@pages.get("/<string(length=36):uid>")
def show_person(uid: str) -> ResponseReturnValue:
    """One person with everything on file."""
    return _person_page(uid, {}, [])


@pages.post("/<string(length=36):uid>/leave")
def set_leave(uid: str) -> ResponseReturnValue:
    """Say from when to when somebody is away."""
    typed = _form()
    try:
        wanted = _read(LeaveForm(), {name: value for name, value in typed.items() if value})
        actions.set_leave(current_work(), person_uid=uid, **wanted)
    except (Invalid, Conflict) as error:
        return _person_page(uid, typed, _faults(error)), error.status
    return redirect(f"/people/{uid}", 303)


@pages.get("/roster.csv")
def export_roster() -> ResponseReturnValue:
    """The roster as a file that spreadsheets open."""
    rows = exporting.export_roster(current_work())
    headers = {"Content-Disposition": 'attachment; filename="roster.csv"'}
    return Response("\ufeff" + exporting.as_csv(rows), mimetype="text/csv", headers=headers)


@pages.get("/import")
def choose_roster() -> ResponseReturnValue:
    """Choose a file."""
    return _choice([])


@pages.post("/import")
def send_roster() -> ResponseReturnValue:
    """Keep the file, and go and look at what it would change."""
    _read(Schema(), _form())
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid(faults=[Fault(field="file", reason=_("Choose a file."))])
        sent = actions.send_roster(current_work(), name=file.filename, data=file.read())
    except Invalid as error:
        return _choice(_faults(error)), error.status
    return redirect(f"/people/import/{sent.uid}", 303)


@pages.get("/import/<string(length=36):uid>")
def preview_roster(uid: str) -> ResponseReturnValue:
    """What the file would change; after it was taken in, what it changed."""
    return _preview(queries.show_roster_file(current_work(), uid=uid))


@pages.post("/import/<string(length=36):uid>")
def apply_roster(uid: str) -> ResponseReturnValue:
    """Take the file in. When something has come between, show it again with what is wrong now."""
    work = current_work()
    report = actions.apply_roster(work, uid=uid, partial=_read(Taking(), _form())["is_partial"])
    if not report.applied:
        return _preview(queries.show_roster_file(work, uid=uid)), Invalid.status
    return redirect(f"/people/import/{uid}", 303)


def _preview(sent: RosterFile) -> str:
    if sent.data is None and sent.report is None:
        raise NotFound(remedy=_("Send the file again."))
    work = current_work()
    report = (
        RosterReport.from_kept(sent.report or {})
        if sent.data is None
        else actions.import_roster(work, data=sent.data, mapping=RosterMapping(), dry_run=True, partial=True)
    )
    return page("people/import_preview.html", sent=sent, report=report, shown=SHOWN, zone=work.organisation.zone,
                **_words())  # fmt: skip


def _choice(faults: list[Fault]) -> str:
    work = current_work()
    if not is_allowed(work, Action.ROSTER_IMPORT):
        queries.show_roster_file(work, uid="")  # refuses, in the words of the rights
    return page("people/import.html", faults=faults, fields=exporting.FIELDS, **_words())


def _person_page(uid: str, typed: Mapping[str, str], faults: list[Fault]) -> str:
    work = current_work()
    view = queries.show_person(work, uid=uid)
    return page("people/person.html", view=view, today=work.today(), typed=typed, faults=faults,
                may_keep=is_allowed(work, Action.PERSON_KEEP), may_list=is_allowed(work, Action.PEOPLE_READ),
                may_read_history=is_allowed(work, Action.HISTORY_READ, person_id=view.person.id),
                **_words())  # fmt: skip


def _words() -> dict[str, dict[str, str]]:
    """The names of categories, posts and schemes in the reader's language, by key."""
    work, locale = current_work(), translator().locale
    pack = reading.jurisdiction(work)
    return {
        "categories": {one.key: one.label.get(locale) or one.label["en"] for one in pack.categories},
        "posts": {one.key: one.label.get(locale) or one.label["en"] for one in pack.posts},
        "schemes": {key: scheme.label for key, scheme in work.plugins.identifier_schemes.items()},
    }


def _form() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if name not in {csrf.FIELD, "_key"}}


def _read(schema: Schema, sent: Mapping[str, Any]) -> dict[str, Any]:
    try:
        read: dict[str, Any] = schema.load(dict(sent))
    except ValidationError as error:
        raise Invalid(faults=tuple(faults_of(error.messages))) from error
    return read


def _faults(error: ReciprocaError) -> list[Fault]:
    """What is wrong, in the reader's language."""
    say = translator().gettext
    found = error.faults or (Fault(field="", reason=error.detail, remedy=error.remedy),)
    return [Fault(field=fault.field, reason=say(fault.reason), remedy=say(fault.remedy)) for fault in found]
