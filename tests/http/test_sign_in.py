"""Signing in and out: by password, by mailed link, as the first administrator; and how long it lasts."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from reciproca.compacts.access import actions
from reciproca.compacts.access.mail import send_link
from reciproca.compacts.access.tables import Account, Attempt, BrowserSession, OneTimeCode
from reciproca.core.identity import Role, console
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.core.outbox import OutboxItem, drain_all
from tests.building.access import ANNA, BEN, PASSWORD, Browser, Site


@pytest.fixture
def empty(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """A hospital that nobody has an account at."""
    with Site(tmp_path / "home", database_url) as made:
        yield made


@pytest.fixture
def site(empty: Site) -> Site:
    """A hospital where Anna has a password and Ben has none."""
    empty.account(ANNA, Role.ADMINISTRATOR)
    empty.account(BEN, Role.PHYSICIAN, password=None)
    return empty


def mailed_code(site: Site) -> str:
    """The code in the one mail that the outbox wrote."""
    drain_all(site.installation, {"sign_in_link": send_link})
    newest = max(
        (site.installation.settings.home / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns
    )
    body = message_from_bytes(newest.read_bytes(), policy=policy.default).get_body(("plain",))
    found = re.search(r"/auth/link/([A-Z2-7]{52})", body.get_content() if body else "")
    assert found
    return found[1]


def test_a_right_password_opens_a_session(site: Site) -> None:
    """Who knows the password comes in, and goes where they were going."""
    browser = site.browser()
    response = browser.sign_in()
    assert (response.status_code, response.location, browser.is_signed_in) == (303, "/auth/account", True)


def test_the_address_may_be_typed_in_any_case_and_the_password_in_any_unicode_form(site: Site) -> None:
    """A pasted password in another Unicode form is the same password."""
    with site.installation.work(console(), site.place) as work:
        actions.add_account(work, email="zoé@riverbend.example", password="très chère forêt élevée")
    decomposed = "très chère forêt élevée"
    browser = site.browser()
    assert browser.sign_in(" Zoé@Riverbend.Example ", decomposed).status_code == 303


@pytest.mark.parametrize("email", [ANNA, BEN, "nobody@riverbend.example"])
def test_a_refusal_never_tells_who_is_here(site: Site, email: str) -> None:
    """Known, without a password or unknown: the same page, the same status, no session."""
    browser = site.browser()
    refused = browser.sign_in(email, "wrong wrong wrong wrong")
    other = site.browser().sign_in("somebody.else@example.org", "wrong wrong wrong wrong")
    assert (refused.status_code, browser.is_signed_in) == (422, False)
    assert _same(refused.text, email) == _same(other.text, "somebody.else@example.org")


def _same(text: str, email: str) -> str:
    return re.sub(r'value="[0-9a-f]{64}"', "", text).replace(email, "")


def test_each_sign_in_has_a_new_session(site: Site) -> None:
    """A session's cookie that was known before sign-in is worth nothing after it."""
    browser = site.browser()
    browser.client.set_cookie("session", "chosen-by-an-attacker")
    browser.sign_in()
    first = browser.cookie()
    browser.post("/auth/sign-out")
    browser.sign_in()
    assert len({first, browser.cookie(), "chosen-by-an-attacker", None}) == 4


def test_the_cookie_is_stored_as_a_hash_only(site: Site) -> None:
    """Whoever reads the database can't sign in with what is there."""
    browser = site.browser()
    browser.sign_in()
    with site.installation.database.transaction(write=False) as session:
        row = session.scalars(select(BrowserSession)).one()
        assert browser.cookie() not in {str(value) for value in vars(row).values()}


def test_signing_out_kills_the_session_itself(site: Site) -> None:
    """A stolen cookie is dead after its owner has signed out."""
    browser, thief = site.browser(), site.browser()
    browser.sign_in()
    thief.client.set_cookie("session", browser.cookie() or "")
    browser.post("/auth/sign-out")
    assert (browser.is_signed_in, thief.is_signed_in) == (False, False)


