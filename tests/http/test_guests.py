"""Signing without an account: the link reads, the code signs, the cookie ends; nobody else can use any of them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select, update

from reciproca.compacts.access.tables import Account, GuestVisit
from reciproca.compacts.people.tables import Person
from reciproca.compacts.signing.tables import Ceremony, RequestState, Signature
from reciproca.core.db import Base
from reciproca.core.identity import system
from reciproca.core.outbox import OutboxItem
from tests.building import guests as build
from tests.building import signing
from tests.building.access import Browser
from tests.building.ceremony import Site, a_site, form


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians who are asked to sign; P1 has no account, but a second contact."""
    with a_site(tmp_path / "home", database_url) as made:
        build.a_guest(made.hospital, "P1")
        yield made


def link(site: Site, staff_id: str = "P1") -> str:
    """The path of the person's personal link."""
    return f"/invited/{build.token(site.hospital, staff_id)}"


def at_form(site: Site, lang: str = "") -> tuple[Browser, dict[str, str]]:
    """A browser on the form, and the form filled in but for the code."""
    browser = Browser(site.app)
    answer = browser.post(f"{link(site)}/code", locale=lang)
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/invited/sign")
    filled = form(browser.get("/invited/sign"))
    return browser, {name: value for name, value in filled.items() if name not in {"password", "locale"}}


def test_the_mail_holds_the_persons_own_link(site: Site) -> None:
    """The invitation of who has no account leads to their personal link; of who has one, to the page behind sign-in."""
    mine = build.mailed(site.hospital, "p1@riverbend.example")
    assert any(link(site) in text for text in mine)
    assert not any("/sign/" in text for text in mine)
    other = build.mailed(site.hospital, "p2@riverbend.example")
    assert any(f"/sign/{site.hospital.requests['P2']}" in text for text in other)


def test_opening_the_link_leaves_no_trace(site: Site) -> None:
    """Mail scanners open every link: the whole text is there, nothing is recorded, and there is no form that signs."""
    page = Browser(site.app).get(link(site))
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert page.text.count('<article class="pair"') == 14
    assert 'name="name"' not in page.text
    assert site.state("P1") is RequestState.SENT
    assert [site.count(of=table) for table in (Ceremony, GuestVisit, OutboxItem)] == [
        0,
        0,
        site.count(of=OutboxItem),
    ]
    assert not any(name in dict(page.headers).get("Set-Cookie", "") for name in ("guest=",))


def test_somebody_without_an_account_signs(site: Site) -> None:
    """Read, have a code sent, type name and code, sign: one signature, told truly in evidence; no account is made."""
    accounts = site.count(of=Account)
    browser, filled = at_form(site)
    answer = browser.post("/invited/sign", **filled, code=build.code(site.hospital))
    assert (answer.status_code, answer.location) == (303, "/invited/done")
    assert site.state("P1") is RequestState.SIGNED
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        said = signing.evidence(work, work.session.scalars(select(Signature.uid)).one())["authentication"]
    assert isinstance(said, dict)
    assert {name: said[name] for name in ("method", "factors", "door", "contact", "sent_to")} == {
        "method": "code:second_contact",
        "factors": ["personal_link", "code:second_contact"],
        "door": "personal_link",
        "contact": "email",
        "sent_to": "a…@e….example",
    }
    site.hospital.seal()
    assert "You have signed" in browser.get("/invited/done").text
    assert browser.get("/invited/copy.pdf").data[:5] == b"%PDF-"
    assert browser.get("/invited/copy.zip").data[:2] == b"PK"
    assert site.count(of=Account) == accounts
    assert browser.get("/archive").status_code == 302


def test_a_second_click_ends_on_the_same_signature(site: Site) -> None:
    """The form sent twice, with or without its key, is one signature."""
    browser, filled = at_form(site)
    sent = {**filled, "code": build.code(site.hospital)}
    answers = [browser.post("/invited/sign", **sent, **key) for key in ({"_key": "a"}, {"_key": "a"}, {})]
    assert [answer.location for answer in answers] == ["/invited/done"] * 3
    assert site.count(of=Signature) == 1


