"""Two drafters at one text in two browsers: what each writes saves itself, and no word is lost where both write."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.rules import Topic, topics
from reciproca.compacts.people.tables import Unit
from reciproca.core.identity import Role, system
from tests.browser.test_pages import chromium
from tests.browser.test_signing import DESK, Quiet
from tests.building import drafting as build
from tests.building.access import PASSWORD, Site

HELEN, KWAME = "helen@riverbend.example", "kwame@riverbend.example"


class Table:
    """A served hospital with one draft, and two who write it."""

    def __init__(self, site: Site, address: str) -> None:
        self.site, self.address = site, address
        with site.installation.work(build.STEWARD, site.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend", path="Riverbend"))
            work.session.flush()
            self.version = build.a_draft(work).uid
        site.account(HELEN, Role.STEWARD)
        site.account(KWAME, Role.DRAFTER, Role.PHYSICIAN)

    def editor(self, browser: Browser, email: str, **options: Any) -> Page:
        """The editor as one of them sees it, in a browser of their own."""
        page = browser.new_context(**DESK, **options).new_page()
        page.goto(f"{self.address}/auth/sign-in")
        page.fill("[name=email]", email)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/auth/sign-in" not in url)
        page.goto(f"{self.address}/versions/{self.version}/edit?lang=en")
        return page

    def topics(self) -> list[Topic]:
        """The draft as it is stored."""
        with self.site.installation.work(system("test"), self.site.place, write=False) as work:
            version = queries.find_version(work, uid=self.version)
            return topics(queries.version_texts(work, version=version)["en"].clauses)

    def words(self, number: int) -> tuple[str, str]:
        """What both sides of a topic say."""
        topic = self.topics()[number - 1]
        assert topic.organisation
        assert topic.physicians
        return topic.organisation.text, topic.physicians.text


@contextmanager
def served(site: Site) -> Iterator[str]:
    """The application on a port of its own."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    with Site(tmp_path / "home", f"sqlite:///{tmp_path / 'db'}") as site, served(site) as address:
        yield Table(site, address)


def test_what_two_people_write_saves_itself_and_a_clash_is_decided_clause_by_clause(table: Table) -> None:
    """Both write in one topic at once. What only one of them touched is kept without a question; the words that both
    changed are stored as the second decides, one clause theirs, the other a third wording."""
    with chromium() as browser:
        helen, kwame = table.editor(browser, HELEN), table.editor(browser, KWAME)
        helen.fill("#pair-1-organisation", "We answer within two days.")
        helen.fill("#pair-1-physicians", "I report on the day.")
        helen.locator("#pair-1-physicians").blur()
        expect(helen.locator("#pair-1 [data-status]")).to_contain_text("Saved at")
        assert table.words(1) == ("We answer within two days.", "I report on the day.")

        kwame.fill("#pair-1-organisation", "You answer within a week.")
        kwame.fill("#pair-1-physicians", "I report when I can.")
        kwame.locator("#pair-1-physicians").blur()
        expect(kwame.locator("#pair-1 [data-status]")).to_contain_text("somebody else changed the same words")
        assert table.words(1) == ("We answer within two days.", "I report on the day.")
        kwame.click("#pair-1 [data-status] button")
        expect(kwame.locator("h1")).to_have_text("Somebody else changed the same words")
        kwame.click("text=Save these words")
        expect(kwame.locator("#errors")).to_be_focused()
        kwame.locator("#clash-organisation_text").get_by_text("Keep theirs").click()
        physicians = kwame.locator("#clash-physicians_text")
        physicians.get_by_text("Write a third", exact=True).click()
        physicians.locator("textarea").fill("I report by the next day.")
        kwame.click("text=Save these words")
        kwame.wait_for_url("**/edit?**saved=1**")
        assert table.words(1) == ("We answer within two days.", "I report by the next day.")

        helen.fill("#pair-1-organisation", "We answer within three days.")
        helen.locator("#pair-1-organisation").blur()
        expect(helen.locator("#pair-1 [data-status]")).to_contain_text("Saved at")
        assert table.words(1) == ("We answer within three days.", "I report by the next day.")


def test_words_written_without_a_connection_are_kept_and_saved_later(table: Table) -> None:
    """A lost connection is said; the words come back into the form after the page was closed, and then are saved."""
    with chromium() as browser:
        page = table.editor(browser, HELEN)
        page.context.set_offline(True)
        page.fill("#pair-2-organisation", "Written in the tunnel.")
        page.locator("#pair-2-organisation").blur()
        expect(page.locator("#pair-2 [data-status]")).to_contain_text("Not saved: no connection")
        context, address = page.context, page.url
        page.close()
        context.set_offline(False)
        page = context.new_page()
        page.goto(address)
        expect(page.locator("#pair-2-organisation")).to_have_value("Written in the tunnel.")
        expect(page.locator("#pair-2 [data-status]")).to_contain_text("kept on this device")
        page.click("text=Save topic 2")
        page.wait_for_url("**saved=2**")
        assert table.words(2)[0] == "Written in the tunnel."
        page.reload()
        expect(page.locator("#pair-2 [data-status]")).not_to_contain_text("kept on this device")


def test_topics_are_moved_by_keyboard_and_by_dragging(table: Table) -> None:
    """The buttons need no script; with scripts a topic is dropped on the place that it takes. Each is undone alike."""
    with chromium() as browser:
        begun = [topic.key for topic in table.topics()]
        plain = table.editor(browser, HELEN, java_script_enabled=False)
        plain.locator("#pair-1").get_by_role("button", name="Move topic 1 down").press("Enter")
        plain.wait_for_url("**#pair-2")
        assert [topic.key for topic in table.topics()][:3] == [begun[1], begun[0], begun[2]]
        page = table.editor(browser, HELEN)
        page.set_viewport_size({"width": 1280, "height": 3000})
        page.drag_and_drop("#pair-1 .pair__title", "#pair-3 .pair__title")
        page.wait_for_url("**#pair-3")
        assert [topic.key for topic in table.topics()][:3] == [begun[0], begun[2], begun[1]]
        for _ in range(2):
            page.click("text=Undo my last change")
            page.wait_for_load_state()
        assert [topic.key for topic in table.topics()] == begun
