"""The gallery in a real browser: every piece, both themes, wide and narrow, without and with a pointer."""

import shutil
import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.gallery_site import application
from tests.browser.looks import THEMES_AND_WIDTHS, WIDTHS

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTH = "document.documentElement.scrollWidth"


class Quiet(WSGIRequestHandler):
    """Keeps each request out of the test's output."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed. Run: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield launched
        launched.close()


def opened(browser: Browser, address: str, width: int = 1280, **context: Any) -> tuple[Page, list[str]]:
    """A page at `address`, and what its console and its requests complain of."""
    page = browser.new_context(viewport={"width": width, "height": 800}, **context).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request", lambda sent: None if sent.url.startswith(address[:20]) else complaints.append(sent.url)
    )
    page.goto(address)
    page.evaluate("document.fonts.ready")
    return page, complaints


@pytest.mark.parametrize(("theme", "width"), THEMES_AND_WIDTHS)
@pytest.mark.parametrize("path", ["/?lang=fr", "/error"])
def test_axe_finds_nothing(browser: Browser, site: str, path: str, theme: str, width: int) -> None:
    """Protects WCAG 2.2 AA on every piece in every state, with the theme that the system wishes."""
    page, complaints = opened(browser, site + path, width, color_scheme=theme)
    found = Axe().run(page, options={"runOnly": RULES})
    page.context.close()
    assert found.violations_count == 0, found.generate_report()
    assert complaints == []


@pytest.mark.parametrize("path", ["/", "/?lang=fr", "/error"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(browser: Browser, site: str, width: int, path: str) -> None:
    """Protects reflow (WCAG 1.4.10) from the narrowest phone up, mirrored as well."""
    page, _complaints = opened(browser, site + path, width)
    assert page.evaluate(WIDTH) == width
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(WIDTH) == width
    page.context.close()


def test_what_is_pressed_is_large_enough(browser: Browser, site: str) -> None:
    """Protects thumbs: buttons, tick rows, tabs and fields are 44 px high on a phone."""
    page, _complaints = opened(browser, site + "/", 390, has_touch=True, is_mobile=True)
    small = page.evaluate(
        "[...document.querySelectorAll('.btn, .check, .seg__item, .nav__link, .input, summary, .lang a, .foot a')]"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.9).map(e => e.outerHTML.slice(0, 80))"
    )
    page.context.close()
    assert small == []


def test_ratings_stand_two_and_two_on_a_phone(browser: Browser, site: str) -> None:
    """Protects whoever rates 28 promises on a phone: four choices take two rows, not four."""
    page, _complaints = opened(browser, site + "/", 390, has_touch=True, is_mobile=True)
    tops = page.evaluate(
        "[...document.querySelectorAll('#kept .check')].map(e => Math.round(e.getBoundingClientRect().top))"
    )
    page.context.close()
    assert (len(tops), len(set(tops))) == (4, 2)


def test_the_keyboard_is_seen_and_not_covered(browser: Browser, site: str) -> None:
    """Protects keyboard use: the skip link comes first, focus has its amber ring, the bar never hides it."""
    page, _complaints = opened(browser, site + "/", 390, reduced_motion="reduce")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _step in range(30):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "(() => { const e = document.activeElement, box = e.getBoundingClientRect(), bar ="
            " document.querySelector('.sticky-bar'), top = bar.getBoundingClientRect().top;"
            " const ring = getComputedStyle(e.closest('.check') ?? e).outline;"
            " return {name: e.outerHTML.slice(0, 80), ring, covered: !bar.contains(e) && box.top > top"
            " && box.top < bar.getBoundingClientRect().bottom } })()"
        )
        assert seen["ring"] == "rgb(255, 191, 0) solid 3px", seen["name"]
        assert not seen["covered"], seen["name"]
    page.context.close()


def test_the_menu_works_without_script(browser: Browser, site: str) -> None:
    """Protects people without JavaScript: the menu opens and sign-out is a form in it."""
    page, _complaints = opened(browser, site + "/", 390, java_script_enabled=False)
    page.locator("details.menu > summary").click()
    assert page.get_by_role("button", name="Sign out").is_visible()
    page.context.close()


def test_a_double_press_sends_once(browser: Browser, site: str) -> None:
    """Protects from two sendings: a form marked once goes out once, however often it is pressed."""
    page, _complaints = opened(browser, site + "/")
    sent = page.evaluate(
        "(() => { let sent = 0; const form = document.querySelector('[data-once]');"
        " addEventListener('submit', (e) => { if (!e.defaultPrevented) sent++; e.preventDefault(); });"
        " form.requestSubmit(); form.requestSubmit(); return sent })()"
    )
    page.context.close()
    assert sent == 1


def test_the_chosen_theme_wins(browser: Browser, site: str) -> None:
    """Protects a person's choice of theme against the system's."""
    ground = "getComputedStyle(document.body).backgroundColor"
    shown = {}
    for chosen, system in [("dark", "light"), ("light", "dark"), ("", "dark")]:
        page, _complaints = opened(browser, f"{site}/?theme={chosen}", color_scheme=system)
        shown[chosen, system] = page.evaluate(ground)
        page.context.close()
    assert shown["dark", "light"] == shown["", "dark"] != shown["light", "dark"]
