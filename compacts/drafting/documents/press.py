"""From what a document says to PDF, or to one HTML file."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

import pikepdf
from jinja2 import Environment

from reciproca.core.canonical import sha256
from reciproca.core.i18n import Catalogues, Translator
from reciproca.templates import loader
from reciproca.templates.pdf import BUNDLED, render_pdf
from reciproca.templates.void import mark_void

SMALLEST = 60
"""Per cent of the usual size of letters: below it nobody reads, and a second page is kinder."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A document before it is rendered: its `template`, what that prints, and a file `name` without ending. `pages`
    is how many it may have (None: any number); letters are made smaller until it fits. `is_paper`: it is about a
    version that was in force on paper before it was recorded. `void_since`: since when its version is void, in words;
    "" where it isn't."""

    template: str
    locale: str
    name: str
    made: datetime
    says: Mapping[str, Any]
    pages: int | None = None
    size: int = 100
    is_paper: bool = False
    void_since: str = ""


def to_pdf(sheet: Sheet) -> bytes:
    """PDF/A-3a and PDF/UA-1; marked on every page where the version is void."""
    pdf = _render(sheet)
    while sheet.pages and sheet.size > SMALLEST and _pages(pdf) > sheet.pages:
        sheet = replace(sheet, size=sheet.size - 5)
        pdf = _render(sheet)
    if sheet.void_since:
        pdf = marked(pdf, locale=sheet.locale, since=sheet.void_since)
    return pdf


def marked(pdf: bytes, *, locale: str, since: str) -> bytes:
    """`pdf` with the mark of a void version on each page, in the words of `locale`; `since` as in `Sheet`."""
    return mark_void(pdf, _environment(), speaks(locale), since=since)


def to_html(sheet: Sheet) -> str:
    """One file that needs no other and asks no network: its fonts are the reader's own."""
    return _html(sheet, "")


def speaks(locale: str) -> Translator:
    """The interface's own words in the document's language."""
    return _catalogues().translator(locale)


def _render(sheet: Sheet) -> bytes:
    html = _html(sheet, BUNDLED)
    return render_pdf(html, identifier=bytes.fromhex(sha256(html.encode()))[:16], made=sheet.made)


def _html(sheet: Sheet, fonts: str) -> str:
    own = {
        "made": sheet.made,
        "fonts": fonts,
        "size": sheet.size,
        "locale": sheet.locale,
        "is_paper": sheet.is_paper,
        "void_since": sheet.void_since,
    }
    return loader.render(
        _environment(), f"documents/{sheet.template}.html", speaks(sheet.locale), **own, **sheet.says
    )


def _pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


@cache
def _catalogues() -> Catalogues:
    return Catalogues.load(loader.TRANSLATIONS)


@cache
def _environment() -> Environment:
    return loader.environment(_catalogues())