def test_a_disabled_account_is_out_at_once(site: Site) -> None:
    """Nobody keeps reading after their account was shut."""
    site.account("chief@riverbend.example", Role.ADMINISTRATOR)
    browser = site.browser()
    browser.sign_in()
    with site.installation.work(console(), site.place) as work:
        actions.disable_account(work, email=ANNA)
    assert not browser.is_signed_in
    assert browser.sign_in().status_code == 422


def test_an_account_that_is_shut_by_whatever_means_is_out(site: Site) -> None:
    """The account is looked at with each request, not only when somebody remembers to end its sessions."""
    browser = site.browser()
    browser.sign_in()
    with site.installation.database.transaction() as session:
        session.scalars(select(Account).filter_by(email=ANNA)).one().is_enabled = False
    assert not browser.is_signed_in


def test_a_hash_of_former_strength_is_made_anew_at_sign_in(site: Site) -> None:
    """Old passwords become as hard to guess as new ones, without anybody doing anything."""
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with site.installation.database.transaction() as session:
        session.scalars(select(Account).filter_by(email=ANNA)).one().password_hash = weak
    assert site.browser().sign_in().status_code == 303
    with site.installation.database.transaction(write=False) as session:
        stored = session.scalars(select(Account.password_hash).filter_by(email=ANNA)).one()
    assert (stored or "").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    ("steps", "lasts"),
    [
        ([timedelta(hours=7, minutes=59)], True),
        ([timedelta(hours=8)], False),
        ([timedelta(hours=7)] * 5, True),
        ([timedelta(hours=7)] * 24, False),
    ],
)
def test_a_session_ends_after_idleness_and_in_any_case_after_a_week(
    site: Site, steps: list[timedelta], *, lasts: bool
) -> None:
    """Eight hours after the last change, or seven days after signing in, one signs in again."""
    browser = site.browser()
    browser.sign_in()
    for step in steps[:-1]:
        site.clock.advance(step)
        browser.post("/auth/account/language", locale="en")
    site.clock.advance(steps[-1])
    assert browser.is_signed_in is lasts


def test_one_can_end_ones_other_sessions_but_nobody_elses(site: Site) -> None:
    """A forgotten browser is shut from here; a stranger's can't be."""
    here, there, stranger = site.browser(), site.browser(), site.browser()
    here.sign_in()
    there.sign_in()
    site.account("carl@riverbend.example")
    stranger.sign_in("carl@riverbend.example")
    with site.installation.database.transaction(write=False) as session:
        uids = list(session.scalars(select(BrowserSession.uid).order_by(BrowserSession.id)))
    assert here.post(f"/auth/account/sessions/{uids[2]}/end").status_code == 404
    assert here.post(f"/auth/account/sessions/{uids[1]}/end").status_code == 303
    assert (here.is_signed_in, there.is_signed_in, stranger.is_signed_in) == (True, False, True)


def test_after_ten_wrong_passwords_even_the_right_one_waits(site: Site) -> None:
    """Guessing is slow for one account, from any address, and a spoofed header doesn't help."""
    for number in range(10):
        browser = site.browser(**{"X-Forwarded-For": f"10.0.0.{number}"})
        assert browser.sign_in(password="wrong wrong wrong wrong").status_code == 422
    assert site.browser().sign_in().status_code == 429
    site.clock.advance(timedelta(minutes=15))
    assert site.browser().sign_in().status_code == 303


def test_guessing_many_accounts_from_one_address_is_slow_too(site: Site) -> None:
    """One password tried on everybody is stopped by the address it comes from, whatever the headers say."""
    browser = site.browser(**{"X-Forwarded-For": "10.1.2.3"})
    codes = [
        browser.sign_in(f"person{n}@x.example", "wrong wrong wrong wrong").status_code for n in range(51)
    ]
    assert codes == [422] * 50 + [429]


