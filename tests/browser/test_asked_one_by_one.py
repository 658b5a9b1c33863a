"""A physician answers seven questions on a small phone, by keyboard alone, and the pages around it are whole."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from reciproca.core.identity import Role
from reciproca.plugins.types import Rating, Side
from tests import nu
from tests.browser.test_pages import chromium, served
from tests.browser.test_signing import PHONE, RULES, reach
from tests.building.access import PASSWORD, an_account
from tests.building.polling import asking, say, shares, speak
from tests.building.reviewing import ReviewedSite


class Ward:
    """A served hospital whose forty physicians are asked one by one, and a browser to sit at."""

    def __init__(self, site: ReviewedSite, browser: Browser, address: str) -> None:
        self.site, self.browser, self.address = site, browser, address

    def page(self, who: str, path: str, lang: str = "en", *, scripts: bool = True) -> Page:
        """A page on a phone, with somebody signed in."""
        context = self.browser.new_context(**PHONE, locale=lang, java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"{self.address}/auth/sign-in")
        page.fill("[name=email]", f"{who}@riverbend.example")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/auth/sign-in" not in url)
        page.goto(f"{self.address}{path}?lang={lang}")
        return page


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """One for all tests."""
    home: Path = tmp_path_factory.mktemp("asked")
    with ExitStack() as stack:
        site = stack.enter_context(ReviewedSite(home / "home", f"sqlite:///{home / 'db'}"))
        asking(site.hospital, 40)
        for one in range(2):
            an_account(
                site.installation, site.hospital.place, f"d{one}@riverbend.example", roles=[Role.PHYSICIAN]
            )
        browser = stack.enter_context(chromium())
        yield Ward(site, browser, stack.enter_context(served(site.app)))


@pytest.mark.parametrize("scripts", [True, False])
def test_seven_answers_by_keyboard_alone(ward: Ward, scripts: bool) -> None:
    """Protects three minutes on a phone: Tab, arrows and Enter; then the page says that they are kept."""
    page = ward.page(
        "d0" if scripts else "d1", f"/asked/{shares(ward.site.hospital)[not scripts].uid}", scripts=scripts
    )
    for question in page.locator("fieldset").all():
        first = question.locator("input").first
        reach(page, f"#{first.get_attribute('id')}")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
    reach(page, "main button.btn--large")
    page.keyboard.press("Enter")
    page.wait_for_url("**kept=1*")
    expect(page.get_by_role("radio", checked=True)).to_have_count(7)
    page.context.close()


def test_every_page_of_it_is_whole(ward: Ward, tmp_path: Path) -> None:
    """Protects everybody’s reading, in French: axe, HTML, no sideways scrolling, before the seal opens and after."""
    hospital = ward.site.hospital
    asked, review = f"/asked/{shares(hospital)[0].uid}", f"/reviews/{hospital.review().uid}"
    for place, share in enumerate(shares(hospital)[2:]):
        say(hospital, share, Rating.NOT_KEPT if place // 2 % 3 else Rating.KEPT)
    saved = [*_looked_at(ward, tmp_path, ("d0", asked), ("steward", review), ("pelletier", review))]
    for side in Side:
        speak(hospital, side)
    hospital.tick(hospital.review().seal_opens_on)
    saved += _looked_at(ward, tmp_path, ("d0", asked), ("steward", review), ("doctor", review))
    hospital.tick(hospital.review().closes_on)
    hospital.tick()
    saved += _looked_at(ward, tmp_path, ("steward", f"/reviews/{hospital.review().uid}"))
    assert "\n".join(nu.errors(saved)) == ""


def _looked_at(ward: Ward, folder: Path, *pages: tuple[str, str]) -> Iterator[Path]:
    """Each page as a file, after axe has found nothing on it."""
    for who, path in pages:
        page = ward.page(who, path, "fr")
        assert Axe().run(page, options={"runOnly": RULES}).response["violations"] == [], path
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), path
        saved = folder / f"{len(list(folder.iterdir()))}.html"
        saved.write_text(page.request.get(page.url).text())
        page.context.close()
        yield saved
