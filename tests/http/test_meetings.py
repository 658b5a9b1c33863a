"""Signing at a meeting: who was seen goes on by themself, once; the record says who saw them; nobody's answer shows."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.access.tables import GuestVisit
from reciproca.compacts.signing.tables import RequestState, Signature
from reciproca.core.identity import system
from tests.building import guests, signing
from tests.building.access import Browser
from tests.building.ceremony import Site, a_site, form


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians who are asked to sign; P1 has neither an account nor a second contact."""
    with a_site(tmp_path / "home", database_url) as made:
        guests.a_guest(made.hospital, "P1", second=None)
        yield made


def seen(site: Site, staff_id: str = "P1") -> str:
    """The path that the steward's page shows after saying that they see this person."""
    answer = site.browser("S1").post(
        f"/compacts/{site.hospital.compact}/meeting", staff_id=staff_id, how="badge"
    )
    assert "data:image/svg+xml" in html.unescape(answer.text)
    found = re.search(r"/invited/here/[A-Z2-7]{52}", answer.text)
    assert found
    return found[0]


def test_somebody_signs_at_a_meeting(site: Site) -> None:
    """Seen, opened, name typed, signed: the evidence says that it was in person, by whom and how."""
    path, phone = seen(site), Browser(site.app)
    assert "You are Anna Roy" in phone.get(path).text
    assert phone.post(path).location == "/invited/sign"
    page = phone.get("/invited/sign")
    assert ('name="code"' in page.text, 'name="name"' in page.text) == (False, True)
    sent = {name: value for name, value in form(page).items() if name not in {"password", "locale"}}
    assert phone.post("/invited/sign", **sent).location == "/invited/done"
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        said = signing.evidence(work, work.session.scalars(select(Signature.uid)).one())["authentication"]
    assert isinstance(said, dict)
    assert {name: said[name] for name in ("method", "identified_by", "identified_how")} == {
        "method": "in_person",
        "identified_by": site.hospital.actor("S1").uid,
        "identified_how": "badge",
    }
    assert "You have left" in phone.post("/invited/leave").text
    assert phone.get("/invited/done").status_code == 404


def test_the_code_opens_once_and_for_ten_minutes(site: Site) -> None:
    """A second device, and one that comes late, find nothing; looking at it uses nothing up."""
    path = seen(site)
    assert [Browser(site.app).get(path).status_code for _n in range(3)] == [200] * 3
    assert Browser(site.app).post(path).status_code == 303
    assert [Browser(site.app).get(path).status_code, Browser(site.app).post(path).status_code] == [404, 404]
    late = seen(site)
    site.clock.advance(timedelta(minutes=10))
    assert Browser(site.app).post(late).status_code == 404


def test_the_answer_stays_unseen(site: Site) -> None:
    """The steward's page is the same for who has signed, who has declined and who hasn't answered."""
    signing.signed(site.hospital, "P2")
    site.browser("P3").post(f"/sign/{site.hospital.requests['P3']}/decline", confidant="", reason="")
    assert site.state("P3") is RequestState.DECLINED
    assert all(seen(site, staff_id) for staff_id in ("P1", "P2", "P3"))


@pytest.mark.parametrize(
    ("who", "fields", "status"),
    [
        ("S1", {"staff_id": "P9", "how": "known"}, 422),
        ("S1", {"staff_id": "P1", "how": ""}, 422),
        ("S1", {"staff_id": "P1", "how": "guess"}, 422),
        ("P2", {"staff_id": "P1", "how": "known"}, 403),
        ("X1", {"staff_id": "P1", "how": "known"}, 403),
    ],
)
def test_who_cant_be_identified_or_cant_identify(
    site: Site, who: str, fields: dict[str, str], status: int
) -> None:
    """Nobody who isn't asked, not without saying how, and only by a steward: nothing is written."""
    answer = site.browser(who).post(f"/compacts/{site.hospital.compact}/meeting", **fields)
    assert (answer.status_code, site.count(of=GuestVisit)) == (status, 0)