def test_what_is_counted_names_nobody(site: Site) -> None:
    """The table of tries holds no address of anybody."""
    site.browser().sign_in(password="wrong wrong wrong wrong")
    with site.installation.database.transaction(write=False) as session:
        subjects = list(session.scalars(select(Attempt.subject)))
    assert [bool(re.fullmatch("[0-9a-f]{64}", subject)) for subject in subjects] == [True, True]


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\nSet-Cookie: a=b",
        "/auth/sign-out",
        "",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(site: Site, target: str) -> None:
    """The address to go on to is a path of ours."""
    response = site.browser().post("/auth/sign-in", email=ANNA, password=PASSWORD, next=target)
    assert (response.status_code, response.location) == (303, "/")


def test_a_mailed_link_signs_in_once_and_only_by_its_button(site: Site) -> None:
    """Mail scanners that open links use nothing up; the second press finds it spent."""
    browser = site.browser()
    browser.post("/auth/link", email=BEN)
    code = mailed_code(site)
    scanner = site.browser()
    assert [scanner.get(f"/auth/link/{code}").status_code for _ in range(3)] == [200, 200, 200]
    assert browser.post(f"/auth/link/{code}").status_code == 303
    assert browser.is_signed_in
    assert site.browser().post(f"/auth/link/{code}").status_code == 422


def test_a_link_is_over_after_half_an_hour(site: Site) -> None:
    """An old mail opens nothing."""
    browser = site.browser()
    browser.post("/auth/link", email=BEN)
    code = mailed_code(site)
    site.clock.advance(timedelta(minutes=30))
    assert browser.post(f"/auth/link/{code}").status_code == 422


def test_asking_for_a_link_never_tells_who_is_here(site: Site) -> None:
    """The page says the same for an address that is known and for one that isn't."""
    pages = [site.browser().post("/auth/link", email=email) for email in (BEN, "nobody@x.example")]
    assert pages[0].status_code == pages[1].status_code == 200
    assert _same(pages[0].text, BEN) == _same(pages[1].text, "nobody@x.example")
    assert "folder “mail”" in pages[0].text


def test_neither_table_nor_outbox_holds_the_code(site: Site) -> None:
    """Staff who read the database never see a usable link."""
    site.browser().post("/auth/link", email=BEN)
    with site.installation.database.transaction(write=False) as session:
        rows = [*session.scalars(select(OneTimeCode)), *session.scalars(select(OutboxItem))]
        stored = json.dumps([{key: str(value) for key, value in vars(row).items()} for row in rows])
    assert mailed_code(site) not in stored


def test_the_mails_link_is_built_from_the_settings_alone(site: Site) -> None:
    """A forged Host header doesn't get into anybody's mail."""
    browser = site.browser(Host="evil.example")
    browser.post("/auth/link", email=BEN)
    mailed_code(site)
    mail = next((site.installation.settings.home / "mail").glob("*.eml")).read_text()
    assert "evil.example" not in mail
    assert "http://127.0.0.1:8000/auth/link/" in mail.replace("=\n", "")


def test_links_are_not_a_way_to_flood_somebodys_mail(site: Site) -> None:
    """At most five in a quarter of an hour, and the page still says nothing."""
    answers = {site.browser().post("/auth/link", email=BEN).status_code for _ in range(8)}
    with site.installation.database.transaction(write=False) as session:
        assert (answers, len(session.scalars(select(OneTimeCode)).all())) == ({200}, 5)


def by_link(site: Site, email: str) -> Browser:
    """A browser that came by a mailed link."""
    browser = site.browser()
    browser.post("/auth/link", email=email)
    browser.post(f"/auth/link/{mailed_code(site)}")
    return browser


def test_a_link_may_set_the_first_password_and_no_other(site: Site) -> None:
    """Who only has the mailbox can't replace a password that its owner knows."""
    ben = by_link(site, BEN)
    assert ben.post("/auth/account/password", password="seven quiet umbrellas").status_code == 303
    again = by_link(site, BEN)
    assert again.post("/auth/account/password", password="another kind of kettle").status_code == 422
    wrong = again.post(
        "/auth/account/password", current="not the one it was", password="another kind of kettle"
    )
    assert wrong.status_code == 422
    assert site.browser().sign_in(BEN, "seven quiet umbrellas").status_code == 303


