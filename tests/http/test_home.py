"""One's own page: what waits for me, what is promised to me, what I promised; the same two columns for both sides."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.drafting.tables import Version
from reciproca.core.identity import Role, console
from reciproca.plugins.types import Side
from tests.building.access import an_account
from tests.building.drafting import a_draft, decide, proposed
from tests.building.reviewing import DAY, ReviewedSite


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[ReviewedSite]:
    """A hospital with an agreement in force and its first review planned."""
    with ReviewedSite(tmp_path / "home", database_url) as made:
        made.hospital.tick()
        yield made


def test_a_stranger_is_sent_to_sign_in(site: ReviewedSite) -> None:
    """Nothing of the organisation is shown to somebody who isn't signed in."""
    response = site.app.test_client().get("/")
    assert (response.status_code, response.location) == (302, "/auth/sign-in?next=%2F")


def test_who_has_not_signed_has_promised_nothing(site: ReviewedSite) -> None:
    """Fourteen promises of the organisation with what became of them, fourteen that I would make: nothing is said of
    how I kept what I never promised."""
    page = site.browser("doctor").get("/").text
    theirs, mine = page.split("What the organisation promised")[1].split("What I would promise")
    assert "Nothing waits for you" in page
    assert "What I promised" not in page
    assert (theirs.count("Not assessed"), mine.count("Not assessed")) == (14, 0)
    assert mine.split("</ul>")[0].count("items__title") == 14


def test_what_is_owed_waits_for_whoever_speaks_for_a_side(site: ReviewedSite) -> None:
    """Both co-sponsors see the same duty with the same day; nobody else does."""
    site.hospital.tick(site.hospital.review().opens_on)
    for who in ("okafor", "pelletier"):
        page = site.browser(who).get("/").text
        assert "1 thing waits for you" in page
        assert "Answer in the joint review" in page
    assert "Nothing waits for you" in site.browser("doctor").get("/").text


def test_the_organisation_sees_its_own_overdue_first(site: ReviewedSite) -> None:
    """What the organisation's side owes and hasn't done stands before all else on its leaders' pages."""
    site.hospital.tick(site.hospital.review().opens_on)
    site.hospital.tick(site.hospital.review().seal_opens_on + DAY)
    page = site.browser("okafor").get("/").text
    assert re.search(r"1 thing that we promised is overdue.*What waits for me", page, re.DOTALL)
    assert "is overdue" not in site.browser("pelletier").get("/").text


def test_a_proposed_version_waits_for_whoever_decides(site: ReviewedSite) -> None:
    """The board and the association find what waits for their side, until it is recorded; nobody else does."""
    place, hats = (
        site.hospital.place,
        {"board": Role.RATIFIER_ORGANISATION, "staff": Role.RATIFIER_PHYSICIANS},
    )
    for who, role in hats.items():
        an_account(site.installation, place, f"{who}@riverbend.example", roles=[role])
    with site.installation.work(console(), place) as work:
        version = proposed(work, a_draft(work))
        uid = version.uid
    waiting = {
        who: f'href="/versions/{uid}"' in site.browser(who).get("/").text for who in (*hats, "steward")
    }
    assert waiting == {"board": True, "staff": True, "steward": False}
    with site.installation.work(console(), place) as work:
        decide(work, work.session.scalars(select(Version).filter_by(uid=uid)).one(), Side.ORGANISATION)
    waiting = {who: "Read and decide" in site.browser(who).get("/").text for who in hats}
    assert waiting == {"board": False, "staff": True}


def test_an_administrator_has_a_page_too(site: ReviewedSite) -> None:
    """An account that is nobody of the roster isn't refused its own page."""
    an_account(site.installation, site.hospital.place, "admin@riverbend.example", roles=[Role.ADMINISTRATOR])
    assert site.browser("admin").get("/").status_code == 200


def test_an_administrator_is_not_told_that_nothing_is_in_force(site: ReviewedSite) -> None:
    """Who may not read the agreements is told so; an agreement is in force all the same."""
    an_account(site.installation, site.hospital.place, "admin@riverbend.example", roles=[Role.ADMINISTRATOR])
    page = site.browser("admin").get("/").text
    assert ("You look after the installation" in page, "no agreement in force" in page) == (True, False)
