"""Administration and a physicians' representative write an agreement in two browsers, from the template to both
sides' decisions."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reciproca.compacts.access import actions as access
from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.rules import Topic, topics
from reciproca.compacts.people.tables import Unit
from reciproca.core.identity import Role, console, system
from tests.browser.test_editing import served
from tests.browser.test_pages import chromium
from tests.browser.test_signing import DESK
from tests.building.access import PASSWORD, Site, a_person
from tests.building.consulting import SAID

HELEN, MEI = "helen@riverbend.example", "mei@riverbend.example"
PARTS: Mapping[str, tuple[Role, ...]] = {
    HELEN: (Role.STEWARD, Role.DRAFTER, Role.CO_SPONSOR_ORGANISATION, Role.RATIFIER_ORGANISATION),
    MEI: (Role.PHYSICIAN, Role.DRAFTER, Role.CO_SPONSOR_PHYSICIANS, Role.RATIFIER_PHYSICIANS),
}
THIRD = "We answer every safety report within ten days, and say who sees to it."
PROPOSED = "We answer every safety report within ten days, say who sees to it, and tell whoever made it."


class Pair:
    """A served hospital in which two people write; `version` is known once the draft has been started."""

    def __init__(self, site: Site, address: str) -> None:
        self.site, self.address, self.version = site, address, ""
        with site.installation.work(console(), site.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend", path="Riverbend"))
            for number, (email, roles) in enumerate(PARTS.items()):
                a_person(work, email, f"T{number}", given=email.partition("@")[0].title())
                access.add_account(work, email=email, roles=roles, password=PASSWORD, staff_id=f"T{number}")

    def sign_in(self, page: Page, email: str) -> Page:
        """The page, once that person has signed in."""
        page.goto(f"{self.address}/auth/sign-in")
        page.fill("[name=email]", email)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/auth/sign-in" not in url)
        return page

    def open(self, page: Page, path: str) -> Page:
        """One of the pages of the version."""
        page.goto(f"{self.address}/versions/{self.version}{path}")
        return page

    def first(self) -> Topic:
        """The first topic as it is stored, in English."""
        with self.site.installation.work(system("test"), self.site.place, write=False) as work:
            version = queries.find_version(work, uid=self.version)
            return topics(queries.version_texts(work, version=version)["en"].clauses)[0]

    def state(self) -> str:
        """The state of the version."""
        with self.site.installation.work(system("test"), self.site.place, write=False) as work:
            return queries.find_version(work, uid=self.version).state.value


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with Site(tmp_path / "home", f"sqlite:///{tmp_path / 'db'}") as site, served(site) as address:
        yield Pair(site, address)


def test_two_drafters_go_from_the_template_to_both_sides_decisions(pair: Pair) -> None:
    """Neither gets anywhere alone: words that both changed, comments, languages and decisions need the other side."""
    with chromium() as browser:
        helen = pair.sign_in(browser.new_context(**DESK).new_page(), HELEN)
        mei = pair.sign_in(browser.new_context(**DESK).new_page(), MEI)
        begin(pair, helen)
        write_at_once(pair, helen, mei)
        talk(pair, helen, mei)
        confirm_languages(pair, helen, mei)
        decide(pair, helen, mei)


def begin(pair: Pair, helen: Page) -> None:
    """From the template to a draft."""
    helen.goto(f"{pair.address}/compacts/new")
    helen.get_by_role("button", name="Start the draft").click()
    helen.wait_for_url("**/versions/**")
    pair.version = helen.url.split("/versions/")[1].split("/")[0].partition("?")[0]
    assert pair.state() == "draft"


def write_at_once(pair: Pair, helen: Page, mei: Page) -> None:
    """Both open the same topic; the second to save decides clause by clause, and nothing is overwritten."""
    for page in (helen, mei):
        pair.open(page, "/edit?lang=en")
    helen.fill("#pair-1-organisation", "We answer every safety report within ten days.")
    helen.locator("#pair-1-organisation").blur()
    expect(helen.locator("#pair-1 [data-status]")).to_contain_text("Saved at")
    mei.fill("#pair-1-organisation", "You answer every safety report, and say who sees to it.")
    mei.fill("#pair-1-physicians", "I report harm and near misses within the week.")
    mei.get_by_role("button", name="Save topic 1", exact=True).click()
    expect(mei.locator("h1")).to_have_text("Somebody else changed the same words")
    clash = mei.locator("#clash-organisation_text")
    clash.get_by_text("Write a third", exact=True).click()
    clash.locator("textarea").fill(THIRD)
    mei.get_by_role("button", name="Save these words").click()
    mei.wait_for_url("**/edit?**saved=1**")
    topic = pair.first()
    assert topic.organisation
    assert topic.physicians
    assert (topic.organisation.text, topic.physicians.text) == (
        THIRD,
        "I report harm and near misses within the week.",
    )


def talk(pair: Pair, helen: Page, mei: Page) -> None:
    """A round: both comment, each comment ends with a disposition and a reason, and only then does the round close."""
    pair.open(helen, "/consultation/run")
    for name, said in SAID.items():
        helen.fill(f"#open [name={name}]", said)
    helen.get_by_role("button", name="Open the round").click()
    helen.wait_for_load_state()
    topic = pair.first()
    assert topic.organisation
    assert topic.physicians
    ours, theirs = topic.organisation.identity, topic.physicians.identity
    say(pair, mei, ours, "Whoever reports hears nothing back.", PROPOSED)
    say(pair, helen, theirs, "A week is long after harm was done.")

    pair.open(helen, "/consultation/run")
    helen.fill("#close [name=summary]", "Words on safety reports were made plainer.")
    helen.get_by_role("button", name="Close the round").click()
    expect(helen.locator("main")).to_contain_text("2 comments wait before this round can close")
    assert pair.state() == "in_consultation"

    pair.open(helen, f"/desk?about={ours}")
    helen.get_by_label("Whoever reports hears nothing back.").check()
    helen.get_by_label("Take this wording as it is").check()
    answer(helen, "Accept it", "Who reports harm is owed what became of it.")
    pair.open(mei, f"/desk?about={theirs}")
    mei.get_by_label("A week is long after harm was done.").check()
    answer(
        mei, "Leave the text as it is", "A week lets people report after a night duty; most do so on the day."
    )
    expect(mei.locator("#errors")).to_contain_text("seen")
    pair.open(helen, f"/desk?about={theirs}")
    helen.get_by_label("A week is long after harm was done.").check()
    helen.get_by_role("button", name="Mark as seen by your side").click()
    helen.wait_for_load_state()
    answer(
        mei, "Leave the text as it is", "A week lets people report after a night duty; most do so on the day."
    )
    expect(mei.locator("h1")).to_have_text("Everything is answered")
    changed = pair.first()
    assert changed.organisation
    assert changed.organisation.text == PROPOSED

    pair.open(helen, "/consultation/run")
    helen.fill("#close [name=summary]", "Words on safety reports were made plainer.")
    helen.get_by_role("button", name="Close the round").click()
    helen.wait_for_load_state()
    pair.open(mei, "/answers")
    expect(mei.locator("main")).to_contain_text("Who reports harm is owed what became of it.")
    expect(mei.locator("main")).to_contain_text("most do so on the day")


def say(pair: Pair, page: Page, identity: str, text: str, wording: str = "") -> None:
    """Say something at a promise, and propose other words for it."""
    pair.open(page, "/consultation?lang=en")
    form = page.locator(f"form:has(#text-{identity})")
    page.locator(f"details:has(#text-{identity}) > summary").click()
    form.locator("[name=text]").fill(text)
    if wording:
        form.locator("[name=wording]").fill(wording)
    form.get_by_role("button", name="Send it").click()
    page.wait_for_url("**said=**")


def answer(page: Page, disposition: str, reason: str) -> None:
    """Answer what is ticked."""
    page.get_by_text(disposition, exact=True).click()
    page.fill("#answer [name=reason]", reason)
    page.get_by_role("button", name="Answer all that is ticked").click()
    page.wait_for_load_state()


def confirm_languages(pair: Pair, helen: Page, mei: Page) -> None:
    """The French is older than the English: the text can't be proposed before a named person has looked at it."""
    pair.open(helen, "/propose")
    expect(helen.get_by_role("button", name="Freeze and propose")).to_have_count(0)
    for page, language in ((helen, "English"), (mei, "French")):
        pair.open(page, "/languages")
        page.get_by_role("button", name=f"I have read {language}").click()
        page.wait_for_load_state()
        expect(page.get_by_role("button", name=f"I have read {language}")).to_have_count(0)


def decide(pair: Pair, helen: Page, mei: Page) -> None:
    """Frozen, then decided by each side; with one side missing nothing comes of it."""
    pair.open(helen, "/propose")
    helen.get_by_role("button", name="Freeze and propose").click()
    helen.wait_for_load_state()
    assert pair.state() == "proposed"
    ratify(pair, mei, "Medical staff association")
    assert pair.state() == "proposed"
    pair.open(helen, "/schedule")
    expect(helen.get_by_role("button", name="Fix the day")).to_have_count(0)
    ratify(pair, helen, "Board of directors")
    assert pair.state() == "ratified"
    pair.open(helen, "/schedule")
    expect(helen.get_by_role("button", name="Fix the day")).to_be_visible()


def ratify(pair: Pair, page: Page, body: str) -> None:
    """Record what a body decided."""
    pair.open(page, "/ratify")
    page.get_by_text("This side ratifies the text as it stands", exact=True).click()
    page.fill("[name=body]", body)
    page.fill("[name=votes_for]", "11")
    page.fill("[name=quorum]", "7")
    page.get_by_role("button", name="Record the decision").click()
    page.wait_for_load_state()
