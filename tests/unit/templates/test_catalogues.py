"""Languages: French plurals, dates, blanks; the choice of language; the catalogues' own check."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reciproca.core.i18n import Catalogues, Translator, negotiate
from reciproca.templates import catalogues
from reciproca.templates.loader import TRANSLATIONS

FRENCH = Catalogues.load(TRANSLATIONS).translator("fr")
ENGLISH = Catalogues.load(TRANSLATIONS).translator("en")
WHEN = datetime(2026, 12, 5, 4, 30, tzinfo=UTC)


def test_french_counts_zero_as_one() -> None:
    """Protects French grammar: 0 and 1 are singular, 2 is plural; English differs at 0."""
    one, many = "There is %(num)s thing to put right", "There are %(num)s things to put right"
    said = [FRENCH.ngettext(one, many, count).split()[4] for count in (0, 1, 2)]
    assert said == ["point", "point", "points"]
    assert ENGLISH.ngettext(one, many, 0) == many
    assert [FRENCH.plural(count) for count in (0, 1, 2)] == ["one", "one", "other"]


def test_a_time_is_told_with_its_place() -> None:
    """Protects deadlines: the same instant is the evening before in Toronto, and the zone is named."""
    assert ENGLISH.format_instant(WHEN, "America/Toronto") == "December 4, 2026, 11:30\u202fp.m. EST"
    assert FRENCH.format_instant(WHEN, "America/Toronto") == "4 décembre 2026, 23 h 30 HNE"


def test_dates_and_numbers_follow_the_language() -> None:
    """Protects figures: Canadian French groups and sets off per cent with a no-break space."""
    assert FRENCH.format_date(date(2026, 12, 4), "full") == "vendredi 4 décembre 2026"
    assert FRENCH.format_number(1234.5, 1) == "1\u00a0234,5"
    assert ENGLISH.format_number(1234) == "1,234"
    assert FRENCH.format_percent(0.85) == "85\u00a0%"
    assert (FRENCH.language_name(), ENGLISH.language_name(), FRENCH.direction) == (
        "Français",
        "English",
        "ltr",
    )


def test_an_unknown_language_reads_in_english() -> None:
    """Protects against a missing catalogue: words fall back, and empty text is not the header."""
    assert Catalogues.load(TRANSLATIONS).translator("de").gettext("Sign out") == "Sign out"
    assert FRENCH.gettext("") == ""
    assert FRENCH.gettext("Sign out") == "Fermer la session"
    assert Translator("ar", "EG").direction == "rtl"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("en;q=0.3, fr;q=0.7", "fr"),
        ("de, fr;q=0", "en"),
        ("", "en"),
        ("fr;q=banana, en-GB;q=0.2", "en"),
        ("fr;q=7", "en"),
        (",;=,,fr", "fr"),
        ("x" * 5000 + ",fr", "en"),
    ],
)
def test_the_browser_s_wish_is_heard(header: str, language: str) -> None:
    """Protects the first page: the best-liked language on offer, and calm with a broken header."""
    assert negotiate(header, ("en", "fr"), "en") == language


def test_a_compiled_catalogue_is_reproducible() -> None:
    """Protects the committed .mo files: they are exactly what their .po files give."""
    for path in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
        assert path.with_suffix(".mo").read_bytes() == catalogues._compiled(path)


def test_the_check_names_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects the check itself: a hole, a stray blank and a stale file are each named."""
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    said = '\nmsgid "Sign out"\nmsgstr ""\n\nmsgid "Mistake:"\nmsgstr "Erreur :"\n'
    (folder / "reciproca.po").write_text(head + said, encoding="utf-8")
    monkeypatch.setattr(catalogues, "TRANSLATIONS", tmp_path)
    faults = "\n".join(catalogues.check())
    assert "behind the sources" in faults
    assert "compiled catalogue is behind" in faults
    assert "not translated: 'Sign out'" in faults
    assert "plain blank" in faults
