"""Documents about a version: a reading copy, the one-page form, a redline, and the record of its ratification."""

from dataclasses import replace

from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.documents.form import one_page_form
from reciproca.compacts.drafting.documents.press import Sheet, marked, speaks, to_html, to_pdf
from reciproca.compacts.drafting.documents.ratification import ratification_record
from reciproca.compacts.drafting.documents.reading import check_locale, reading_copy, reading_sheet
from reciproca.compacts.drafting.documents.redline import redline
from reciproca.compacts.drafting.tables import PAPER, Version, VersionState
from reciproca.core.work import Work

NAMES = ("reading", "form", "redline", "ratification")
"""Every kind of document, as doors name them."""


def document(work: Work, *, version: Version, name: str, locale: str, since: str | None = None) -> Sheet:
    """The document `name` of `version` in `locale`; a redline is since the version `since`, else since the one that
    this started from. NotFound, Conflict, Invalid."""
    check_locale(work, locale)
    sheet = _sheet(work, version, name, locale, since)
    since = void_since(version, locale=locale, zone=work.organisation.zone)
    return replace(sheet, is_paper=version.origin == PAPER, void_since=since)


def void_since(version: Version, *, locale: str, zone: str) -> str:
    """The instant since which `version` is void, in words of `locale`; "" where it isn't."""
    if version.state is not VersionState.VOID or version.ended_at is None:
        return ""
    return speaks(locale).format_instant(version.ended_at, zone)


def _sheet(work: Work, version: Version, name: str, locale: str, since: str | None) -> Sheet:
    if name == "redline":
        before = queries.earlier(work, version=version, uid=since)
        return redline(work, version=version, before=before, locale=locale)
    make = {"reading": reading_copy, "form": one_page_form, "ratification": ratification_record}[name]
    return make(work, version=version, locale=locale)


__all__ = [
    "NAMES",
    "Sheet",
    "document",
    "marked",
    "one_page_form",
    "ratification_record",
    "reading_copy",
    "reading_sheet",
    "redline",
    "to_html",
    "to_pdf",
    "void_since",
]
