"""A campaign at the steward's desk: whom it would ask, and more time, by page and by API."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.access.actions import create_token
from reciproca.compacts.people.tables import Holding, Person, Post, Unit
from reciproca.compacts.signing import actions
from reciproca.compacts.signing.tables import Campaign, SignatureRequest
from reciproca.core.clock import FixedClock
from reciproca.core.identity import console, system
from tests.building import signing as build
from tests.building.ceremony import Site, form, opened, path
from tests.building.house import BEGINNING, an_app, an_installation


@pytest.fixture(params=[False, True], ids=["before", "open"])
def site(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians whom an agreement in force is for; asked already, or not yet."""
    clock = FixedClock(BEGINNING)
    installation = an_installation(tmp_path / "home", database_url, clock)
    hospital = build.a_hospital(installation, campaign=request.param)
    yield Site(hospital=hospital, app=an_app(installation), clock=clock)
    installation.database.dispose()


def _address(site: Site) -> str:
    return f"/compacts/{site.hospital.compact}/campaign"


def _bearer(site: Site) -> dict[str, str]:
    """The header of a new API token of the steward's."""
    with site.hospital.installation.work(console(), site.hospital.place) as work:
        made = create_token(work, email="s1@riverbend.example", scopes=("*",))
    return {"Authorization": f"Bearer {made.secret}"}


def _due(site: Site) -> str:
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        return work.session.scalars(select(Campaign.due_local)).one()[:10]


@pytest.mark.parametrize("site", [False], indirect=True)
def test_the_steward_sees_first_whom_it_would_ask(site: Site) -> None:
    """Names and units of those, and of each of the others why not; a physician isn't shown it."""
    page = site.browser("S1").get(_address(site)).text
    assert "3 people will be invited" in page
    assert "4 people on file aren’t invited" in page
    assert "No appointment today" in page
    assert "will be invited" not in site.browser("P1").get(_address(site)).text
    path = f"/api/v1/versions/{site.hospital.version}/audience"
    told = site.app.test_client().get(path, headers=_bearer(site)).get_json()
    assert len(told["asked"]) == 3
    assert {one["why"] for one in told["others"]} == {"not_appointed"}


@pytest.mark.parametrize("site", [True], indirect=True)
def test_the_steward_gives_more_time(site: Site) -> None:
    """The page shows the new day; a day that is over is refused beside the field, and nothing moves."""
    steward = site.browser("S1")
    before, later = _due(site), (BEGINNING + timedelta(days=60)).date().isoformat()
    refused = steward.post(f"{_address(site)}/extend", due="2026-08-01")
    assert refused.status_code == 422
    assert "from tomorrow on" in refused.text
    assert 'value="2026-08-01"' in refused.text
    assert _due(site) == before
    assert steward.post(f"{_address(site)}/extend", due=later).status_code == 303
    assert _due(site) == later
    assert site.browser("P1").post(f"{_address(site)}/extend", due=before).status_code == 403
    assert _due(site) == later


@pytest.mark.parametrize("site", [True], indirect=True)
def test_more_time_by_the_api(site: Site) -> None:
    """At the revision that was seen; the second of two is told so."""
    client, header = site.app.test_client(), _bearer(site)
    path = f"/api/v1/campaigns/{site.hospital.campaign}"
    seen = client.get(path, headers=header).headers["ETag"]
    day = (BEGINNING + timedelta(days=60)).date().isoformat()
    sent = {"headers": {**header, "If-Match": seen}, "json": {"due": day}}
    first, second = (client.post(f"{path}/extensions", **sent) for _ in range(2))
    assert (first.status_code, first.get_json()["due"]) == (201, day)
    assert (second.status_code, second.get_json()["type"]) == (412, "urn:reciproca:error:stale")


