"""A draft for translators, and their file on its way back."""

from collections.abc import Sequence
from typing import Any

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting import queries as drafting
from reciproca.compacts.drafting.tables import VersionState
from reciproca.compacts.drafting.web.forms import errors_of
from reciproca.compacts.exchange import actions, queries
from reciproca.compacts.exchange.schemas import XLIFF
from reciproca.compacts.exchange.web.blueprint import pages
from reciproca.compacts.exchange.web.importing import told
from reciproca.compacts.exchange.web.returning import asked_locale, download
from reciproca.core.errors import Conflict, Fault, Invalid
from reciproca.core.http import current_work
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.templates.web import page, translator


@pages.get("/versions/<uid>/translation.xlf")
def take_xliff(uid: str) -> Response:
    """The version as XLIFF, into one language."""
    work = current_work()
    version, locale = drafting.find_version(work, uid=uid), asked_locale(work)
    data = queries.xliff_file(work, version=version, locale=locale)
    return download(data, XLIFF, f"version-{version.number}-{locale}.xlf")


@pages.get("/versions/<uid>/translation")
def choose_translation(uid: str) -> str:
    """Take the file for translators, and bring theirs back."""
    return _page(uid, ())


@pages.post("/versions/<uid>/translation")
def bring_translation(uid: str) -> ResponseReturnValue:
    """Bring it back, and see what became of it."""
    work, file = current_work(), request.files.get("file")
    is_machine = bool(request.form.get("machine"))
    try:
        if file is None or not file.filename:
            raise Invalid(faults=[Fault(field="file", reason=_("Choose a file."))])
        with work.attempt():
            done = actions.take_translation(work, version_uid=uid, data=file.read(), is_machine=is_machine)
    except (Invalid, Conflict) as error:
        return make_response(_page(uid, told(error)), error.status)
    return _page(uid, (), done=done)


def _page(uid: str, faults: Sequence[Fault], done: Any = None) -> str:
    work = current_work()
    authorize(work, Action.DRAFT_IMPORT)
    version = drafting.find_version(work, uid=uid)
    compact = drafting.compact_of(work, version=version)
    return page(
        "exchange/translation.html",
        compact=compact,
        version=version,
        title=drafting.titles(work, compact_ids=[compact.id], locale=translator().locale)[compact.id],
        locales=work.organisation.locales,
        done=done,
        is_draft=version.state is VersionState.DRAFT,
        faults=faults,
        errors=errors_of(faults),
    )
