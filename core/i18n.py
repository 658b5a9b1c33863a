"""Languages: catalogues of messages, and one Translator that a request, a mail or a document is written with.

No web framework here: whoever renders is handed a `Translator`. English is the message id, so a missing
translation reads as English and never as a key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_name
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations

DOMAIN = "reciproca"


def _(message: str) -> str:
    """`message`, unchanged: marks a sentence for the catalogues where no Translator is at hand (errors, tables of
    words). The door that shows it calls `translator.gettext(message)`."""
    return message


@dataclass(frozen=True)
class Translator:
    """Words, dates and numbers in one language. `locale` is the language code; `territory` chooses the customs."""

    locale: str
    territory: str = "CA"
    messages: NullTranslations = field(default_factory=NullTranslations, repr=False)

    @property
    def customs(self) -> Locale:
        """The CLDR locale that dates and numbers follow."""
        return Locale.parse(f"{self.locale}_{self.territory}")

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`, for the page's dir attribute."""
        return str(self.customs.text_direction)

    def gettext(self, message: str) -> str:
        """`message` in this language; empty text stays empty."""
        return str(self.messages.ugettext(message)) if message else ""

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The form for `count`, not yet filled in: French counts 0 and 1 as singular."""
        return str(self.messages.ungettext(one, many, count))

    def pgettext(self, context: str, message: str) -> str:
        """`message` as it is said in `context`."""
        return str(self.messages.upgettext(context, message))

    def npgettext(self, context: str, one: str, many: str, count: int) -> str:
        """The form for `count`, as it is said in `context`."""
        return str(self.messages.unpgettext(context, one, many, count))

    def plural(self, count: int) -> str:
        """The CLDR plural category of `count` in this language: `one`, `many`, `other`…"""
        return str(self.customs.plural_form(count))

    def format_date(self, day: date, style: str = "long") -> str:
        """A calendar day. Styles: short, medium, long, full (with the day of the week), or a CLDR pattern."""
        return format_date(day, style, locale=self.customs)

    def format_instant(self, instant: datetime, zone: str, style: str = "long") -> str:
        """An aware instant as day, time and the name of its zone: a time is never shown without a place."""
        local = instant.astimezone(ZoneInfo(zone))
        day = format_date(local, style, locale=self.customs)
        clock = format_time(local, "short", locale=self.customs)
        return f"{day}, {clock} {get_timezone_name(local, 'short', locale=self.customs)}"

    def format_hour(self, hour: int) -> str:
        """A full hour of the day, as the language writes it."""
        return format_time(time(hour), "short", locale=self.customs)

    def format_number(self, value: float, decimals: int | None = None) -> str:
        """A number with this language's separators; `decimals` fixes the digits after the point."""
        if decimals is None:
            return format_decimal(value, locale=self.customs)
        return format_decimal(value, f"#,##0.{'0' * decimals}" if decimals else "#,##0", locale=self.customs)

    def format_percent(self, share: float) -> str:
        """A share between 0 and 1 as whole per cent."""
        return format_percent(share, locale=self.customs)

    def language_name(self, locale: str = "") -> str:
        """The name of `locale` (or of this one) in its own language, with a capital: English, Français."""
        name = Locale.parse(locale or self.locale).get_display_name() or locale
        return name[:1].upper() + name[1:]

    def language_called(self, locale: str) -> str:
        """What `locale` is called in a sentence of this language: French, or français."""
        return Locale.parse(locale).get_display_name(self.locale) or locale


@dataclass(frozen=True)
class Catalogues:
    """Every language that the installation speaks, read once at start."""

    messages: Mapping[str, NullTranslations]

    @classmethod
    def load(cls, *folders: Path, source: str = "en") -> "Catalogues":
        """Read `<locale>/LC_MESSAGES/<domain>.mo` under each folder; later folders (plugins) add to earlier ones.
        The language of the message ids, `source`, needs no file."""
        found: dict[str, NullTranslations] = {source: NullTranslations()}
        for path in (path for folder in folders for path in sorted(folder.glob("*/LC_MESSAGES/*.mo"))):
            locale = path.parent.parent.name
            with path.open("rb") as stream:
                read = Translations(stream, domain=DOMAIN)
            known = found.get(locale)
            found[locale] = known.add(read) if isinstance(known, Translations) else read
        return cls(found)

    @property
    def locales(self) -> tuple[str, ...]:
        """The languages on offer, the source language first."""
        return tuple(self.messages)

    def translator(self, locale: str, territory: str = "CA") -> Translator:
        """The Translator for `locale`; a language without a catalogue keeps its dates and reads in English."""
        language = locale.replace("_", "-").split("-")[0].lower()
        return Translator(language, territory, self.messages.get(language, NullTranslations()))


def negotiate(header: str, allowed: Sequence[str], default: str) -> str:
    """The language of `allowed` that an Accept-Language `header` likes best (RFC 9110 §12.5.4), else `default`.
    What can't be read in the header is passed over."""
    best, liking = default, 0.0
    for weight, tag in _wishes(header):
        match = next((code for code in allowed if _speaks(tag, code)), None)
        if match is not None and weight > liking:
            best, liking = match, weight
    return best


def _wishes(header: str) -> list[tuple[float, str]]:
    wishes = []
    for part in header[:1000].split(","):
        tag, _sep, parameters = part.strip().partition(";")
        wishes.append((_weight(parameters), tag.strip().lower()))
    return wishes


def _weight(parameters: str) -> float:
    name, _sep, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value) if name.strip().lower() == "q" else 0.0
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0


def _speaks(tag: str, code: str) -> bool:
    return tag == code.lower() or tag.split("-", maxsplit=1)[0] == code.lower()
