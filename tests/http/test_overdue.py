"""The pages of what is overdue and of the agendas: side by side, with the owner's words, decided on by each body."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.escalating.tables import AgendaProposal
from reciproca.compacts.people.tables import Holding, Person, Post, Unit
from reciproca.core.identity import Role, system
from reciproca.plugins.types import Side
from reciproca.scheduler.ticks import sweep_all
from tests.building.access import Browser, Site, a_person, an_account
from tests.building.obligations import owed_by

TEST = system("test")
PEOPLE = {
    "owner": (Role.COMMITMENT_OWNER,),
    "chief": (Role.PHYSICIAN,),
    "sponsor": (Role.CO_SPONSOR_PHYSICIANS,),
    "board": (Role.RATIFIER_ORGANISATION,),
    "association": (Role.RATIFIER_PHYSICIANS,),
}


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """A post of each side owes something that is four weeks late."""
    with Site(tmp_path / "home", database_url) as made:
        with made.installation.work(TEST, made.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend", path="Riverbend"))
            work.session.flush()
            unit = work.session.scalars(select(Unit.id)).one()
            for name in PEOPLE:
                a_person(work, f"{name}@riverbend.example", name, given="Sam", family=name.title())
            for side, name in ((Side.ORGANISATION, "owner"), (Side.PHYSICIANS, "chief")):
                post = Post(unit_id=unit, title=f"Post of {name}")
                work.session.add(post)
                work.session.flush()
                person = work.session.scalars(select(Person.id).filter_by(staff_id=name)).one()
                work.session.add(Holding(post_id=post.id, person_id=person))
                owed_by(work, post, side=side, subject_uid=name)
        for name, roles in PEOPLE.items():
            an_account(made.installation, made.place, f"{name}@riverbend.example", roles=roles)
        made.clock.move_to(datetime(2026, 11, 16, 15, 0, tzinfo=UTC))
        sweep_all(made.installation, made.place)
        yield made


def at(site: Site, who: str) -> Browser:
    """Somebody's browser."""
    browser = site.browser()
    assert browser.sign_in(f"{who}@riverbend.example").status_code == 303
    return browser


def way(page: str, kind: str) -> str:
    """The address of the first form of a kind."""
    return next(
        part.split('"')[0] for part in page.split('action="')[1:] if part.split('"')[0].endswith(kind)
    )


def test_both_sides_stand_beside_each_other(site: Site) -> None:
    """Who looks after agreements sees both, the organisation's first; an owner their own, with a form."""
    page = at(site, "sponsor").get("/overdue").text
    assert "2 things are overdue" in page
    assert page.index("Post of owner") < page.index("Post of chief")
    assert "Before the board" in page
    assert "Before the physicians’ association" in page
    assert "/statement" not in page
    mine = at(site, "chief").get("/overdue").text
    assert "1 thing is overdue" in mine
    assert "Post of owner" not in mine
    assert "/statement" in mine


def test_an_owner_says_why_and_the_board_reads_it(site: Site) -> None:
    """It goes along; declined with a reason, or placed, it shows in the balance for everybody."""
    owner, board = at(site, "owner"), at(site, "board")
    form = way(owner.get("/overdue").text, "/statement")
    assert owner.post(form, text=" ").status_code == 422
    assert owner.post(form, text="The <rooms> are let.").status_code == 303
    page = board.get("/agenda").text
    assert "The &lt;rooms&gt; are let." in page
    assert page.count("/placements") == 1  # the physicians' is not the board's to place
    assert "it waits for a decision" in at(site, "chief").get("/balance").text
    no = way(page, "/refusals")
    refused = board.post(no, reason="")
    assert refused.status_code == 422
    assert "Give the reason" in refused.text
    assert board.post(no, reason="It is with the ministry.").status_code == 303
    assert "Left off the agenda: It is with the ministry." in at(site, "chief").get("/balance").text
    yes = way(page, "/placements")
    assert board.post(yes, meets_on="2026-11-15").status_code == 422
    assert board.post(yes, meets_on="2026-12-01").status_code == 303
    assert "On the agenda of December 1, 2026." in at(site, "chief").get("/balance").text


def test_the_other_side_s_body_decides_nothing(site: Site) -> None:
    """Each body has its own agenda; nobody else has a say."""
    form = way(at(site, "board").get("/agenda").text, "/placements")
    for who in ("association", "sponsor", "owner"):
        assert at(site, who).post(form, meets_on="2026-12-01").status_code == 403
    with site.installation.work(TEST, site.place, write=False) as work:
        assert {row.state for row in work.session.scalars(select(AgendaProposal))} == {"proposed"}


def test_the_api_does_the_same(site: Site) -> None:
    """List, say, place, decline."""
    client = site.app.test_client()

    def bearer(who: str) -> dict[str, str]:
        return {**site.bearer(f"{who}@riverbend.example"), "Idempotency-Key": who}

    mine = client.get("/api/v1/overdue", headers=bearer("owner")).get_json()["items"]
    mine = [one for one in mine if one["side"] == "organisation"]
    assert [(one["owner"], one["rung"], one["statement"]) for one in mine] == [("Post of owner", 2, None)]
    said = client.put(
        f"/api/v1/overdue/{mine[0]['uid']}/statement", json={"text": "Let."}, headers=bearer("owner")
    )
    assert said.get_json()["text"] == "Let."
    found = client.get("/api/v1/agenda", headers=bearer("board")).get_json()["items"]
    ours = next(one for one in found if one["side"] == "organisation")
    assert ours["statement"]["text"] == "Let."
    address = f"/api/v1/agenda/{ours['proposal']['uid']}"
    declined = client.post(f"{address}/refusals", json={"reason": "No."}, headers=bearer("board"))
    assert (declined.status_code, declined.get_json()["state"]) == (201, "declined")
    placed = client.post(
        f"{address}/placements",
        json={"meets_on": "2026-12-01"},
        headers={**bearer("board"), "Idempotency-Key": "b"},
    )
    assert (placed.get_json()["state"], placed.get_json()["meets_on"]) == ("placed", "2026-12-01")
