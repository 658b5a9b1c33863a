"""A first-time signer with no account and no second factor goes from the mail to the signed copy in at most six taps
besides typing the name and the code: on a small phone, on a slow network, in both languages, with scripts and without.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page
from werkzeug.serving import make_server

from tests import nu
from tests.browser.looks import THEMES_AND_WIDTHS
from tests.browser.test_signing import PHONE, RULES, Quiet, browser, name
from tests.building import guests
from tests.building import signing as build
from tests.building.house import BEGINNING, RunningClock, an_app, an_installation
from tests.building.invariants import broken
from tests.building.signing import Hospital

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""Bytes and milliseconds: what browsers call slow 3G, 400 kbit/s."""
MOST, PEOPLE = 6, 9
__all__ = ["browser"]


class Site:
    """A served hospital of people without accounts; each test takes one of its own."""

    def __init__(self, hospital: Hospital, address: str) -> None:
        self.hospital, self.address = hospital, address
        self._next = 0

    def guest(self) -> tuple[str, str]:
        """Somebody without an account, and the mailbox of their own that codes go to."""
        self._next += 1
        return f"P{self._next}", f"home{self._next}@elsewhere.example"

    def link(self, staff_id: str) -> str:
        """The personal link, as it stands in the mail."""
        path = f"/invited/{guests.token(self.hospital, staff_id)}"
        assert any(
            path in text for text in guests.mailed(self.hospital, f"{staff_id.lower()}@riverbend.example")
        )
        return f"{self.address}{path}"


class Finger:
    """Counts its taps."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, where: Locator) -> None:
        """One tap."""
        self.taps += 1
        where.tap()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home: Path = tmp_path_factory.mktemp("guests")
    installation = an_installation(home / "home", f"sqlite:///{home / 'db'}", RunningClock(BEGINNING))
    hospital = build.a_hospital(installation, physicians=PEOPLE)
    for number in range(1, PEOPLE + 1):
        guests.a_guest(hospital, f"P{number}", f"home{number}@elsewhere.example")
    server = make_server("127.0.0.1", 0, an_app(installation), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(hospital, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()
    assert broken(installation) == []
    installation.database.dispose()


@pytest.mark.parametrize(
    ("scripts", "lang"),
    [
        (True, "en"),
        (False, "fr"),
        pytest.param(True, "fr", marks=pytest.mark.deep),
        pytest.param(False, "en", marks=pytest.mark.deep),
    ],
)
def test_from_the_mail_to_the_copy_in_six_taps(
    browser: Browser, site: Site, lang: str, scripts: bool
) -> None:
    """Tap the link, have a code sent, type name and code, tick twice, sign, take the copy."""
    staff_id, mailbox = site.guest()
    context = browser.new_context(**PHONE, java_script_enabled=scripts, locale=lang, accept_downloads=True)
    page, finger = slow(context.new_page()), Finger()
    open_mail(page, site.link(staff_id) + f"?lang={lang}")
    finger.tap(page.get_by_role("link"))
    page.wait_for_url("**/invited/*")
    assert page.locator(".pair").count() == 14
    assert page.locator("html").get_attribute("lang") == lang
    finger.tap(page.locator(".sticky-bar button"))
    page.wait_for_url("**/invited/sign*")
    page.locator("#name").fill(name(staff_id))
    finger.tap(page.locator("label[for=intent]"))
    finger.tap(page.locator("label[for=consent]"))
    page.locator("#code").fill(guests.code(site.hospital, mailbox))
    finger.tap(page.locator("#sign button.btn--large"))
    page.wait_for_url("**/invited/done*")
    made = threading.Thread(
        target=site.hospital.seal
    )  # sealing has an event loop of its own, and so has the browser
    made.start()
    made.join()
    with page.expect_download() as taken:
        finger.tap(page.locator("a[href='/invited/copy.pdf']"))
    assert taken.value.path().read_bytes()[:5] == b"%PDF-"
    assert finger.taps <= MOST
    context.close()


@pytest.mark.parametrize(("theme", "width"), [*THEMES_AND_WIDTHS, ("light", 360)])
def test_axe_and_the_checker_find_nothing(
    browser: Browser, site: Site, theme: str, width: int, tmp_path: Path
) -> None:
    """WCAG 2.2 A and AA on every page of a guest, refused forms included; and its HTML is right."""
    view: dict[str, Any] = {"viewport": {"width": width, "height": 640}, "color_scheme": theme}
    context = browser.new_context(**view, reduced_motion="reduce")
    page, faults, files = context.new_page(), {}, []

    def look(at: str) -> None:
        found = Axe().run(page, options={"runOnly": RULES})
        if found.violations_count:
            faults[at] = found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") == width, at
        files.append(tmp_path / f"{at}.html")
        files[-1].write_text(context.request.get(page.url).text())

    for at in walk(page, site):
        look(at)
    assert faults == {}
    assert nu.errors(files) == []
    context.close()


def walk(page: Page, site: Site) -> Iterator[str]:
    """Every page of one guest, named."""
    staff_id, mailbox = site.guest()
    page.goto(site.link(staff_id))
    yield "letter"
    page.locator("button:visible", has_text="Send me a code").first.click()
    page.wait_for_url("**/invited/sign*")
    yield "form"
    page.goto(f"{site.address}/invited/other")
    yield "other"
    page.goto(f"{site.address}/invited/sign")
    page.locator("#sign button.btn--large").click()
    page.wait_for_selector(".errors")
    yield "refused"
    page.locator("#name").fill(name(staff_id))
    for box in ("intent", "consent"):
        page.locator(f"label[for={box}]").click()
    page.locator("#code").fill(guests.code(site.hospital, mailbox))
    page.locator("#sign button.btn--large").click()
    page.wait_for_url("**/invited/done*")
    yield "done"


def slow(page: Page) -> Page:
    """The page on a slow network."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    return page


def open_mail(page: Page, link: str) -> None:
    """A mail program that shows the link."""
    page.set_content(f'<!doctype html><title>Mail</title><p><a href="{link}">Read and answer</a></p>')
