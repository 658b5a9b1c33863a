"""Signing in the browser's own terms: pages and forms, one tab or two, early or late, right or wrong."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from reciproca.compacts.access import actions as access
from reciproca.compacts.drafting.actions import enter_force, schedule
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.people.tables import Appointment, Person
from reciproca.compacts.signing import actions
from reciproca.compacts.signing.tables import (
    Campaign,
    Ceremony,
    Consent,
    RequestState,
    Signature,
    SignatureEvidence,
    SignatureRequest,
)
from reciproca.core.clock import FixedClock
from reciproca.core.db import Base
from reciproca.core.errors import Conflict, Forbidden, Invalid
from reciproca.core.identity import Role, system
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.core.outbox import OutboxItem
from tests.building import drafting
from tests.building import signing as build
from tests.building.access import Browser
from tests.building.house import BEGINNING, an_app, an_installation
from tests.building.signing import Hospital


@dataclass(frozen=True, kw_only=True)
class Site:
    """A hospital with its pages, on a clock that is moved by hand."""

    hospital: Hospital
    app: Flask
    clock: FixedClock

    def browser(self, staff_id: str) -> Browser:
        """A browser in which that person has signed in by password."""
        made = Browser(self.app)
        made.sign_in(f"{staff_id.lower()}@riverbend.example", build.PASSWORD)
        return made

    def count(self, *where: object, of: type[Base]) -> int:
        """How many rows there are."""
        with self.hospital.installation.work(system("test"), self.hospital.place, write=False) as work:
            return work.session.scalar(select(func.count()).select_from(of).where(*where)) or 0  # type: ignore[arg-type]  # criteria

    def leaves(self, type_: str) -> int:
        """How many leaves of one type the ledger has."""
        with self.hospital.installation.work(system("test"), self.hospital.place, write=False) as work:
            found = work.session.scalars(select(LedgerLeaf)).all()
        return sum(f'"type":"{type_}"'.encode() in leaf.entry for leaf in found)

    def state(self, staff_id: str) -> RequestState:
        """Where the person's request stands."""
        uid = self.hospital.requests[staff_id]
        with self.hospital.installation.work(system("test"), self.hospital.place, write=False) as work:
            return work.session.scalars(select(SignatureRequest.state).filter_by(uid=uid)).one()


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians who are asked to sign what is in force."""
    clock = FixedClock(BEGINNING)
    installation = an_installation(tmp_path / "home", database_url, clock)
    hospital = build.a_hospital(installation)
    app = an_app(installation)
    yield Site(hospital=hospital, app=app, clock=clock)
    installation.database.dispose()


def path(site: Site, staff_id: str = "P1") -> str:
    """The address of the person's invitation."""
    return f"/sign/{site.hospital.requests[staff_id]}"


def form(page: TestResponse, staff_id: str = "P1", **changed: str) -> dict[str, str]:
    """The signing form of an open page, filled in right, but for what is `changed`."""
    hidden = {
        name: found[1]
        for name in ("nonce", "text_sha256", "locale")
        if (found := re.search(rf'name="{name}" value="([^"]+)"', page.text))
    }
    name = build.NAMES[int(staff_id[1:]) - 1]
    return {**hidden, "name": name, "intent": "1", "consent": "1", "password": build.PASSWORD, **changed}


def opened(site: Site, browser: Browser, staff_id: str = "P1", locale: str = "en") -> TestResponse:
    """The page with the signing form."""
    assert browser.post(f"{path(site, staff_id)}/open", locale=locale).status_code == 303
    return browser.get(f"{path(site, staff_id)}?lang={locale}")


def test_reading_leaves_no_trace(site: Site) -> None:
    """The invitation shows the whole text, both sentences on its effect and what is kept; looking is not recorded."""
    browser = site.browser("P1")
    page = browser.get(path(site))
    assert page.status_code == 200
    for words in (
        "It is not a contract",
        "If you do nothing",
        "14 topics",
        "others see counts",
        "Go on to sign",
    ):
        assert words in page.text
    assert page.text.count('<article class="pair"') == 14
    assert 'name="password"' not in page.text
    assert site.state("P1") is RequestState.SENT
    assert site.count(of=Ceremony) == 0


