"""The whole agreement on one sheet: both columns, every language, and what signing means."""

from reciproca.compacts.drafting.documents.press import Sheet, speaks
from reciproca.compacts.drafting.documents.reading import text_in
from reciproca.compacts.drafting.rules.printing import printed_themes
from reciproca.compacts.drafting.tables import Version
from reciproca.core.i18n import Translator, _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def one_page_form(work: Work, *, version: Version, locale: str) -> Sheet:
    """One A3 page, `locale` first and the organisation's other languages beside it, with room to sign by hand."""
    authorize(work, Action.COMPACT_READ)
    locales = [locale, *(other for other in work.organisation.locales if other != locale)]
    found = [text_in(work, version=version, locale=each) for each in locales]
    return Sheet(
        template="form",
        locale=locale,
        name=f"form-v{version.number}",
        made=work.now.replace(microsecond=0),
        says={
            "columns": [
                {
                    "text": text,
                    "sha256": digest,
                    "themes": printed_themes(text),
                    "say": speaks(each).gettext,
                    "force": _force(version, speaks(each)),
                }
                for each, (text, digest) in zip(locales, found, strict=True)
            ],
            "text": found[0][0],
            "version": version,
        },
        pages=1,
    )


def _force(version: Version, translator: Translator) -> str:
    """When the version comes into force, in words."""
    if version.effective_from is None:
        return translator.gettext(
            _("It comes into force on the day that is set once both sides have adopted it.")
        )
    day = translator.format_date(version.effective_from)
    return translator.gettext(_("It comes into force on %(day)s, adopted by both sides.")) % {"day": day}
