"""Signing while something else happens: the same form twenty times at once, a new version on its day, a right that has
ended since the page was read. One act or none, on the text that was shown."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from reciproca.compacts.access import actions as access
from reciproca.compacts.access.tables import Grant
from reciproca.compacts.drafting import actions as drafts
from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.people.tables import Appointment, Person
from reciproca.compacts.signing.tables import Signature
from reciproca.core.errors import Busy
from reciproca.core.identity import console, system
from reciproca.core.work import Work
from tests.building import drafting, guests
from tests.building import signing as build
from tests.building.access import Browser
from tests.building.ceremony import Site, a_site, form, opened, path
from tests.building.invariants import broken


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians who are asked to sign what is in force; what holds in every home holds afterwards."""
    with a_site(tmp_path / "home", database_url) as made:
        yield made
        assert broken(made.hospital.installation) == []


def change(site: Site, act: Callable[[Work], object]) -> None:
    """Do `act` in a transaction of its own."""
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        act(work)


def twenty(site: Site, browser: Browser, address: str, sent: Mapping[str, str]) -> list[TestResponse]:
    """The same form from twenty tabs of one browser at the same moment, each with a key of its own."""
    token, at_once = browser.token(), Barrier(20)
    cookies = {name: value for name in ("session", "visit", "guest") if (value := browser.cookie(name))}

    def post(number: int) -> TestResponse:
        client = site.app.test_client()
        for name, value in cookies.items():
            client.set_cookie(name, value)
        at_once.wait()
        return client.post(address, data={**sent, "_csrf": token, "_key": f"k{number}"})

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(post, range(20)))


def at_guests_form(site: Site) -> tuple[Browser, dict[str, str]]:
    """P1, who has no account, on the form, filled in with the code."""
    guests.a_guest(site.hospital, "P1")
    browser = Browser(site.app)
    browser.post(f"/invited/{guests.token(site.hospital, 'P1')}/code")
    filled = form(browser.get("/invited/sign"), code=guests.code(site.hospital))
    return browser, {name: value for name, value in filled.items() if name not in {"password", "locale"}}


def at_organisations_form(site: Site, **more: str) -> tuple[Browser, str, dict[str, str]]:
    """C1 on the organisation's form, filled in."""
    browser, address = site.browser("C1"), f"/versions/{site.hospital.version}/organisation-signature"
    browser.post(f"{address}/open", locale="en")
    filled = form(browser.get(address), name="Carla Chief", **more)
    del filled["consent"]
    return browser, address, filled


def test_twenty_posts_of_a_guest_are_one_signature(site: Site) -> None:
    """The code is used once; every answer leads to the guest's copy, and so does the back button's post later."""
    browser, sent = at_guests_form(site)
    answers = twenty(site, browser, "/invited/sign", sent)
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/invited/done")}
    assert browser.post("/invited/sign", **sent, _key="back").location == "/invited/done"
    assert (site.count(of=Signature), site.leaves("signature.given")) == (1, 1)


def test_twenty_posts_of_a_list_countersign_each_record_once(site: Site) -> None:
    """One of them counts; the others are told that the form was sent already, and nothing of theirs is kept."""
    change(
        site, lambda work: setattr(work.session.scalars(select(Compact)).one(), "organisation_signs", "each")
    )
    uids = [build.signed(site.hospital, staff_id) for staff_id in ("P1", "P2")]
    browser, address, sent = at_organisations_form(site, signatures=" ".join(uids))
    answers = twenty(site, browser, address, sent)
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 19
    assert all("was sent already" in answer.text for answer in answers if answer.status_code == 409)
    assert site.leaves("signature.countersigned") == 2
    again = browser.get(address).text
    assert 'name="nonce"' not in again


def test_two_tabs_of_the_organisation_are_one_signature(site: Site) -> None:
    """The second tab is told that it has signed, and that there is nothing to do."""
    browser, address, first = at_organisations_form(site)
    _same, _address, second = at_organisations_form(site)
    assert browser.post(address, **first).status_code == 303
    late = browser.post(address, **second)
    assert (late.status_code, "There is nothing to do" in late.text) == (409, True)
    assert site.count(of=Signature) == 1


