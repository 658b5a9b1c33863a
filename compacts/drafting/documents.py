"""A version on paper, to be read: the same two columns as the sealed document, and plainly not a signed one."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment

from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.rules import canonical_text
from reciproca.compacts.drafting.rules.printing import printed_themes
from reciproca.compacts.drafting.tables import Version
from reciproca.core.canonical import sha256
from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import Catalogues
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.templates import loader
from reciproca.templates.pdf import BUNDLED, render_pdf


@dataclass(frozen=True, kw_only=True)
class ReadingCopy:
    """Everything that a reading copy shows. `text` is the canonical text; `sha256` is the frozen text's, None while
    it is a draft."""

    text: dict[str, Any]
    sha256: str | None
    zone: str
    made: datetime

    @property
    def locale(self) -> str:
        """The language that it is in."""
        return str(self.text["locale"])

    @property
    def name(self) -> str:
        """A file name without its ending."""
        return f"agreement-v{self.text['version']['number']}-{self.locale}"


def reading_copy(work: Work, *, version: Version, locale: str) -> ReadingCopy:
    """What `version` says in `locale`: the frozen text, or the draft as it stands. Invalid for another language."""
    authorize(work, Action.COMPACT_READ)
    if locale not in work.organisation.locales:
        known = ", ".join(work.organisation.locales)
        raise Invalid(
            detail="This agreement isn't written in that language. Nothing was made.",
            faults=[
                Fault(
                    field="locale", reason=f"Unknown language: {locale}.", remedy=f"Choose one of: {known}."
                )
            ],
        )
    frozen = next(
        (row for row in queries.renditions(work, version_ids=[version.id]) if row.locale == locale), None
    )
    data = frozen.canonical if frozen else _draft(work, version, locale)
    return ReadingCopy(
        text=json.loads(data),
        sha256=frozen.sha256 if frozen else None,
        zone=work.organisation.zone,
        made=work.now.replace(microsecond=0),
    )


def to_pdf(copy: ReadingCopy) -> bytes:
    """PDF/A-3a and PDF/UA-1. Rendered outside any transaction."""
    identifier = bytes.fromhex(sha256(f"{copy.text}{copy.made}".encode()))[:16]
    return render_pdf(_html(copy, BUNDLED), identifier=identifier, made=copy.made)


def to_html(copy: ReadingCopy) -> str:
    """One file that needs no other and asks no network: its fonts are the reader's own."""
    return _html(copy, "")


def _html(copy: ReadingCopy, fonts: str) -> str:
    translator = _catalogues().translator(copy.locale)
    return loader.render(
        _environment(),
        "documents/reading.html",
        translator,
        text=copy.text,
        text_sha256=copy.sha256,
        themes=printed_themes(copy.text),
        language=translator.language_name(copy.locale),
        zone=copy.zone,
        made=copy.made,
        fonts=fonts,
    )


def _draft(work: Work, version: Version, locale: str) -> bytes:
    return canonical_text(queries.version_texts(work, version=version, locales=[locale])[locale])


@cache
def _catalogues() -> Catalogues:
    return Catalogues.load(loader.TRANSLATIONS)


@cache
def _environment() -> Environment:
    return loader.environment(_catalogues())
