"""How each person is written to: at the hour of their choice, with courtesy mails or without, by page, API and link."""

import email
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.notices.actions import notify
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.people.tables import Person
from reciproca.compacts.policies.rules import Family
from reciproca.compacts.preferences.tables import Preference
from reciproca.core.identity import Role, system
from reciproca.core.work import Work
from reciproca.scheduler.ticks import send_due, sweep_all
from tests.building.access import Site, a_person, an_account
from tests.building.obligations import owed_by

TEST = system("test")
ROY = "roy@riverbend.example"
ASKED = datetime(2026, 10, 8, 14, 0, tzinfo=UTC)  # a Thursday morning in Toronto


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """On 8 October Roy owes one thing by the 15th, and is invited to another until the 30th."""
    with Site(tmp_path / "home", database_url) as made:
        made.clock.move_to(ASKED)
        with made.installation.work(TEST, made.place) as work:
            a_person(work, ROY, "roy", given="Sam", family="Roy")
            owed_by(work, roy(work), subject_uid="own")
            owed_by(work, roy(work), subject_uid="asked", due=date(2026, 10, 30), family=Family.INVITATION)
        an_account(made.installation, made.place, ROY, roles=(Role.PHYSICIAN,))
        yield made


def roy(work: Work) -> Person:
    """The person."""
    return work.session.scalars(select(Person)).one()


def at(site: Site, moment: datetime) -> list[EmailMessage]:
    """The mails that go at `moment`, the oldest first."""
    folder = site.installation.settings.mail_folder
    before = set(folder.glob("*.eml"))
    site.clock.move_to(moment)
    sweep_all(site.installation, site.place)
    send_due(site.installation, (site.place,))
    new = sorted(set(folder.glob("*.eml")) - before)
    return [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in new]


def left_out(site: Site) -> list[str | None]:
    """Why notices weren't mailed."""
    with site.installation.work(TEST, site.place, write=False) as work:
        return list(work.session.scalars(select(Notice.left_out).order_by(Notice.id)))


def stop_link(mail: EmailMessage) -> str:
    """The path of the link that ends courtesy mails, or none."""
    found = re.fullmatch(r"<http://[^/]+(/courtesy/[A-Z2-7]{52})>", str(mail.get("List-Unsubscribe", "")))
    return found[1] if found else ""


def a_courtesy_mail(site: Site) -> EmailMessage:
    """The one that repeats the invitation three days before its end."""
    at(site, datetime(2026, 10, 22, 14, 0, tzinfo=UTC))
    (mail,) = at(site, datetime(2026, 10, 27, 14, 0, tzinfo=UTC))
    return mail


def body(mail: EmailMessage, kind: str = "plain") -> str:
    """One part of a mail."""
    part = mail.get_body((kind,))
    return part.get_content() if part else ""


def choose(site: Site, **fields: str) -> int:
    """Roy chooses on the page."""
    browser = site.browser()
    browser.sign_in(ROY)
    return browser.post("/messages/preferences", **fields).status_code


def test_reminders_come_at_the_hour_that_one_chose(site: Site) -> None:
    """Seven in the morning is over when a reminder is planned for nine: it comes at seven on the next working day."""
    assert choose(site, hour="7", courtesy_by_mail="1") == 303
    assert at(site, ASKED) == []
    assert at(site, datetime(2026, 10, 9, 10, 59, tzinfo=UTC)) == []
    (mail,) = at(site, datetime(2026, 10, 9, 11, 0, tzinfo=UTC))
    assert mail["Subject"].startswith("You are invited")


def test_an_hour_of_the_evening_is_the_same_day(site: Site) -> None:
    """Later than nine, on the day itself; the hour counts in the person's own zone."""
    with site.installation.work(TEST, site.place) as work:
        roy(work).zone = "America/Vancouver"
    assert choose(site, hour="20", courtesy_by_mail="1") == 303
    assert at(site, datetime(2026, 10, 9, 2, 59, tzinfo=UTC)) == []
    assert len(at(site, datetime(2026, 10, 9, 3, 0, tzinfo=UTC))) == 1


def test_courtesy_stays_on_the_page_of_messages(site: Site) -> None:
    """Whoever wants no courtesy mails is asked once, and reminded of what they owe; nothing repeats the invitation."""
    assert choose(site, hour="") == 303
    assert [mail["Subject"][:11] for mail in at(site, ASKED)] == ["You are inv"]
    assert [mail["Subject"][:8] for mail in at(site, datetime(2026, 10, 14, 14, 0, tzinfo=UTC))] == [
        "Due Octo"
    ]
    assert [mail["Subject"][:7] for mail in at(site, datetime(2026, 10, 22, 14, 0, tzinfo=UTC))] == [
        "Was due"
    ]
    assert at(site, datetime(2026, 10, 27, 14, 0, tzinfo=UTC)) == []
    assert left_out(site).count("unwanted") == 2
    browser = site.browser()
    browser.sign_in(ROY)
    assert browser.get("/messages").text.count("Open until October 30") == 2
    assert "you want no courtesy mails" not in browser.get("/messages/plan").text  # none is left to come


