"""The draft as a file to edit elsewhere, and the way back."""

from collections.abc import Sequence
from typing import Any

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting import queries as drafting
from reciproca.compacts.drafting.rules import OPEN
from reciproca.compacts.drafting.web.forms import errors_of
from reciproca.compacts.drafting.web.reading import chosen_locale
from reciproca.compacts.exchange import actions, queries
from reciproca.compacts.exchange.schemas import WORD
from reciproca.compacts.exchange.web.blueprint import pages
from reciproca.compacts.exchange.web.importing import told
from reciproca.core.errors import Conflict, Fault, Invalid
from reciproca.core.http import current_work
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.core.work import Work
from reciproca.templates.redline import redline
from reciproca.templates.web import page, translator


@pages.get("/versions/<uid>/draft.docx")
def take_word(uid: str) -> Response:
    """The version as a DOCX in one language."""
    work = current_work()
    version, locale = drafting.find_version(work, uid=uid), asked_locale(work)
    data = queries.word_file(work, version=version, locale=locale)
    return download(data, WORD, f"version-{version.number}-{locale}.docx")


@pages.get("/versions/<uid>/return")
def choose_return(uid: str) -> str:
    """Take the file, and bring it back."""
    return _page(uid, ())


@pages.post("/versions/<uid>/return")
def bring_back(uid: str) -> ResponseReturnValue:
    """Bring it back, and see what became of it."""
    work, file = current_work(), request.files.get("file")
    locale = request.form.get("locale", "")
    try:
        if file is None or not file.filename:
            raise Invalid(faults=[Fault(field="file", reason=_("Choose a file."))])
        with work.attempt():
            brought = actions.bring_back(work, version_uid=uid, locale=locale, data=file.read())
    except (Invalid, Conflict) as error:
        return make_response(_page(uid, told(error)), error.status)
    return _page(uid, (), brought=brought)


def asked_locale(work: Work) -> str:
    """`locale` of the address, where the agreement is written in it; else the first. (`lang` is the interface's.)"""
    known = work.organisation.locales
    wished = request.args.get("locale", "")
    return wished if wished in known else known[0]


def download(data: bytes, mimetype: str, name: str) -> Response:
    """A file to keep."""
    answer = Response(data, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _page(uid: str, faults: Sequence[Fault], brought: Any = None) -> str:
    work = current_work()
    authorize(work, Action.COMMENT_READ)
    version = drafting.find_version(work, uid=uid)
    compact = drafting.compact_of(work, version=version)
    return page(
        "exchange/return.html",
        compact=compact,
        version=version,
        title=drafting.titles(work, compact_ids=[compact.id], locale=translator().locale)[compact.id],
        locales=work.organisation.locales,
        locale=chosen_locale(work),
        brought=brought,
        redline=redline,
        may_say=version.state in OPEN and is_allowed(work, Action.COMMENT_WRITE),
        faults=faults,
        errors=errors_of(faults),
    )