def test_another_password_ends_the_other_sessions(site: Site) -> None:
    """Whoever else was in with the old password is out."""
    here, there = site.browser(), site.browser()
    here.sign_in()
    there.sign_in()
    changed = here.post("/auth/account/password", current=PASSWORD, password="seven quiet umbrellas")
    assert (changed.status_code, here.is_signed_in, there.is_signed_in) == (303, True, False)


@pytest.mark.parametrize(
    "weak", ["short", "riverbend hospital", "anna.roy@riverbend.example", "password password"]
)
def test_a_weak_password_is_refused_with_a_remedy(site: Site, weak: str) -> None:
    """Short or guessable passwords are not taken, and the field says why."""
    response = by_link(site, BEN).post("/auth/account/password", password=weak)
    assert response.status_code == 422
    assert 'id="password-error"' in response.text


def test_the_first_administrator_comes_in_by_the_code_once(empty: Site) -> None:
    """No default user: one code, one administrator."""
    with empty.installation.work(console()) as work:
        code = actions.make_first_code(work)
    form = {"code": code.lower(), "email": ANNA, "password": PASSWORD}
    browser = empty.browser()
    assert browser.post("/auth/first", **form).status_code == 303
    assert "Administrator" in browser.get("/auth/account").text
    assert empty.browser().post("/auth/first", **{**form, "email": BEN}).status_code == 422


def test_a_refused_first_administrator_leaves_the_code_good(empty: Site) -> None:
    """A weak password must not use the only code up."""
    with empty.installation.work(console()) as work:
        code = actions.make_first_code(work)
    assert empty.browser().post("/auth/first", code=code, email=ANNA, password="short").status_code == 422
    assert empty.browser().post("/auth/first", code=code, email=ANNA, password=PASSWORD).status_code == 303


def test_the_sample_hospitals_sign_in_lines_work_there_only(site: Site) -> None:
    """A path that signs in without asking exists only where everybody is invented."""
    with site.installation.database.transaction(write=False) as session:
        uid = session.scalars(select(Account.uid).filter_by(email=BEN)).one()
    assert site.browser().get(f"/auth/demo/{uid}").status_code == 404
    (site.installation.settings.home / "demo.json").write_text(
        json.dumps({"sign_in": [{"role": "physician", "email": BEN, "url": f"/auth/demo/{uid}"}]})
    )
    browser = site.browser()
    assert f"/auth/demo/{uid}" in browser.get("/auth/sign-in").text
    assert (browser.get(f"/auth/demo/{uid}").status_code, browser.is_signed_in) == (303, True)


def test_rights_are_acts_and_sign_ins_are_not(site: Site) -> None:
    """Who was granted what stands in the ledger; when people come and go doesn't."""
    with site.installation.database.transaction(write=False) as session:
        before = [
            json.loads(row)["type"]
            for row in session.scalars(select(LedgerLeaf.entry).order_by(LedgerLeaf.idx))
        ]
    site.browser().sign_in()
    with site.installation.database.transaction(write=False) as session:
        after = len(session.scalars(select(LedgerLeaf.idx)).all())
    assert before == ["account.opened", "right.granted"] * 2
    assert after == len(before)


def test_every_field_is_refused_politely(site: Site) -> None:
    """Unknown, missing, over-long and unprintable input gets the form again, and 422."""
    browser = site.browser()
    bad = [
        {},
        {"email": ANNA},
        {"email": "a" * 300, "password": "b"},
        {"email": ANNA, "password": "a\x00b"},
        {"email": ANNA, "password": PASSWORD, "is_admin": "1"},
    ]
    assert [browser.post("/auth/sign-in", **form).status_code for form in bad] == [422] * 5