def test_the_receipt_leads_back_to_the_copy_with_another_code(site: Site) -> None:
    """The link in the receipt shows nothing by itself; a code opens the copy, after the first visit is long over."""
    browser, filled = at_form(site)
    browser.post("/invited/sign", **filled, code=build.code(site.hospital))
    receipt = build.mailed(site.hospital, "p1@riverbend.example")[-1]
    assert link(site) in receipt
    site.clock.advance(timedelta(days=90))
    again = Browser(site.app)
    assert "You have signed" not in again.get(link(site)).text
    again.post(f"{link(site)}/code")
    assert 'name="nonce"' not in again.get("/invited/sign").text
    assert again.get("/invited/copy.pdf").status_code in {403, 404}
    assert again.post("/invited/enter", code=build.code(site.hospital)).location == "/invited/done"
    assert again.get("/invited/copy.pdf").data[:5] == b"%PDF-"


def test_the_link_alone_signs_nothing(site: Site) -> None:
    """Whoever has the link but not the code, a scanner that sends forms included, gets no further than the question."""
    browser, filled = at_form(site)
    for code in ("", "000000", "password", "1" * 20):
        assert browser.post("/invited/sign", **filled, code=code).status_code == 422
    assert browser.get("/invited/done").location == "/invited/sign"
    for path in ("decline", "talk"):
        assert browser.post(f"/invited/{path}", confidant="physicians", code="000000").status_code == 422
    assert site.count(of=Signature) == 0
    assert site.state("P1") is RequestState.VIEWED


def test_no_list_of_mails_shows_the_code(site: Site) -> None:
    """Neither the subject nor what stands beside it in a list has it: a telephone on a desk shows both to anybody."""
    at_form(site)
    code = build.code(site.hospital)
    folder = site.hospital.installation.settings.mail_folder
    (mail,) = [one for one in map(_parsed, folder.glob("*.eml")) if code in str(one.get_body(("plain",)))]
    page = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]  # ours have one
    preview = re.search(r'<div style="display:none[^>]*>([^<]*)</div>', page)
    assert preview
    assert mail["Subject"].startswith("Your code for ")
    assert [code in text for text in (mail["Subject"], preview[1], page)] == [False, False, True]


def _parsed(path: Path) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(path.read_bytes(), policy=policy.default))


def test_five_wrong_tries_end_a_code(site: Site) -> None:
    """The right code is refused after five wrong ones; another one is sent and counts."""
    browser, filled = at_form(site)
    right = build.code(site.hospital)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _try in range(5):
        assert "not the code" in browser.post("/invited/sign", **filled, code=wrong).text
    assert "This code is over" in browser.post("/invited/sign", **filled, code=right).text
    browser.post("/invited/code")
    again = {**form(browser.get("/invited/sign")), "code": build.code(site.hospital)}
    fields = {name: value for name, value in again.items() if name not in {"password", "locale"}}
    assert browser.post("/invited/sign", **fields).location == "/invited/done"


def test_a_code_ends_after_ten_minutes(site: Site) -> None:
    """At ten minutes it is over; a moment before, it counts."""
    browser, filled = at_form(site)
    code = build.code(site.hospital)
    site.clock.advance(timedelta(minutes=10))
    assert "This code is over" in browser.post("/invited/sign", **filled, code=code).text
    site.clock.advance(timedelta(seconds=-1))
    assert browser.post("/invited/sign", **filled, code=code).location == "/invited/done"


def test_a_code_counts_on_its_own_page_alone(site: Site) -> None:
    """A code for one opening doesn't sign another one, and an earlier visit is over when a new one begins."""
    first, filled = at_form(site)
    early = build.code(site.hospital)
    second, other = at_form(site)
    assert first.post("/invited/sign", **filled, code=early).status_code == 404
    assert second.post("/invited/sign", **other, code=early).status_code == 422
    late = build.code(site.hospital)
    assert second.post("/invited/sign", **{**other, "nonce": filled["nonce"]}, code=late).status_code == 422
    assert second.post("/invited/sign", **other, code=late).location == "/invited/done"


def test_no_more_than_eight_codes_a_day(site: Site) -> None:
    """Nobody's second mailbox is flooded, and nobody guesses six digits by asking for many codes."""
    browser = Browser(site.app)
    answers = [browser.post(f"{link(site)}/code").status_code for _n in range(9)]
    assert answers == [303] * 8 + [429]
    site.clock.advance(timedelta(days=1, seconds=1))
    assert browser.post(f"{link(site)}/code").status_code == 303


