"""A steward looks at a campaign before opening it, in a real browser on the narrowest phone, in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import func, select

from reciproca.compacts.signing.tables import Campaign
from reciproca.core.identity import system
from tests import nu
from tests.browser.test_pages import AXE, chromium, served
from tests.browser.test_signing import Site
from tests.building import signing as build
from tests.building.house import an_app, an_installation


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A hospital where nobody is asked yet."""
    installation = an_installation(tmp_path / "home", f"sqlite:///{tmp_path / 'db'}")
    hospital = build.a_hospital(installation, campaign=False)
    with served(an_app(installation)) as address:
        yield Site(hospital, address)
    installation.database.dispose()


def test_the_preview_is_whole_and_asks_nobody(site: Site, tmp_path: Path) -> None:
    """Days are typed, one tap shows what they come to and how the mails read; nothing is wrong with the page."""
    hospital, saved = site.hospital, []
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 320, "height": 800}, reduced_motion="reduce")
        page = site.come_in(context, "S1")
        for language, shown, scheme in (
            ("en", "What would be sent", "light"),
            ("fr", "Ce qui serait envoyé", "dark"),
        ):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its literals
            page.goto(f"{site.address}/compacts/{hospital.compact}/campaign?lang={language}")
            page.fill("[name=due]", "2026-10-01")
            page.fill("[name=remind_after]", "6")
            page.locator("button[name=show]").click()
            page.wait_for_url("**/campaign#sending")
            card = page.locator("#sending")
            expect(card.get_by_role("heading", level=2)).to_have_text(shown)
            expect(card).to_contain_text("Labour Day" if language == "en" else "Fête du Travail")
            expect(page.locator("[name=remind_after]")).to_have_value("6")
            for letter in card.locator("details").all():
                letter.locator("summary").click()
            assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            assert Axe().run(page, options=AXE).response["violations"] == []
            saved.append(tmp_path / f"{language}.html")
            saved[-1].write_text(page.content())
    assert nu.errors(saved) == []
    with hospital.installation.work(system("test"), hospital.place, write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(Campaign)) == 0
