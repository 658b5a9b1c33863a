"""Meetings, papers and talks by the API: the same as on their pages, for programs."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from reciproca.compacts.access import actions as access
from reciproca.compacts.access.tables import GuestVisit
from reciproca.compacts.people.tables import Unit
from reciproca.compacts.signing.tables import RequestState, Signature
from reciproca.core.identity import Role, console, system
from tests.building import signing as build
from tests.building.access import Browser
from tests.building.ceremony import Site, a_site
from tests.building.papers import a_scan


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians who are asked to sign; O1 may keep papers beside the steward."""
    with a_site(tmp_path / "home", database_url) as made:
        hospital = made.hospital
        with hospital.installation.work(system("test"), hospital.place) as work:
            unit = work.session.scalars(select(Unit).filter_by(kind="department")).one()
            build.a_person(work, "O1", "Olga Officer", unit, Role.CREDENTIALING_OFFICER, category="")
        yield made


def ask(site: Site, who: str, method: str, path: str, *, key: str = "", **sent: Any) -> TestResponse:
    """One request of somebody's program."""
    with site.hospital.installation.work(console(), site.hospital.place) as work:
        email = f"{who.lower()}@riverbend.example"
        secret = access.create_token(work, email=email, scopes=("*",)).secret
    headers = {"Authorization": f"Bearer {secret}", **({"Idempotency-Key": key} if key else {})}
    headers |= sent.pop("headers", {})
    return site.app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **sent)


def test_a_token_alone_sees_nobody(site: Site) -> None:
    """The address comes with the steward's password only, once; it opens for the person. A lost token opens nothing."""
    path = f"/compacts/{site.hospital.compact}/sightings"
    seen = {"staff_id": "P1", "how": "badge"}
    for password in ("", "not my password at all"):
        assert ask(site, "S1", "POST", path, json={**seen, "password": password}).status_code == 422
    assert ask(site, "P2", "POST", path, json={**seen, "password": build.PASSWORD}).status_code == 403
    assert site.count(of=GuestVisit) == 0
    body = {**seen, "password": build.PASSWORD}
    first, again = (ask(site, "S1", "POST", path, json=body, key="once") for _n in range(2))
    assert (first.status_code, first.json["name"], again.json["address"]) == (201, "Anna Roy", None)
    assert Browser(site.app).post(urlsplit(first.json["address"]).path).location == "/invited/sign"
    assert site.count(of=GuestVisit) == 1


def test_papers_by_programs(site: Site) -> None:
    """Sent by one, seen and accepted by another at the revision they saw, disputed by the person."""
    path = f"/compacts/{site.hospital.compact}/papers"
    data = {"signed_on": "2026-09-01", "locale": "en", "scans": [(io.BytesIO(a_scan()), "P1.pdf")]}
    sent = ask(site, "S1", "POST", path, data=data, content_type="multipart/form-data")
    assert sent.status_code == 201
    (paper,) = ask(site, "O1", "GET", path).json
    assert (paper["staff_id"], paper["may_check"], paper["revision"]) == ("P1", True, 1)
    assert ask(site, "O1", "GET", f"/papers/{paper['uid']}/scan").data == a_scan()
    accept = f"/papers/{paper['uid']}/acceptances"
    assert ask(site, "S1", "POST", accept).status_code == 403
    assert ask(site, "O1", "POST", accept, headers={"If-Match": '"7"'}).status_code == 412
    assert ask(site, "P2", "GET", path).status_code == 403
    assert site.count(of=Signature) == 0
    assert ask(site, "O1", "POST", accept, headers={"If-Match": '"1"'}).status_code == 204
    assert (site.state("P1"), ask(site, "O1", "GET", path).json) == (RequestState.SIGNED, [])
    dispute = f"/requests/{site.hospital.requests['P1']}/disputes"
    assert ask(site, "P2", "POST", dispute).status_code == 404
    assert ask(site, "P1", "POST", dispute).status_code == 204
    assert ask(site, "P1", "POST", dispute).status_code == 409
    assert site.state("P1") is RequestState.WITHDRAWN


def test_a_paper_is_refused_and_a_bad_batch_is_not_taken(site: Site) -> None:
    """Each refusal is a problem that names its field; what was refused can be sent anew."""
    path = f"/compacts/{site.hospital.compact}/papers"
    data = {"signed_on": "2026-09-01", "locale": "en", "whose": "P1 9"}
    sent = ask(site, "S1", "POST", path, data={**data, "scans": [(io.BytesIO(a_scan()), "all.pdf")]})
    assert (sent.status_code, [one["field"] for one in sent.json["errors"]]) == (422, ["whose"])
    data = {**data, "whose": "P1 1", "scans": [(io.BytesIO(a_scan(2)), "all.pdf")]}
    (paper,) = ask(site, "S1", "POST", path, data=data).json
    assert ask(site, "O1", "POST", f"/papers/{paper['uid']}/refusals").status_code == 204
    assert (site.count(of=Signature), ask(site, "O1", "GET", path).json) == (0, [])


def test_talks_are_read_by_the_co_sponsor_chosen(site: Site) -> None:
    """Nobody else finds them, the other co-sponsor included."""
    uid = site.hospital.requests["P1"]
    asked = {"confidant": "physicians", "reason": "My nights", "call_number": "+1 613 555 0100"}
    assert ask(site, "P1", "POST", f"/requests/{uid}/talks", json=asked).status_code == 201
    (talk,) = ask(site, "Y1", "GET", "/talks").json
    assert {name: talk[name] for name in ("uid", "name", "reason", "call_number", "state")} == {
        "uid": uid,
        "name": "Anna Roy",
        "reason": "My nights",
        "call_number": "+1 613 555 0100",
        "state": "discussion_requested",
    }
    assert ask(site, "X1", "GET", "/talks").json == []
    assert ask(site, "S1", "GET", "/talks").status_code == 404
