"""A version on paper, to be read: the same two columns as the sealed document, and plainly not a signed one."""

import json
from datetime import datetime
from typing import Any

from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.documents.press import Sheet, speaks
from reciproca.compacts.drafting.rules import canonical_text
from reciproca.compacts.drafting.rules.printing import printed_themes
from reciproca.compacts.drafting.tables import Version
from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def reading_copy(work: Work, *, version: Version, locale: str) -> Sheet:
    """What `version` says in `locale`: the frozen text, or the draft as it stands. Invalid for another language."""
    authorize(work, Action.COMPACT_READ)
    text, digest = text_in(work, version=version, locale=locale)
    return reading_sheet(
        text, sha256=digest, zone=work.organisation.zone, made=work.now.replace(microsecond=0)
    )


def reading_sheet(text: dict[str, Any], *, sha256: str | None, zone: str, made: datetime) -> Sheet:
    """The reading copy of a canonical text; `sha256` is the frozen text's, None while it is a draft."""
    locale = str(text["locale"])
    return Sheet(
        template="reading",
        locale=locale,
        name=f"agreement-v{text['version']['number']}-{locale}",
        made=made,
        says={
            "text": text,
            "text_sha256": sha256,
            "themes": printed_themes(text),
            "language": speaks(locale).language_name(locale),
            "zone": zone,
        },
    )


def text_in(work: Work, *, version: Version, locale: str) -> tuple[dict[str, Any], str | None]:
    """The canonical text of `version` in `locale` and its SHA-256, None while it isn't frozen."""
    authorize(work, Action.COMPACT_READ)
    for row in queries.renditions(work, version_ids=[version.id]):
        if row.locale == locale:
            return json.loads(row.canonical), row.sha256
    written = queries.version_texts(work, version=version, locales=[locale])[locale]
    return json.loads(canonical_text(written)), None


def check_locale(work: Work, locale: str) -> None:
    """Invalid when the organisation doesn't write in `locale`."""
    if locale not in work.organisation.locales:
        known = ", ".join(work.organisation.locales)
        fault = Fault(
            field="locale", reason=f"Unknown language: {locale}.", remedy=f"Choose one of: {known}."
        )
        raise Invalid(
            detail=_("This agreement isn't written in that language. Nothing was made."), faults=[fault]
        )
