"""Signing in the browser's own terms: pages and forms, one tab or two, early or late, right or wrong."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from werkzeug.test import TestResponse

from reciproca.compacts.access import actions as access
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.signing import actions
from reciproca.compacts.signing.tables import (
    Ceremony,
    Consent,
    RequestState,
    Signature,
    SignatureEvidence,
)
from reciproca.core.errors import Forbidden, Invalid
from reciproca.core.identity import Role, system
from reciproca.core.outbox import OutboxItem
from tests.building import signing as build
from tests.building.access import Browser
from tests.building.ceremony import Site, a_site, form, opened, path


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians who are asked to sign what is in force."""
    with a_site(tmp_path / "home", database_url) as made:
        yield made


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


def test_nobody_waits_for_anothers_password(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is compared once for each signature, and never in the turn to write, which everybody else wants."""
    browser = site.browser("P1")
    page = opened(site, browser)
    turns, compare = [], PasswordHasher.verify

    def watched(*asked: Any) -> Any:
        turns.append(site.hospital.installation.database._writing.locked())
        return compare(*asked)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    assert browser.post(path(site), **form(page, password="not my password at all")).status_code == 422
    assert site.state("P1") is RequestState.VIEWED
    assert browser.post(path(site), **form(page)).status_code == 303
    assert turns == [False, False]