def test_the_plan_says_what_will_not_come_and_when(site: Site) -> None:
    """Both choices show among what will reach one."""
    assert choose(site, hour="20") == 303
    browser = site.browser()
    browser.sign_in(ROY)
    page = browser.get("/messages/plan").text
    assert page.count("you want no courtesy mails") == 2
    assert "at the hour that you chose" in page


def test_news_that_is_a_courtesy_is_left_out_too(site: Site) -> None:
    """A review that is closed is news; a receipt is one's own proof, and always comes."""
    choose(site, hour="")
    at(site, ASKED)
    with site.installation.work(TEST, site.place) as work:
        for kind in (Kind.REVIEW_CLOSED, Kind.SIGNATURE_RECEIPT):
            notify(work, kind=kind, person_id=roy(work).id, data={"title": {"en": "Our compact"}})
    (mail,) = at(site, ASKED + timedelta(minutes=1))
    assert mail["Subject"] == "Your signature is recorded: Our compact"


def test_mails_say_whether_they_can_be_stopped(site: Site) -> None:
    """A courtesy mail has the header and the link, in both of its parts; any other says why it always comes."""
    (first,) = at(site, ASKED)
    assert stop_link(first) == ""
    assert "List-Unsubscribe-Post" not in first
    again = a_courtesy_mail(site)
    assert stop_link(again)
    assert again["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        assert "such mails always come" in body(first, kind)
        assert stop_link(again) in body(again, kind)
        assert "/courtesy/" not in body(first, kind)


def test_one_click_stops_them_and_opening_the_link_does_not(site: Site) -> None:
    """Mail scanners open links; mail programs post without a cookie (RFC 8058)."""
    at(site, ASKED)
    link = stop_link(a_courtesy_mail(site))
    scanner = site.app.test_client()
    assert "Stop courtesy mails?" in scanner.get(link).text
    assert choices(site) == []
    answer = scanner.post(
        link, data={"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert (answer.status_code, "No more courtesy mails" in answer.text) == (200, True)
    assert scanner.post(link).status_code == 200  # twice is as once
    assert choices(site) == [(None, False)]
    assert "Set-Cookie" not in answer.headers or "session" not in answer.headers["Set-Cookie"]


def test_a_link_that_is_wrong_or_went_to_another_address_does_nothing(site: Site) -> None:
    """In the same words."""
    at(site, ASKED)
    link = stop_link(a_courtesy_mail(site))
    client = site.app.test_client()
    forged = link[:-1] + ("A" if link[-1] != "A" else "Q")
    assert client.post(forged).status_code == 404
    assert client.get("/courtesy/" + "A" * 52).status_code == 404
    assert client.post(link, data={"other": "1"}).status_code == 422
    with site.installation.work(TEST, site.place) as work:
        roy(work).email = "roy@elsewhere.example"
    assert client.post(link).status_code == 404
    assert choices(site) == []


def choices(site: Site) -> list[tuple[int | None, bool]]:
    """What is kept."""
    with site.installation.work(TEST, site.place, write=False) as work:
        return [(row.hour, row.courtesy_by_mail) for row in work.session.scalars(select(Preference))]


@pytest.mark.parametrize("hour", ["5", "22", "noon", "7.5"])
def test_an_hour_that_there_is_not_changes_nothing(site: Site, hour: str) -> None:
    """The page says so."""
    assert choose(site, hour=hour) == 422
    assert choices(site) == []


def test_the_api_does_the_same(site: Site) -> None:
    """Read, and choose; nobody reads another's."""
    client, bearer = site.app.test_client(), site.bearer(ROY)
    assert client.get("/api/v1/preferences", headers=bearer).get_json() == {
        "hour": None,
        "courtesy_by_mail": True,
    }
    said = {"hour": 18, "courtesy_by_mail": False}
    assert client.post("/api/v1/preferences", json=said, headers=bearer).get_json() == said
    assert client.get("/api/v1/preferences", headers=bearer).get_json() == said
    assert (
        client.post(
            "/api/v1/preferences", json={"hour": 3, "courtesy_by_mail": True}, headers=bearer
        ).status_code
        == 422
    )
    assert client.get("/api/v1/preferences").status_code == 401