@pytest.mark.parametrize("site", [True], indirect=True)
def test_a_pause_is_seen_by_whoever_was_asked(site: Site) -> None:
    """The invitation says so and has no form; the steward goes on with a new day, at the revision that was seen."""
    steward, physician = site.browser("S1"), site.browser("P1")
    assert steward.post(f"{_address(site)}/pause", revision="1").status_code == 303
    assert "Paused" in steward.get(_address(site)).text
    page = physician.get(path(site)).text
    assert "has paused the signatures" in page
    assert 'href="#sign"' not in page
    refused = physician.post(f"{path(site)}/open", locale="en")
    assert refused.status_code == 409
    assert "Your invitation is kept" in refused.text.replace("your", "Your")
    later = (BEGINNING + timedelta(days=60)).date().isoformat()
    assert steward.post(f"{_address(site)}/resume", due=later, revision="1").status_code == 412
    assert steward.post(f"{_address(site)}/resume", due="2026-08-01", revision="2").status_code == 422
    assert steward.post(f"{_address(site)}/resume", due=later, revision="2").status_code == 303
    assert _due(site) == later
    assert physician.post(path(site), **form(opened(site, physician))).status_code == 303
    header = _bearer(site)
    for act, body in (("pauses", {}), ("resumptions", {"due": later})):
        answer = site.app.test_client().post(
            f"/api/v1/campaigns/{site.hospital.campaign}/{act}", headers=header, json=body
        )
        assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("site", [True], indirect=True)
def test_it_shows_how_many_documents_are_made(site: Site) -> None:
    """While they are being made; once all are there, nothing more is said of it."""
    build.signed(site.hospital, "P1")
    build.signed(site.hospital, "P2")
    assert "0 of 2; nobody’s signature waits for them" in site.browser("S1").get(_address(site)).text
    site.hospital.seal()
    assert "signature waits for them" not in site.browser("S1").get(_address(site)).text


@pytest.mark.parametrize("site", [False], indirect=True)
def test_it_asks_by_rule_and_shows_first_whom(site: Site) -> None:
    """By language, post, category and unit together; whoever comes to fit the rule is asked too, and nobody else."""
    hospital, steward = site.hospital, site.browser("S1")
    with hospital.installation.work(system("test"), hospital.place) as work:
        work.session.scalars(select(Person).filter_by(staff_id="P2")).one().locale = "fr"
        post = Post(unit_id=work.session.scalars(select(Unit.id)).first() or 0, key="chief", title="Chief")
        work.session.add(post)
        work.session.flush()
        for staff_id in ("P1", "P2"):
            person = work.session.scalars(select(Person).filter_by(staff_id=staff_id)).one()
            work.session.add(Holding(post_id=post.id, person_id=person.id))
    page = steward.get(f"{_address(site)}?language=fr&post=chief").text
    assert "1 person will be invited" in page
    assert ("Of another language than is asked" in page, "hold the post that is asked" in page) == (
        True,
        True,
    )
    path = f"/api/v1/versions/{hospital.version}/audience"
    for query, number in {
        "locales=fr": 1,
        "locales=en": 2,
        "posts=chief": 2,
        "categories=courtesy": 0,
    }.items():
        told = site.app.test_client().get(f"{path}?{query}", headers=_bearer(site)).get_json()
        assert len(told["asked"]) == number, query
    form = {"due": "2026-09-30", "language": "fr", "post": "chief"}
    assert steward.post(_address(site), **{**form, "category": "courtesy"}).status_code == 422
    assert steward.post(_address(site), **form).status_code == 303
    assert _who(site) == ["P2"]
    with hospital.installation.work(system("test"), hospital.place) as work:
        work.session.scalars(select(Person).filter_by(staff_id="P1")).one().locale = "fr"
    site.clock.advance(timedelta(days=1))
    with hospital.installation.work(system("scheduler"), hospital.place) as work:
        actions.keep_up_with_staff(work)
    assert _who(site) == ["P1", "P2"]


@pytest.mark.parametrize("site", [False], indirect=True)
def test_a_rule_about_a_unit_that_is_not_there_asks_nobody(site: Site) -> None:
    """Neither the page nor the API takes it for "any"."""
    assert site.browser("S1").get(f"{_address(site)}?unit=nowhere").status_code == 404
    body = {"due": "2026-09-30", "among": {"units": ["nowhere"]}}
    path = f"/api/v1/versions/{site.hospital.version}/campaigns"
    assert site.app.test_client().post(path, headers=_bearer(site), json=body).status_code == 404
    assert site.count(of=Campaign) == 0


def _who(site: Site) -> list[str]:
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        asked = select(Person.staff_id).join(SignatureRequest, SignatureRequest.person_id == Person.id)
        return sorted(work.session.scalars(asked))
