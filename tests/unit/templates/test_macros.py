"""The environment, the shell, the macros and the mails, without a browser."""

import hashlib
import re
from types import SimpleNamespace

import pytest
from jinja2 import UndefinedError

from reciproca.core.csrf import FIELD
from reciproca.core.i18n import Catalogues
from reciproca.templates.loader import FOLDER, STATIC, TRANSLATIONS, environment, render
from reciproca.templates.shell import Shell, initials

CATALOGUES = Catalogues.load(TRANSLATIONS)
ENVIRONMENT = environment(CATALOGUES)
MAIL = {
    "organisation": "Riverbend",
    "heading": "Tom & Ann wait",
    "greeting": "Dear Dr. Desrosiers,",
    "paragraphs": ["One.", "Two."],
    "button": {"text": "Open", "href": "https://example.org/a?b=1&c=2"},
    "closing": "Thank you.",
    "why": "you are asked to sign.",
}


def page(locale: str = "en", **shell: str) -> str:
    frame = Shell(**({"organisation": "Riverbend"} | shell))  # type: ignore[arg-type]  # a mapping of plain strings
    return render(ENVIRONMENT, "pages/gallery.html", CATALOGUES.translator(locale), shell=frame)


def macro(call: str, **context: object) -> str:
    source = '{% import "pages/ui.html" as ui with context %}{{ ' + call + " }}"
    return ENVIRONMENT.from_string(source).render(translator=CATALOGUES.translator("en"), **context)


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_every_piece_renders(locale: str) -> None:
    """Protects the gallery: each macro in each state renders in both languages, strict about names."""
    html = page(locale)
    assert f'<html lang="{locale}" dir="ltr"' in html
    assert ("Passer au contenu" in html) == (locale == "fr")


def test_pages_hold_no_inline_style_or_script() -> None:
    """Protects the strict content policy: no style attribute, no handler, no script text, no foreign address."""
    html = page()
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)|javascript:", html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_ids_on_a_page_are_unique() -> None:
    """Protects labels and descriptions: an id names one thing."""
    ids = re.findall(r'\sid="([^"]+)"', page())
    assert sorted(ids) == sorted(set(ids))


def test_what_people_wrote_is_escaped() -> None:
    """Protects readers from the names and promises that others type."""
    assert "<script>" not in page(organisation="<script>x</script>")
    html = macro("ui.pair(1, x, {'who': x, 'text': x}, {'who': x, 'text': x}, end=ui.chip(x))", x="<b>'\"&")
    assert "<b>" not in html
    assert html.count("&lt;b&gt;") == 6
    field = macro("ui.field('n', x, value=x, hint=x, error=x, attrs={'data-x': x})", x='"><i>')
    assert "<i>" not in field


def test_an_unknown_name_is_an_error() -> None:
    """Protects against silent holes: a forgotten value fails loudly."""
    with pytest.raises(UndefinedError):
        ENVIRONMENT.from_string("[{{ forgotten }}]").render()


def test_a_form_carries_the_name_that_the_door_reads() -> None:
    """Protects forms from being refused: the hidden field has the name that core.csrf looks for."""
    assert f'name="{FIELD}" value="t"' in macro("ui.token('t')")


def test_a_mistake_is_tied_to_its_field() -> None:
    """Protects those who listen: the summary links to the field, and the field names its mistake."""
    fault = SimpleNamespace(field="staff", reason="A letter.", remedy="Use digits.")
    assert 'href="#staff"' in macro("ui.error_summary([f])", f=fault)
    html = macro("ui.field('staff', 'Staff', hint='h', error='A letter.')")
    assert 'aria-describedby="staff-hint staff-error"' in html
    assert 'aria-invalid="true"' in html


def test_a_change_is_said_in_words() -> None:
    """Protects those who see no colour: deleted and inserted are written."""
    html = macro("ui.redline(redline('60 days', '30 days'))")
    assert "deleted:" in html
    assert "inserted:" in html
    assert "<del" in html
    assert "<ins" in html


def test_a_mail_and_its_twin_say_the_same() -> None:
    """Protects plain-text readers: each sentence and the address are in both; only the HTML one is escaped."""
    html = render(ENVIRONMENT, "mail/notice.html", CATALOGUES.translator("fr"), **MAIL)
    text = render(ENVIRONMENT, "mail/notice.txt", CATALOGUES.translator("fr"), **MAIL)
    assert "Tom &amp; Ann wait" in html
    assert "Tom & Ann wait" in text
    for said in ["Dear Dr. Desrosiers,", "One.", "Two.", "Thank you.", "Pourquoi vous recevez ce message"]:
        assert said in html
        assert said in text
    assert "https://example.org/a?b=1&c=2" in text
    assert "https://example.org/a?b=1&amp;c=2" in html
    assert not re.search(r"\n{4}", text)
    assert "<img" not in html


def test_initials() -> None:
    """Protects the badge: first and last name, titles left out."""
    names = ["Dr. Marie Desrosiers", "Marie-Ève de la Côté", "Cher", "", "Dr. J. Whitehorse"]
    assert [initials(name) for name in names] == ["MD", "MC", "C", "", "JW"]


def test_files_from_others_are_unchanged() -> None:
    """Protects against a quiet edit: each vendored file has the digest that the list names, and each is listed."""
    listed = dict(
        reversed(line.split())
        for line in (STATIC / "vendor/VENDOR.txt").read_text().splitlines()
        if "  " in line
    )
    assert {name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest() for name in listed} == listed
    held = {
        str(path.relative_to(STATIC)) for room in ["vendor", "fonts"] for path in (STATIC / room).iterdir()
    }
    assert held - set(listed) == {"vendor/VENDOR.txt", "fonts/README.txt", "fonts/faces.css"}


def test_no_template_is_long() -> None:
    """Protects small rooms: templates and static text stay under 400 lines."""
    files = [path for kind in ("html", "txt", "css", "js") for path in FOLDER.rglob(f"*.{kind}")]
    assert [path.name for path in files if len(path.read_bytes().splitlines()) > 400] == []
