"""A physician comments on a small phone by keyboard alone: finds the promise, knows who will see the name, sends it,
and reads the answer; and what was typed is still there after a mistake."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests import nu
from tests.browser.test_pages import chromium, served
from tests.browser.test_signing import PHONE, RULES, reach
from tests.building.access import PASSWORD, Site
from tests.building.talking import REASON, Table, email


class Ward:
    """A served hospital with an open round, and a browser to sit at."""

    def __init__(self, table: Table, browser: Browser, address: str) -> None:
        self.table, self.browser, self.address = table, browser, address

    def page(self, who: str, end: str, lang: str = "en", *, scripts: bool = True) -> Page:
        """A page of the version on a phone, with somebody signed in."""
        context = self.browser.new_context(**PHONE, locale=lang, java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"{self.address}/auth/sign-in")
        page.fill("[name=email]", email(who))
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/auth/sign-in" not in url)
        page.goto(f"{self.address}{self.table.root}{end}?lang={lang}")
        return page


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """One for all tests; each speaks about a promise of its own."""
    home: Path = tmp_path_factory.mktemp("commenting")
    with ExitStack() as stack:
        table = Table(stack.enter_context(Site(home / "home", f"sqlite:///{home / 'db'}")))
        table.open_round()
        browser = stack.enter_context(chromium())
        yield Ward(table, browser, stack.enter_context(served(table.site.app)))


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("scripts", [True, False])
def test_commenting_on_a_small_phone_by_keyboard_alone(ward: Ward, lang: str, scripts: bool) -> None:
    """Tab, Enter and letters: open the promise's form, read whose eyes it is for, propose other words, send."""
    clause = ward.table.clause(2 * (lang == "fr") + scripts, lang)
    page = ward.page("anna", "/consultation", lang, scripts=scripts)
    form = page.locator(f"form:has(#text-{clause.identity})")
    reach(page, f"details:has(#text-{clause.identity}) > summary")
    page.keyboard.press("Enter")
    expect(form.locator(".note")).to_be_visible()
    page.keyboard.press("Tab")
    assert page.locator(f"#text-{clause.identity}").evaluate("e => e === document.activeElement")
    told, typed = (
        form.locator(".note").bounding_box(),
        page.locator(f"#text-{clause.identity}").bounding_box(),
    )
    assert told
    assert typed
    assert told["y"] < typed["y"]
    page.keyboard.type("A week is too long.")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Always.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#said")
    expect(page.locator("#said")).to_be_in_viewport()
    page.goto(f"{ward.address}{ward.table.root}/my-comments?lang={lang}")
    mine = page.locator("section.card", has_text=clause.text).first
    expect(mine.locator("ins")).to_contain_text("Always.")
    expect(mine.locator("del")).to_have_count(0)
    page.context.close()


def test_a_mistake_keeps_what_was_typed_and_has_the_focus(ward: Ward) -> None:
    """An empty comment is refused beside its form, which is open and still holds the proposed words."""
    clause = ward.table.clause(6)
    page = ward.page("ben", "/consultation")
    reach(page, f"details:has(#text-{clause.identity}) > summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("So much. " * 500)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#errors")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    field = page.locator(f"#text-{clause.identity}")
    expect(field).to_be_in_viewport()
    assert field.input_value() == "So much. " * 500
    assert Axe().run(page, options={"runOnly": RULES}).response["violations"] == []
    page.context.close()


def test_a_drafter_answers_on_a_phone_by_keyboard_alone(ward: Ward, tmp_path: Path) -> None:
    """Tick, choose, say why, send; the author reads the answer, and the pages are whole with all that they can show."""
    clause = ward.table.clause(7)
    for who in ("anna", "ben"):
        ward.table.say(who, "Ten days are far too long.", identity=clause.identity)
    page = ward.page("doctor", "/desk")
    page.goto(f"{ward.address}{ward.table.root}/desk?about={clause.identity}")
    for box in page.locator("[name=pick]").all():
        reach(page, f"#{box.get_attribute('id')}")
        page.keyboard.press("Space")
    reach(page, "#disposition-1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type(REASON)
    reach(page, "button.btn--primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=2*")
    page.context.close()
    saved = []
    ends = {"anna": ("/my-comments", "/answers", "/comments", "/consultation"), "doctor": ("/desk",),
            "steward": ("/consultation/run",)}  # fmt: skip
    for who, mine in ends.items():
        for end in mine:
            page = ward.page(who, end, "fr")
            assert Axe().run(page, options={"runOnly": RULES}).response["violations"] == [], end
            assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), end
            saved.append(tmp_path / f"{len(saved)}.html")
            saved[-1].write_text(page.request.get(page.url).text())
            page.context.close()
    assert REASON in ward.table.read("ben", "/my-comments")
    assert "\n".join(nu.errors(saved)) == ""
