"""Downloads: one's own sealed document and its evidence bundle, for good."""

from pathlib import Path

from flask import Response

from reciproca.compacts.drafting.documents import marked, void_since
from reciproca.compacts.signing import queries
from reciproca.compacts.signing.gathering import FOLDER
from reciproca.compacts.signing.tables import SealedDocument
from reciproca.compacts.signing.web.blueprint import pages
from reciproca.core.errors import NotFound
from reciproca.core.http import current_work
from reciproca.core.i18n import _


@pages.get("/documents/<string(length=36):uid>.pdf")
def pdf(uid: str) -> Response:
    """The sealed PDF of a signature."""
    found = queries.find_document(current_work(), uid=uid)
    return send_file(found, "pdf")


@pages.get("/documents/<string(length=36):uid>.zip")
def bundle(uid: str) -> Response:
    """The evidence bundle of a signature."""
    found = queries.find_document(current_work(), uid=uid)
    return send_file(found, "zip")


@pages.get("/documents/<string(length=36):uid>-void.pdf")
def void_copy(uid: str) -> Response:
    """A copy of the document of a signature on a void version, marked on every page. What was sealed stays as it is."""
    work = current_work()
    found = queries.find_document(work, uid=uid)
    version = queries.signed_version(work, uid=uid)
    since = void_since(version, locale=found.locale, zone=work.organisation.zone)
    if not since:
        raise NotFound(
            detail=_("This version is not void: there is no marked copy of it."),
            remedy=_("Your document is on the page “What I have signed”."),
        )
    pdf = marked(read_document(found.pdf), locale=found.locale, since=since)
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{uid}-void.pdf"'
    return answer


def read_document(name: str) -> bytes:
    """The bytes of a file in the home's documents. NotFound when it is gone."""
    path = current_work().settings.home / FOLDER / Path(name).name
    if not path.is_file():
        raise NotFound(
            detail=_("The file is not there. The signature is, and its document can be made again."),
            remedy=_("Tell those who run this system."),
        )
    return path.read_bytes()


def send_file(document: SealedDocument, ending: str) -> Response:
    """The file of `document` (pdf or zip) as a download, under a name that carries nobody's."""
    name = document.pdf if ending == "pdf" else document.bundle
    answer = Response(read_document(name), mimetype=f"application/{ending}")
    shown = f"{name.rsplit('-', 1)[0]}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{shown}"'
    return answer
