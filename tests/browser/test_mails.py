"""Mails as they are read: on a narrow phone, in light and in dark colours, in both languages; and in a list of mails,
where nothing secret shows."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from reciproca.templates import loader
from reciproca.templates.web import Catalogues
from tests import nu
from tests.browser.test_pages import AXE
from tests.browser.test_signing import ARGUMENTS

BUTTON = {"text": "Open it", "href": f"https://compacts.hospital.example/invited/{'ABCDEFGH' * 6}"}
COMMON = {
    "organisation": "Riverbend Hospital",
    "heading": "You are invited: What we owe each other",
    "preview": "You are invited: What we owe each other",
    "greeting": "Hello Sam Roy,",
    "stop": f"https://compacts.hospital.example/courtesy/{'ABCDEFGH' * 6}",
}
PARAGRAPHS = ("Riverbend Hospital invites you to read and answer. You can do so until 15 October 2026.",) * 2
CHECKPOINT = f"riverbend.example/ledger\n12\n{'A' * 44}=\n\n— riverbend.example/ledger {'B' * 120}\n"
MAILS = {
    "notice": {
        "paragraphs": PARAGRAPHS, "button": BUTTON, "closing": "", "checkpoint": CHECKPOINT, "why": "you signed it.",
    },
    "digest": {
        "items": [{"heading": "Due 15 October", "paragraphs": PARAGRAPHS, "button": BUTTON}] * 3,
        "paragraphs": PARAGRAPHS, "why": ("you signed it.", "you are asked."),
    },
}  # fmt: skip


def mail(name: str, kind: str, locale: str) -> str:
    """One of the mails, as HTML or plain text."""
    catalogues = Catalogues.load(loader.TRANSLATIONS)
    environment = loader.environment(catalogues)
    words = {**COMMON, **MAILS[name]}
    return loader.render(environment, f"mail/{name}.{kind}", catalogues.translator(locale), **words)


@contextmanager
def a_phone() -> Iterator[Page]:
    """A phone of the narrowest sort."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is missing; run ./dev setup (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser.new_page(viewport={"width": 320, "height": 800})
        browser.close()


def test_mails_are_read_on_a_phone_in_light_and_in_the_dark(tmp_path: Path) -> None:
    """No sideways scrolling, no fault for axe (contrast is one of its checks) or the HTML checker; in the dark the page
    is dark, the sheet too, and the button stands out from both."""
    saved = []
    with a_phone() as page:
        for name in MAILS:
            for locale, scheme in (("en", "dark"), ("fr", "light"), ("fr", "dark")):
                html = mail(name, "html", locale)
                path = tmp_path / f"{name}-{locale}-{scheme}.html"
                path.write_text(html, encoding="utf-8")
                saved.append(path)
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                page.set_content(html)
                found = [one["id"] for one in Axe().run(page, options=AXE).response["violations"]]
                assert found == [], (name, locale, scheme)
                assert page.evaluate("document.documentElement.scrollWidth") <= 320, (name, locale)
                light = [lightness(page, one) for one in (".page", ".sheet")]
                assert all(one < 0.25 if scheme == "dark" else one > 0.9 for one in light), (scheme, light)
    assert "\n".join(nu.errors(saved)) == ""


def lightness(page: Page, selector: str) -> float:
    """How light the ground of the first such thing is, from 0 to 1."""
    colour = page.locator(selector).first.evaluate("one => getComputedStyle(one).backgroundColor")
    numbers = [int(part) for part in re.findall(r"\d+", colour)[:3]]
    return sum(numbers) / 3 / 255


@pytest.mark.parametrize("name", list(MAILS))
def test_a_list_of_mails_shows_the_heading_and_nothing_after_it(name: str) -> None:
    """What lists show beside the subject begins with the preview, and is filled up so that no more fits in."""
    text = re.sub(
        r"<style>.*?</style>|<title>.*?</title>|<[^>]+>", "", mail(name, "html", "en"), flags=re.DOTALL
    )
    shown = " ".join(text.replace("&nbsp;", "\u00a0").split(" "))
    begins = shown.strip()[:200]
    assert begins.startswith(COMMON["heading"])
    assert "ABCDEFGH" not in begins
    assert "Riverbend" not in begins


@pytest.mark.parametrize("name", list(MAILS))
def test_plain_text_says_all_that_the_page_says(name: str) -> None:
    """Whoever reads text alone gets the heading, every line, each link on a line of its own, and why."""
    text = mail(name, "txt", "en")
    lines = text.splitlines()
    assert COMMON["heading"] in lines
    assert BUTTON["href"] in lines
    assert COMMON["stop"] in lines
    assert "<" not in text.replace(CHECKPOINT, "")
    assert "&" not in text
    assert "you signed it." in text
    assert "\n\n\n\n" not in text
