"""One's own archive: everything that one has signed, piece by piece or all in one file."""

import io
import zipfile

from flask import Response

from reciproca.compacts.signing import queries
from reciproca.compacts.signing.queries import Kept
from reciproca.compacts.signing.queries.grace import own_standings
from reciproca.compacts.signing.web.blueprint import pages
from reciproca.compacts.signing.web.documents import read_document
from reciproca.core.http import current_work
from reciproca.templates.web import page, translator

_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The date of every member: the earliest that a ZIP file can tell. What each says of itself is what counts."""


@pages.get("/archive")
def archive() -> str:
    """All that one has signed."""
    work = current_work()
    return page(
        "signing/archive.html",
        kept=queries.archive(work),
        standings=own_standings(work),
        language=translator().locale,
        zone=work.organisation.zone,
    )


@pages.get("/documents/archive.zip")
def take_archive() -> Response:
    """The evidence bundle of each, in one file. What is still being made is left out."""
    work = current_work()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # each member is packed already
        for one in queries.archive(work):
            if one.document is not None:
                archive.writestr(zipfile.ZipInfo(_name(one), _BEGINNING), read_document(one.document.bundle))
    answer = Response(out.getvalue(), mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="archive.zip"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _name(one: Kept) -> str:
    return f"{one.signature.signed_at:%Y-%m-%d}-version-{one.version.number}-{one.signature.uid}.zip"