def test_a_guest_declines_or_asks_to_talk(site: Site) -> None:
    """The other answers take the same code, and have the same quiet end."""
    browser, _filled = at_form(site)
    code = build.code(site.hospital)
    assert browser.post("/invited/decline", confidant="", reason="", code="").status_code == 422
    assert browser.post("/invited/decline", confidant="", reason="", code=code).location == "/invited/done"
    assert "ordinary answer" in browser.get("/invited/done").text
    assert site.state("P1") is RequestState.DECLINED
    build.a_guest(site.hospital, "P2")
    other = Browser(site.app)
    other.post(f"{link(site, 'P2')}/code")
    asked = {"confidant": "physicians", "reason": "", "code": build.code(site.hospital)}
    assert other.post("/invited/talk", **asked).location == "/invited/done"
    assert site.state("P2") is RequestState.DISCUSSION_REQUESTED


def test_reminders_stop_with_one_tap(site: Site) -> None:
    """No code, no reason; the invitation stays open."""
    answer = Browser(site.app).post(f"{link(site)}/quiet")
    assert "You are not reminded any more" in answer.text
    assert site.state("P1") is RequestState.SENT


def test_without_a_second_contact_other_ways_are_offered(site: Site) -> None:
    """No code can be sent: the page says what one can do instead, and sends none."""
    build.a_guest(site.hospital, "P2", second=None)
    page = Browser(site.app).get(link(site, "P2")).text
    assert ("Send me a code" in page, "sign at a meeting" in page, "sign on paper" in page) == (
        False,
        True,
        True,
    )
    assert Browser(site.app).post(f"{link(site, 'P2')}/code").status_code == 409
    assert site.count(of=GuestVisit) == 0


def test_a_link_is_worth_nothing_to_others(site: Site) -> None:
    """A letter changed, another address on file, another person's request: the same calm words, never a hint."""
    right = build.token(site.hospital, "P1")
    wrong = [right[:-1] + ("A" if right[-1] != "A" else "Q"), "A" * 52, "0" * 52, right.lower()]
    answers = [Browser(site.app).get(f"/invited/{one}") for one in wrong]
    assert [answer.status_code for answer in answers] == [404] * 4
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        moved = update(Person).where(Person.staff_id == "P1").values(email="anna@new.example")
        work.session.execute(moved)
    assert Browser(site.app).get(f"/invited/{right}").status_code == 404


def test_leaving_ends_the_visit(site: Site) -> None:
    """On a shared device: after leaving, and half an hour after signing, the cookie opens nothing."""
    browser, filled = at_form(site)
    browser.post("/invited/sign", **filled, code=build.code(site.hospital))
    cookie = browser.cookie("guest")
    assert "You have left" in browser.post("/invited/leave").text
    assert browser.cookie("guest") is None
    browser.client.set_cookie("guest", cookie or "")
    assert browser.get("/invited/done").status_code == 404


def test_a_visit_ends_by_itself(site: Site) -> None:
    """Half an hour after the code was given."""
    browser, filled = at_form(site)
    browser.post("/invited/sign", **filled, code=build.code(site.hospital))
    site.clock.advance(timedelta(minutes=30))
    assert browser.get("/invited/done").status_code == 404


def test_a_visit_reaches_one_thing_only(site: Site) -> None:
    """The cookie opens no other page of the person, and no API."""
    browser, filled = at_form(site)
    browser.post("/invited/sign", **filled, code=build.code(site.hospital))
    for path in ("/archive", "/messages", "/auth/account", f"/sign/{site.hospital.requests['P1']}"):
        assert browser.get(path).status_code in {302, 401}, path


def test_no_secret_is_at_rest(site: Site) -> None:
    """Neither link nor code nor cookie stands in any table; the mail drop alone has what was mailed."""
    browser, filled = at_form(site)
    code = build.code(site.hospital)
    browser.post("/invited/sign", **filled, code=code, _key="kept")
    secrets = (build.token(site.hospital, "P1"), browser.cookie("guest") or "?")
    database = site.hospital.installation.database
    with database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = repr(connection.execute(select(table)).all())
            assert not [one for one in secrets if one in rows], table.name
            assert not re.search(rf"\b{code}\b", rows), table.name
