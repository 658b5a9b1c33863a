"""The mark on every page of a document about a version that both sides have declared void."""

from io import BytesIO

import pikepdf
from jinja2 import Environment

from reciproca.core.i18n import Translator
from reciproca.templates.loader import render
from reciproca.templates.pdf import BUNDLED, render_plain

_NAME = pikepdf.Name("/ReciprocaVoid")


def mark_void(pdf: bytes, environment: Environment, translator: Translator, *, since: str) -> bytes:
    """`pdf` with the mark over each page, and without a seal: a marked copy is not what was sealed. `since` is the day,
    in words. The mark is no part of the text (an artifact, to who listens to the document); its first page says it in
    words too, where whoever made the document wrote them."""
    html = render(environment, "documents/void.html", translator, since=since, fonts=BUNDLED)
    with (
        pikepdf.open(BytesIO(pdf)) as document,
        pikepdf.open(BytesIO(render_plain(html))) as mark,
    ):
        form = document.copy_foreign(mark.pages[0].as_form_xobject())
        for page in document.pages:
            _lay_over(document, page, form)
        _unseal(document)
        out = BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()


def _lay_over(document: pikepdf.Pdf, page: pikepdf.Page, form: pikepdf.Object) -> None:
    resources = page.resources
    if "/XObject" not in resources:
        resources.XObject = pikepdf.Dictionary()
    resources.XObject[_NAME] = form
    page.contents_add(document.make_stream(b"q\n"), prepend=True)
    page.contents_add(document.make_stream(b"\nQ\n/Artifact BMC\nq %b Do Q\nEMC\n" % str(_NAME).encode()))


def _unseal(document: pikepdf.Pdf) -> None:
    """Take out the field of the seal, which no longer fits the bytes: a copy doesn't pretend to be sealed."""
    if "/AcroForm" not in document.Root:
        return
    del document.Root.AcroForm
    for page in document.pages:
        kept = [one for one in page.get("/Annots", []) if one.get("/FT") != "/Sig"]
        page.Annots = pikepdf.Array(kept)
