"""A physician signs in a real browser: on a small phone by touch, at a desk by keyboard alone, in both languages, with
scripts and without."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from reciproca.compacts.signing.tables import Ceremony, Signature, SignatureRequest
from reciproca.core.identity import system
from tests import nu
from tests.browser.looks import THEMES_AND_WIDTHS, WIDTHS
from tests.building import signing as build
from tests.building.house import an_app, an_installation
from tests.building.signing import Hospital

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True, "reduced_motion": "reduce",
}  # fmt: skip
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
PHYSICIANS = 14
SIGN = "#sign button.btn--large"


class Quiet(WSGIRequestHandler):
    """Keeps each request out of the test's output."""

    def log(self, *_said: Any) -> None:
        """Say nothing."""


class Site:
    """A served hospital. Each test takes a physician of its own."""

    def __init__(self, hospital: Hospital, address: str) -> None:
        self.hospital, self.address = hospital, address
        self._next = 0

    def physician(self) -> str:
        """Somebody who hasn't answered yet."""
        self._next += 1
        return f"P{self._next}"

    def come_in(self, context: BrowserContext, staff_id: str) -> Page:
        """A page on which that person has signed in."""
        page = context.new_page()
        page.goto(f"{self.address}/auth/sign-in")
        page.fill("[name=email]", f"{staff_id.lower()}@riverbend.example")
        page.fill("[name=password]", build.PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/auth/sign-in" not in url)
        return page

    def invitation(self, staff_id: str, lang: str = "en") -> str:
        """The address of the person's invitation."""
        return f"{self.address}/sign/{self.hospital.requests[staff_id]}?lang={lang}"

    def signed_in(self, staff_id: str) -> str | None:
        """The language in which that person has signed, if they have."""
        hospital = self.hospital
        with hospital.installation.work(system("test"), hospital.place, write=False) as work:
            slots = dict(work.session.execute(select(Signature.name_as_signed, Signature.locale)).all())
        return slots.get(name(staff_id))


def name(staff_id: str) -> str:
    """The person's name as it is on the list."""
    return str(build.answers(_NOBODY, staff_id)["name"])


_NOBODY: Any = type("Nobody", (), {"requests": dict.fromkeys((f"P{n}" for n in range(1, 99)), "")})()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home: Path = tmp_path_factory.mktemp("signing")
    installation = an_installation(home / "home", f"sqlite:///{home / 'db'}")
    hospital = build.a_hospital(installation, physicians=PHYSICIANS)
    app = an_app(installation)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(hospital, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()
    installation.database.dispose()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed. Run: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("scripts", [True, False])
def test_signing_on_a_small_phone_by_touch(browser: Browser, site: Site, lang: str, scripts: bool) -> None:
    """At 360×640: one tap to the form, one to open it, then name, two ticks, password, one tap to sign."""
    staff_id = site.physician()
    context = browser.new_context(**PHONE, java_script_enabled=scripts, locale=lang)
    page = site.come_in(context, staff_id)
    page.goto(site.invitation(staff_id, lang))
    assert page.locator(".pair").count() == 14
    page.locator(".sticky-bar a").tap()
    page.locator(SIGN).tap()
    page.wait_for_url("**#sign")
    page.locator("#name").fill(name(staff_id))
    page.locator("label[for=intent]").tap()
    page.locator("label[for=consent]").tap()
    page.locator("#password").fill(build.PASSWORD)
    page.locator(SIGN).tap()
    page.wait_for_url("**/done*")
    context.close()
    assert site.signed_in(staff_id) == lang


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_signing_at_a_desk_by_keyboard_alone(browser: Browser, site: Site, lang: str) -> None:
    """At 1280, with Tab, Space and Enter only: every control is reached in the order in which it is read."""
    staff_id = site.physician()
    context = browser.new_context(**DESK, locale=lang)
    page = site.come_in(context, staff_id)
    page.goto(site.invitation(staff_id, lang))
    reach(page, SIGN)
    page.keyboard.press("Enter")
    page.wait_for_url("**#sign")
    page.wait_for_selector("#name")
    reach(page, "#name")
    page.keyboard.type(name(staff_id))
    for box in ("#intent", "#consent"):
        page.keyboard.press("Tab")
        assert page.locator(box).evaluate("e => e === document.activeElement")
        page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type(build.PASSWORD)
    page.keyboard.press("Tab")
    assert page.locator(SIGN).evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url("**/done*")
    context.close()
    assert site.signed_in(staff_id) == lang


def test_a_mistake_is_seen_where_it_was_made(browser: Browser, site: Site) -> None:
    """After a refused form the summary has the focus and is in sight, beside the form, with links to each field."""
    staff_id = site.physician()
    context = browser.new_context(**PHONE)
    page = site.come_in(context, staff_id)
    page.goto(site.invitation(staff_id))
    page.locator(SIGN).tap()
    page.wait_for_url("**#sign")
    page.locator("#name").fill("Somebody Else")
    page.locator(SIGN).tap()
    page.wait_for_selector(".errors")
    expect(page.locator(".errors")).to_be_focused()
    expect(page.locator(".errors h2")).to_be_in_viewport()
    assert page.locator(".errors li").count() == 4
    assert page.locator("#name").input_value() == "Somebody Else"
    page.locator(".errors a").first.tap()
    expect(page.locator("#name")).to_be_focused()
    context.close()
    assert site.signed_in(staff_id) is None


@pytest.mark.parametrize(("theme", "width"), THEMES_AND_WIDTHS)
def test_axe_finds_nothing_on_any_page_of_signing(
    browser: Browser, site: Site, theme: str, width: int
) -> None:
    """WCAG 2.2 A and AA on every page, the opened form and the refused one included, in both themes."""
    view = {"viewport": {"width": width, "height": 800}, "color_scheme": theme, "reduced_motion": "reduce"}
    faults = {}
    for person, address in pages(site):
        context = browser.new_context(**view)
        page = site.come_in(context, person)
        page.goto(site.address + address)
        found = Axe().run(page, options={"runOnly": RULES})
        if found.violations_count:
            faults[address] = found.generate_report()
        context.close()
    assert faults == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_of_signing_scrolls_sideways(browser: Browser, site: Site, width: int) -> None:
    """Reflow (WCAG 1.4.10) from the narrowest phone up."""
    wide = {}
    for person, address in pages(site):
        context = browser.new_context(viewport={"width": width, "height": 800})
        page = site.come_in(context, person)
        page.goto(site.address + address)
        wide[address] = page.evaluate("document.documentElement.scrollWidth")
        context.close()
    assert set(wide.values()) == {width}, wide


def test_the_html_of_every_page_is_right(browser: Browser, site: Site, tmp_path: Path) -> None:
    """The Nu HTML checker finds no error."""
    files = []
    for number, (person, address) in enumerate(pages(site)):
        context = browser.new_context(**DESK)
        site.come_in(context, person)
        files.append(tmp_path / f"{number}.html")
        files[-1].write_text(context.request.get(site.address + address).text())
        context.close()
    assert nu.errors(files) == []


def pages(site: Site) -> list[tuple[str, str]]:
    """(who, address) of every page of signing: the last physicians are kept for them."""
    hospital = site.hospital
    reader, opener, signer, refuser = (f"P{PHYSICIANS - n}" for n in range(4))
    if site.signed_in(signer) is None:
        build.signed(hospital, signer)
        hospital_page = build.opened(hospital, opener)
        assert hospital_page["nonce"]
    asked = {person: f"/sign/{hospital.requests[person]}" for person in (reader, opener, signer, refuser)}
    return [
        (reader, asked[reader]),
        (opener, asked[opener]),
        (signer, f"{asked[signer]}/done"),
        (refuser, f"{asked[refuser]}/other"),
        ("Y1", "/talks"),
        ("S1", f"/compacts/{hospital.compact}/campaign"),
        ("C1", f"/versions/{hospital.version}/organisation-signature"),
    ]


def reach(page: Page, selector: str) -> None:
    """Press Tab until the thing has the focus; fail when it can't be reached."""
    for _press in range(150):
        page.keyboard.press("Tab")
        if page.locator(selector).evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"{selector} can't be reached by keyboard")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_record_says_what_was_read(browser: Browser, site: Site, scripts: bool) -> None:
    """A theme is ticked where its reader stays; without scripts, by hand. Nothing requires it."""
    staff_id = site.physician()
    context = browser.new_context(**PHONE, java_script_enabled=scripts)
    page = site.come_in(context, staff_id)
    page.goto(site.invitation(staff_id))
    first = page.locator("[data-read]").first
    key = str(first.get_attribute("data-read"))
    page.locator("#sign summary").tap()
    if scripts:
        expect(first).not_to_be_checked()
        page.locator(f"[data-theme-end={key}]").scroll_into_view_if_needed()
        expect(first).to_be_checked()
    else:
        page.locator(f"label[for=read-{key}]").tap()
    page.locator(SIGN).tap()
    page.wait_for_url("**#sign")
    context.close()
    hospital = site.hospital
    with hospital.installation.work(system("test"), hospital.place, write=False) as work:
        mine = select(Ceremony.read).join(SignatureRequest, SignatureRequest.id == Ceremony.request_id)
        read = work.session.scalars(mine.filter(SignatureRequest.uid == hospital.requests[staff_id])).one()
    assert read == [key]