def test_a_physician_signs(site: Site) -> None:
    """Open, fill in, sign: one signature, one leaf, a consent, a receipt; and the page of one's own copy."""
    browser = site.browser("P1")
    answer = browser.post(path(site), **form(opened(site, browser)))
    assert (answer.status_code, answer.location) == (303, f"{path(site)}/done")
    assert site.state("P1") is RequestState.SIGNED
    assert [site.count(of=table) for table in (Signature, SignatureEvidence, Consent)] == [1, 1, 1]
    assert site.leaves("signature.given") == 1
    assert site.count(Notice.kind == "signature.receipt", of=Notice) == 1
    done = browser.get(answer.location).text
    assert "You have signed" in done
    home = browser.get("/").text
    assert ("What I promised" in home, f'href="{answer.location}"' in home) == (True, True)
    assert browser.get(f"{path(site)}/other").location == answer.location
    assert "is being made" in done
    assert browser.get(path(site)).location == f"{path(site)}/done"


def test_the_organisation_is_told_of_signatures_once_a_day(site: Site) -> None:
    """Dozens of physicians sign in a campaign; their receipts come at once, the organisation's message once a day."""
    for staff_id in ("P1", "P2"):
        browser = site.browser(staff_id)
        browser.post(path(site, staff_id), **form(opened(site, browser, staff_id), staff_id))
    assert site.count(Notice.kind == "signature.receipt", of=Notice) == 2
    assert site.count(Notice.kind == "signature.received", of=Notice) == 1
    site.clock.advance(timedelta(days=1))
    browser = site.browser("P3")
    browser.post(path(site, "P3"), **form(opened(site, browser, "P3"), "P3"))
    assert site.count(Notice.kind == "signature.received", of=Notice) == 2