def test_a_version_that_comes_into_force_meanwhile(site: Site) -> None:
    """Three sign at the moment at which a newer version takes the place of what they read: each has signed the text
    that was shown, or is told why not."""
    hospital = site.hospital

    def next_one(work: Work) -> str:
        version = work.session.scalars(select(Version)).one()
        return drafting.scheduled(work, drafting.next_version(work, version)).uid

    with hospital.installation.work(system("test"), hospital.place) as work:
        newer = next_one(work)
    pages = {staff_id: build.opened(hospital, staff_id) for staff_id in ("P1", "P2", "P3")}
    browsers, at_once = {staff_id: site.browser(staff_id) for staff_id in pages}, Barrier(4)
    tokens = {staff_id: browser.token() for staff_id, browser in browsers.items()}

    def publish() -> None:
        at_once.wait()
        for _tick in range(5):
            with suppress(Busy):  # as at the scheduler's next tick
                change(site, lambda work: drafts.enter_force(work, version_uid=newer))
                return

    def sign(staff_id: str) -> int:
        name = build.NAMES[int(staff_id[1:]) - 1]
        asked = {**pages[staff_id], "name": name, "intent": "1", "consent": "1", "password": build.PASSWORD}
        at_once.wait()
        address, token = path(site, staff_id), tokens[staff_id]
        return browsers[staff_id].client.post(address, data={**asked, "_csrf": token}).status_code

    with ThreadPoolExecutor(4) as pool:
        publishing = pool.submit(publish)
        answers = dict(zip(pages, pool.map(sign, pages), strict=True))
        publishing.result()
    assert set(answers.values()) <= {303, 409}
    asked = select(Person.staff_id, Signature.text_sha256, Version.uid).where(
        Person.id == Signature.person_id, Version.id == Signature.version_id
    )
    with hospital.installation.work(system("test"), hospital.place, write=False) as work:
        given = {row.staff_id: (row.text_sha256, row.uid) for row in work.session.execute(asked)}
    signers = [staff_id for staff_id, status in answers.items() if status == 303]
    assert given == {one: (pages[one]["text_sha256"], hospital.version) for one in signers}


def _disable(site: Site) -> None:
    with site.hospital.installation.work(console(), site.hospital.place) as work:
        access.disable_account(work, email="p1@riverbend.example")


def _take_role(site: Site) -> None:
    change(site, lambda work: work.session.execute(delete(Grant).where(Grant.role == "signatory")))


def _end_appointment(site: Site) -> None:
    def end(work: Work) -> None:
        person = work.session.scalars(select(Person).filter_by(staff_id="P1")).one()
        row = work.session.scalars(select(Appointment).filter_by(person_id=person.id)).one()
        row.ends = row.starts

    change(site, end)


def test_a_right_that_ended_since_the_page_was_read(site: Site) -> None:
    """An account that was disabled, a role that was taken, an appointment that is over: the form signs nothing, and the
    act can be done by nobody in that person's name."""
    browser = site.browser("P1")
    mine = form(opened(site, browser))
    theirs, address, organisations = at_organisations_form(site)
    _disable(site)
    _take_role(site)
    answer = browser.post(path(site), **mine)
    assert answer.status_code in {303, 401}
    assert "/done" not in (answer.location or "")
    assert theirs.post(address, **organisations).status_code == 403
    assert site.count(of=Signature) == 0


def test_a_guest_whose_appointment_ended_since_the_page_was_read(site: Site) -> None:
    """The code in hand doesn't help: who is no longer on the staff is told so."""
    browser, sent = at_guests_form(site)
    _end_appointment(site)
    answer = browser.post("/invited/sign", **sent)
    assert (answer.status_code, "not on the list of the staff" in answer.text) == (403, True)
    assert site.count(of=Signature) == 0
