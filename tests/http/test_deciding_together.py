"""What needs the word of both sides, as their co-sponsors meet it at browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reciproca.compacts.drafting.queries import find_version
from reciproca.compacts.people.tables import Unit
from reciproca.core.identity import Role, system
from reciproca.plugins.types import ChangeClass
from tests.building import drafting
from tests.building.access import Browser, Site

PEOPLE = {
    "board@riverbend.example": Role.CO_SPONSOR_ORGANISATION,
    "staff@riverbend.example": Role.CO_SPONSOR_PHYSICIANS,
    "steward@riverbend.example": Role.STEWARD,
}
BOARD, STAFF, STEWARD = PEOPLE


class Sponsors:
    """A version in force and the next one's draft, with somebody of each side at a browser."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.sitting: dict[str, Browser] = {}
        with site.installation.work(system("test"), site.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend", path="Riverbend"))
        for email, role in PEOPLE.items():
            site.account(email, role)
            self.sitting[email] = site.browser()
            self.sitting[email].sign_in(email)
        with site.installation.work(drafting.STEWARD, site.place) as work:
            first = drafting.in_force(work, drafting.a_draft(work))
            self.first, self.compact = first.uid, first.compact_id
            self.draft = drafting.next_version(work, first, ChangeClass.MINOR).uid

    def read(self, who: str, uid: str) -> str:
        """The page, as somebody sees it."""
        answer = self.sitting[who].get(f"/versions/{uid}/together")
        assert answer.status_code == 200, answer.text
        return answer.text

    def say(self, who: str, uid: str, matter: str, status: int = 303, reason: str = "") -> str:
        """Give the word of somebody's side."""
        answer = self.sitting[who].post(f"/versions/{uid}/accords", matter=matter, reason=reason)
        assert answer.status_code == status, answer.text
        return answer.text

    def state(self, uid: str) -> str:
        """Where a version stands."""
        with self.site.installation.work(drafting.STEWARD, self.site.place, write=False) as work:
            return find_version(work, uid=uid).state.value


@pytest.fixture
def sponsors(tmp_path: Path, database_url: str) -> Iterator[Sponsors]:
    """Both sides, each at a browser."""
    with Site(tmp_path / "home", database_url) as site:
        yield Sponsors(site)


def test_an_agreement_is_set_aside_taken_up_and_ended_by_both(sponsors: Sponsors) -> None:
    """One side's word changes nothing and is shown with its reason; the other's takes effect at once."""
    for matter, before, after in (
        ("suspend", "in_force", "suspended"),
        ("resume", "suspended", "in_force"),
        ("suspend", "in_force", "suspended"),
        ("retire", "suspended", "retired"),
    ):
        assert sponsors.read(STAFF, sponsors.first).count(f'name="matter" value="{matter}"') == 1
        sponsors.say(BOARD, sponsors.first, matter, reason="The <merger>.")
        assert sponsors.state(sponsors.first) == before
        page = sponsors.read(BOARD, sponsors.first)
        assert "It waits for the other side." in page
        assert f'name="matter" value="{matter}"' not in page
        page = sponsors.read(STAFF, sponsors.first)
        assert "The &lt;merger&gt;." in page
        assert "yours takes effect at once" in page
        sponsors.say(BOARD, sponsors.first, matter, 409)
        sponsors.say(STAFF, sponsors.first, matter)
        assert sponsors.state(sponsors.first) == after
    assert "Nothing to decide together now" in sponsors.read(STAFF, sponsors.first)
    sponsors.say(STAFF, sponsors.first, "suspend", 409)


def test_the_kind_of_a_change_is_confirmed_by_both_and_asked_again(sponsors: Sponsors) -> None:
    """Each side confirms what the change is called; calling it something else asks both again."""
    for who in (BOARD, STAFF):
        sponsors.say(who, sponsors.draft, "change_class")
        assert "Your side has said yes." in sponsors.read(who, sponsors.draft)
    assert "Has not said yes" not in sponsors.read(STEWARD, sponsors.draft)
    steward = sponsors.sitting[STEWARD]
    sent = steward.post(f"/versions/{sponsors.draft}/change-class", change_class="material")
    assert sent.status_code == 303
    page = sponsors.read(STEWARD, sponsors.draft)
    assert page.count("Has not said yes") == 2
    assert "Material: what a side owes changes" in page
    assert page.count("Minor: clearer words") >= 2


def test_only_a_co_sponsor_gives_the_word(sponsors: Sponsors) -> None:
    """The steward sees where both sides stand and no form; a made-up matter is refused, and nothing is changed."""
    assert 'name="matter"' not in sponsors.read(STEWARD, sponsors.first)
    sponsors.say(STEWARD, sponsors.first, "suspend", 403)
    sponsors.say(BOARD, sponsors.first, "annul", 422)
    board = sponsors.sitting[BOARD]
    sent = board.post(f"/versions/{sponsors.draft}/change-class", change_class="editorial")
    assert sent.status_code == 403
    assert sponsors.state(sponsors.first) == "in_force"