def test_the_document_is_ones_own(site: Site) -> None:
    """Once it is made, the signer downloads it; another physician and the steward find nothing there."""
    uid = build.signed(site.hospital, "P1")
    site.hospital.seal()
    signer = site.browser("P1")
    pdf, bundle = signer.get(f"/documents/{uid}.pdf"), signer.get(f"/documents/{uid}.zip")
    assert (pdf.data[:5], bundle.data[:2]) == (b"%PDF-", b"PK")
    assert "attachment" in pdf.headers["Content-Disposition"]
    assert "Download the document" in signer.get(f"{path(site)}/done").text
    for other in ("P2", "S1"):
        assert site.browser(other).get(f"/documents/{uid}.pdf").status_code in {403, 404}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "Anna Ray"}, "not your name"),
        ({"name": ""}, "not your name"),
        ({"intent": ""}, "Tick this if you mean it"),
        ({"consent": ""}, "Tick this to sign electronically"),
        ({"password": ""}, "Type your password"),
        ({"password": "not my password at all"}, "not your password"),
        ({"name": "Anna\u0000Roy"}, "can&#39;t be shown"),
        ({"name": "A" * 401}, "Longer than maximum length 400"),
        ({"nonce": "0"}, "this form is damaged"),
        ({"extra": "1"}, "Unknown field"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_signed(
    site: Site, changed: dict[str, str], said: str
) -> None:
    """Each field has its own calm sentence; what was typed stays, but for the password; nothing is changed."""
    browser = site.browser("P1")
    answer = browser.post(path(site), **form(opened(site, browser), **changed))
    assert answer.status_code == 422
    assert said in answer.text
    assert build.PASSWORD not in answer.text
    assert site.count(of=Signature) == 0
    assert site.state("P1") is RequestState.VIEWED


@pytest.mark.parametrize("name", ["anna roy", "ANNA  ROY", "Dr. Anna Roy", "Ánna-Roy"])
def test_a_name_is_taken_however_it_is_typed(site: Site, name: str) -> None:
    """Capitals, accents, blanks and a title don't matter; the record holds the name as it is on the list."""
    browser = site.browser("P1")
    assert browser.post(path(site), **form(opened(site, browser), name=name)).status_code == 303
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        uid = work.session.scalars(select(Signature.uid)).one()
        assert build.evidence(work, uid)["name_as_signed"] == "Anna Roy"


def test_two_tabs_and_a_double_click_are_one_signature(site: Site) -> None:
    """The second tab, the second click and the back button all end on the page of the one signature."""
    browser = site.browser("P1")
    first = form(opened(site, browser), _key="one")
    second = form(opened(site, browser), _key="two")
    answers = [browser.post(path(site), **sent) for sent in (first, first, second, second)]
    assert [answer.location for answer in answers] == [f"{path(site)}/done"] * 4
    assert site.count(of=Signature) == 1


def test_a_form_that_was_opened_long_ago_signs_nothing(site: Site) -> None:
    """After two hours the page has to be opened, and so looked at, again."""
    browser = site.browser("P1")
    stale = form(opened(site, browser))
    site.clock.advance(timedelta(hours=2))
    answer = browser.post(path(site), **stale)
    assert answer.status_code == 409
    assert "opened too long ago" in answer.text
    assert site.count(of=Signature) == 0


def test_a_form_of_another_text_signs_nothing(site: Site) -> None:
    """The text sent for signature must be the one that was shown: not another language's, not another's page."""
    browser = site.browser("P1")
    english, french = form(opened(site, browser)), form(opened(site, browser, locale="fr"))
    mixed = browser.post(path(site), **{**english, "text_sha256": french["text_sha256"]})
    stranger = site.browser("P2")
    theirs = form(opened(site, stranger, "P2"), "P1")
    borrowed = browser.post(path(site), **theirs)
    assert [mixed.status_code, borrowed.status_code] == [409, 409]
    assert site.count(of=Signature) == 0


def test_the_signature_names_the_language_that_was_read(site: Site) -> None:
    """Who reads in French signs the French text."""
    browser = site.browser("P1")
    browser.post(path(site), **form(opened(site, browser, locale="fr")))
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        assert work.session.scalars(select(Signature.locale)).one() == "fr"


def test_an_invitation_is_nobody_elses(site: Site) -> None:
    """Another physician, the steward and a stranger can't see that somebody was asked, let alone sign."""
    for other in ("P2", "S1"):
        browser = site.browser(other)
        assert browser.get(path(site)).status_code == 404
        assert browser.post(f"{path(site)}/open", locale="en").status_code == 404
    assert Browser(site.app).get(path(site)).status_code in {302, 303}
    assert site.count(of=Ceremony) == 0


def test_a_mailed_link_never_suffices_to_sign(site: Site) -> None:
    """Whoever came by a link and has no password is told to set one; nothing is signed."""
    hospital = site.hospital
    with hospital.installation.work(system("test"), hospital.place) as work:
        access.clear_password(work, email="p1@riverbend.example")
    page = build.opened(hospital, "P1")
    with hospital.installation.work(hospital.actor("P1"), hospital.place) as work:
        asked = build.answers(hospital, "P1", **page)
        with pytest.raises(Invalid, match="not set a password"):
            actions.sign(work, **asked)  # type: ignore[arg-type]  # a form's fields, each of its own type
    assert site.count(of=Signature) == 0


def test_who_has_left_the_staff_can_t_sign(site: Site) -> None:
    """An appointment that ended while the page was open: nothing is signed, and the page says whom to ask."""
    browser = site.browser("P1")
    sent = form(opened(site, browser))
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        left = update(Appointment).where(
            Appointment.person_id.in_(select(Person.id).filter_by(staff_id="P1"))
        )
        work.session.execute(left.values(ends=work.today() - timedelta(days=1)))
    answer = browser.post(path(site), **sent)
    assert answer.status_code == 403
    assert "not on the list of the staff" in answer.text
    assert site.count(of=Signature) == 0


def test_a_version_that_is_replaced_while_one_reads_is_not_signed(site: Site) -> None:
    """The form was for version 1, and version 2 came into force: neither is signed, and nobody is asked any more."""
    browser = site.browser("P1")
    sent = form(opened(site, browser))
    hospital = site.hospital
    with hospital.installation.work(system("test"), hospital.place) as work:
        old = work.session.scalars(select(Version).filter_by(uid=hospital.version)).one()
        drafting.in_force(work, drafting.next_version(work, old))
    answer = browser.post(path(site), **sent)
    assert answer.status_code == 409
    assert "newer version" in answer.text
    assert site.count(of=Signature) == 0
    assert {site.state(staff_id) for staff_id in ("P1", "P2", "P3")} == {RequestState.SUPERSEDED}
    assert site.leaves("request.ended") == 3


def test_nobody_is_asked_to_sign_what_is_not_ratified(tmp_path: Path, database_url: str) -> None:
    """A campaign for a text that only waits for both sides is refused; after ratification it opens, once."""
    installation = an_installation(tmp_path / "home", database_url)
    hospital = build.a_hospital(installation, stage="proposed", campaign=False)
    with installation.work(system("test"), hospital.place) as work:
        version = work.session.scalars(select(Version)).one()
        with pytest.raises(Conflict):
            build.a_campaign(work, version)
        for side in drafting.RATIFIERS:
            drafting.decide(work, version, side)
        build.a_campaign(work, version)
        with pytest.raises(Conflict, match="already"):
            build.a_campaign(work, version)
        steward = drafting.as_actor(work, drafting.STEWARD)
        schedule(steward, version_uid=version.uid, effective_from=work.today())
        enter_force(drafting.as_actor(work, system("scheduler")), version_uid=version.uid)
        assert work.session.scalar(select(func.count()).select_from(Campaign)) == 1
    installation.database.dispose()


def test_declining_leaves_no_readable_trace(site: Site) -> None:
    """No leaf, no event, no receipt; the co-sponsor who was chosen reads the reason, the other one doesn't."""
    browser = site.browser("P1")
    before = [site.count(of=table) for table in (LedgerLeaf, OutboxItem)]
    sent = {"confidant": "physicians", "reason": "I would rather wait a year."}
    assert browser.post(f"{path(site)}/decline", **sent).status_code == 303
    assert [site.count(of=table) for table in (LedgerLeaf, OutboxItem)] == before
    assert "You have declined" in browser.get(f"{path(site)}/done").text
    assert "rather wait" in site.browser("Y1").get("/talks").text
    for other in ("X1", "S1"):
        assert "rather wait" not in site.browser(other).get("/talks").text
    assert "too few to show" in site.browser("S1").get(f"/compacts/{site.hospital.compact}/campaign").text


def test_a_reason_needs_a_reader(site: Site) -> None:
    """A reason without anybody who may read it is not kept: the form asks who."""
    answer = site.browser("P1").post(f"{path(site)}/decline", reason="Because")
    assert answer.status_code == 422
    assert "who may read your reason" in answer.text
    assert "Because" in answer.text
    assert site.state("P1") is RequestState.SENT


def test_who_asked_to_talk_can_still_sign(site: Site) -> None:
    """A conversation is no end: the co-sponsor is told, reminders stop, and signing works as before."""
    browser = site.browser("P1")
    assert browser.post(f"{path(site)}/talk", confidant="physicians").status_code == 303
    assert site.state("P1") is RequestState.DISCUSSION_REQUESTED
    assert "get in touch" in browser.get(f"{path(site)}/done").text
    assert browser.post(path(site), **form(opened(site, browser))).status_code == 303
    assert site.state("P1") is RequestState.SIGNED


def test_what_nobody_answered_ends_in_one_batch(site: Site) -> None:
    """When the campaign ends, every outcome but signing is committed to as one kind of leaf, naming no person."""
    hospital = site.hospital
    build.signed(hospital, "P1")
    site.browser("P2").post(f"{path(site, 'P2')}/decline")
    site.clock.advance(timedelta(days=31))
    with hospital.installation.work(system("scheduler"), hospital.place) as work:
        assert actions.close_due_campaigns(work) == [hospital.campaign]
    assert [site.state(staff_id) for staff_id in ("P1", "P2", "P3")] == [
        RequestState.SIGNED,
        RequestState.DECLINED,
        RequestState.EXPIRED,
    ]
    with hospital.installation.work(system("test"), hospital.place, write=False) as work:
        entries = [leaf.entry.decode() for leaf in work.session.scalars(select(LedgerLeaf))]
    ended = [entry for entry in entries if '"request.ended"' in entry]
    assert len(ended) == 2
    for entry in ended:
        assert '"actor":"system:scheduler"' in entry
        assert f'"object":"{hospital.campaign}"' in entry
    assert not any(uid in entry for entry in entries for uid in hospital.requests.values())
    assert site.browser("P3").post(f"{path(site, 'P3')}/open", locale="en").status_code == 409


def test_the_organisation_signs_once_for_everybody(site: Site) -> None:
    """One signature on the version binds those who signed before and those who sign after it."""
    build.signed(site.hospital, "P1")
    browser = site.browser("C1")
    address = f"/versions/{site.hospital.version}/organisation-signature"
    assert browser.post(f"{address}/open", locale="en").status_code == 303
    sent = form(browser.get(address), name="Carla Chief")
    del sent["consent"]
    assert browser.post(address, **sent).status_code == 303
    assert "has signed" in browser.get(address).text
    assert browser.post(f"{address}/open", locale="en").status_code == 409
    build.signed(site.hospital, "P2")
    assert "organisation has signed too" in site.browser("P2").get(f"{path(site, 'P2')}/done").text
    assert site.browser("P3").get(address).status_code == 403


def test_nobody_signs_on_both_sides(site: Site) -> None:
    """A signatory who is a physician here and has signed as one can't sign for the organisation as well."""
    hospital = site.hospital
    build.signed(hospital, "P1")
    both = hospital.actor("P1", Role.SIGNATORY)
    with (
        hospital.installation.work(both, hospital.place) as work,
        pytest.raises(Forbidden, match="other side"),
    ):
        actions.open_organisation_ceremony(work, version_uid=hospital.version, locale="en")
    assert site.count(Signature.role == "organisation", of=Signature) == 0


@pytest.mark.parametrize("same_key", [True, False])
def test_twenty_simultaneous_posts_are_one_signature(site: Site, same_key: bool) -> None:
    """One signature, one leaf, one receipt; every answer leads to its page. With one key or with twenty."""
    browser = site.browser("P1")
    sent = form(opened(site, browser))
    token, cookies = browser.token(), {name: browser.cookie(name) or "" for name in ("session", "visit")}
    at_once = Barrier(20)

    def post(number: int) -> TestResponse:
        client = site.app.test_client()
        for name, value in cookies.items():
            client.set_cookie(name, value)
        at_once.wait()
        return client.post(
            path(site), data={**sent, "_csrf": token, "_key": "k" if same_key else f"k{number}"}
        )

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(post, range(20)))
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, f"{path(site)}/done")}
    assert [site.count(of=table) for table in (Signature, SignatureEvidence, Consent)] == [1, 1, 1]
    assert site.leaves("signature.given") == 1
    assert site.count(Notice.kind == "signature.receipt", of=Notice) == 1
    assert site.count(OutboxItem.kind == "seal", of=OutboxItem) == 1


def test_a_strangers_guesses_at_the_door_stop_no_signature(site: Site) -> None:
    """Whoever types wrong passwords for somebody else's address can't keep that person from signing."""
    browser = site.browser("P1")
    page = opened(site, browser)
    for _guess in range(11):
        Browser(site.app).sign_in("p1@riverbend.example", "wrong wrong wrong wrong")
    assert browser.post(path(site), **form(page)).status_code == 303
    assert site.state("P1") is RequestState.SIGNED


def test_the_last_day_ends_the_invitation_whether_or_not_anybody_closed_it(site: Site) -> None:
    """A scheduler that is late leaves nobody more time than the others had."""
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        due = work.session.scalars(select(Campaign.due_at)).one()
    site.clock.move_to(due - timedelta(minutes=1))
    browser = site.browser("P1")
    page = opened(site, browser)
    site.clock.move_to(due)
    assert browser.post(path(site), **form(page)).status_code == 409
    assert site.state("P1") is not RequestState.SIGNED
