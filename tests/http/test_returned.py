"""Mail that came back, at the doors: a relay's webhook reports it, the office sees whom mail can't reach, the person
sees it on their page of messages, and either can say that the address is right."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from reciproca.command_line import command_line
from reciproca.compacts.notices.actions import notify
from reciproca.compacts.notices.tables import Delivery
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.people.tables import Person
from reciproca.core.identity import Role, system
from reciproca.scheduler.dispatch import dispatch
from tests.building.access import ANNA, BEN, Browser, Site, a_person, an_account
from tests.building.house import an_app
from tests.building.postbox import Postbox, a_postbox

TEST = system("test")
ROY = "roy@riverbend.example"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    """A mail server on loopback and its URL."""
    with a_postbox() as made:
        yield made


@pytest.fixture
def site(tmp_path: Path, database_url: str, postbox: tuple[Postbox, str]) -> Iterator[Site]:
    """Anna administers, Ben is the steward, and Roy was sent one mail."""
    with Site(tmp_path / "home", database_url) as made:
        settings = replace(
            made.installation.settings, smtp_url=postbox[1], bounce_address="bounces@riverbend.example"
        )
        made.installation = replace(made.installation, settings=settings)
        made.app = an_app(made.installation)
        with made.installation.work(TEST, made.place) as work:
            a_person(work, ROY, "roy", given="Sam", family="Roy")
        an_account(made.installation, made.place, ROY, roles=(Role.PHYSICIAN,))
        made.account(ANNA, Role.ADMINISTRATOR)
        made.account(BEN, Role.STEWARD)
        tell(made)
        yield made


def tell(site: Site) -> dict[str, int]:
    """Roy is told something; what became of it."""
    with site.installation.work(TEST, site.place) as work:
        person_id = work.session.scalars(select(Person.id).filter_by(staff_id="roy")).one()
        notify(work, kind=Kind.VERSION_IN_FORCE, person_id=person_id, data={"title": {"en": "Agreement"}})
    counts = dispatch(site.installation, [site.place])
    counts.pop("taken")
    return dict(counts)


def reported(site: Site, scope: str = "bounce.report", **facts: str) -> Any:
    """What a relay's webhook is answered."""
    headers = site.bearer(ANNA, scope)
    return site.app.test_client().post("/api/v1/bounces", json=facts, headers=headers)


def browsing(site: Site, email: str) -> Browser:
    """Somebody's browser."""
    browser = site.browser()
    browser.sign_in(email)
    return browser


def test_a_relay_reports_with_a_token_that_can_do_nothing_else(
    site: Site, postbox: tuple[Postbox, str]
) -> None:
    """By the address that the mail came from; twice is once; the same token reads nothing."""
    facts = {"address": postbox[0].senders[0], "status": "5.1.1", "said": "no <roy@riverbend.example> here"}
    assert reported(site, **facts).get_json() == {"is_new": True}
    assert reported(site, **facts).get_json() == {"is_new": False}
    assert tell(site) == {"dropped": 1}
    client, narrow = site.app.test_client(), site.bearer(ANNA, "bounce.report")
    assert client.get("/api/v1/bounces", headers=narrow).status_code == 403
    assert reported(site, "notice.read", **facts).status_code == 403
    (one,) = client.get("/api/v1/bounces", headers=site.bearer(ANNA)).get_json()["bounces"]
    assert (one["address"], one["status"], one["said"], one["is_mailed"]) == (
        ROY,
        "5.1.1",
        "no … here",
        False,
    )


def test_a_report_by_message_id_counts_too(site: Site, postbox: tuple[Postbox, str]) -> None:
    """A relay that rewrites senders knows the Message-ID."""
    assert reported(site, message_id=postbox[0].heard[0][1], status="5.1.1").get_json() == {"is_new": True}
    assert tell(site) == {"dropped": 1}


@pytest.mark.parametrize(
    ("facts", "status"),
    [({}, 422), ({"address": "bounces+x@riverbend.example"}, 404), ({"message_id": "<x@y>"}, 404),
     ({"message_id": "<x@y>", "status": "2.0.0"}, 422), ({"message_id": "<x@y>", "more": "1"}, 422)],
)  # fmt: skip
def test_a_report_about_nothing_of_ours_is_refused(site: Site, facts: dict[str, str], status: int) -> None:
    """It says what is missing, and changes nothing."""
    assert reported(site, **facts).status_code == status
    assert tell(site) == {"handed_over": 1}


def test_the_steward_sees_whom_mail_cannot_reach(site: Site, postbox: tuple[Postbox, str]) -> None:
    """The page names the person, the reason and the counts; its button has mail sent again."""
    reported(site, address=postbox[0].senders[0], status="5.1.1", said="no such user")
    tell(site)
    ben = browsing(site, BEN)
    text = ben.get("/mail").text
    assert "1 person can’t be reached by mail" in text
    assert "5.1.1 · no such user" in text
    assert "not sent: mail to that address came back" in text
    with site.installation.work(TEST, site.place, write=False) as work:
        uid = work.session.scalars(select(Person.uid).filter_by(staff_id="roy")).one()
    assert ben.post(f"/mail/{uid}/confirmations").status_code == 303
    assert "Everybody with an address can be reached" in ben.get("/mail").text
    assert tell(site) == {"handed_over": 1}


def test_the_person_sees_it_on_their_messages(site: Site, postbox: tuple[Postbox, str]) -> None:
    """What was not mailed is there; one press has mail sent again; the office's page isn't theirs."""
    reported(site, address=postbox[0].senders[0], status="5.1.1", said="no such user")
    tell(site)
    roy = browsing(site, ROY)
    text = roy.get("/messages").text
    assert "Mail to you comes back" in text
    assert ROY in text
    assert text.count("In force: Agreement") == 2
    assert "mail to you comes back" not in roy.get("/messages/plan").text  # nothing is planned
    assert roy.get("/mail").status_code == 403
    assert roy.post("/messages/address").status_code == 303
    assert "Mail to you comes back" not in roy.get("/messages").text
    assert tell(site) == {"handed_over": 1}


def test_nobody_confirms_anothers_address(site: Site, postbox: tuple[Postbox, str]) -> None:
    """A physician's token reaches their own only."""
    reported(site, address=postbox[0].senders[0], status="5.1.1")
    with site.installation.work(TEST, site.place) as work:
        a_person(work, "eve@riverbend.example", "eve", given="Eve", family="Other")
        uid = work.session.scalars(select(Person.uid).filter_by(staff_id="roy")).one()
    an_account(site.installation, site.place, "eve@riverbend.example", roles=(Role.PHYSICIAN,))
    client, path = site.app.test_client(), f"/api/v1/people/{uid}/address/confirmations"
    assert client.post(path, headers=site.bearer("eve@riverbend.example")).status_code == 403
    assert client.post(path, headers=site.bearer(ROY)).status_code == 204
    assert client.post(path.replace(uid, "0" * 36), headers=site.bearer(ANNA)).status_code == 404


def test_the_operator_sees_and_mends_it(site: Site, postbox: tuple[Postbox, str]) -> None:
    """`mail list`, `mail bounces` and `mail confirm` at the machine."""
    reported(site, address=postbox[0].senders[0], status="5.1.1", said="no such user")
    home, url = site.installation.settings.home, site.installation.settings.database_url

    def run(*words: str) -> Any:
        environ = {"RECIPROCA_DATABASE_URL": url}
        done = CliRunner().invoke(command_line(environ), [*words, "--home", str(home)])
        assert done.exit_code == 0, done.output
        return done.output

    (sent,) = json.loads(run("mail", "list", "--json"))
    assert (sent["state"], sent["reason"]) == ("bounced", "5.1.1 no such user")
    (one,) = json.loads(run("mail", "bounces", "--json"))
    assert "not mailed" in run("mail", "bounces")
    assert "again" in run("mail", "confirm", one["person"])
    assert "all along" in run("mail", "confirm", one["person"])
    assert json.loads(run("mail", "bounces", "--json"))[0]["is_mailed"]


def test_mail_speaks_in_a_persons_name(site: Site, postbox: tuple[Postbox, str]) -> None:
    """From the steward of longest standing, at the installation's own address; answers go to them."""
    with site.installation.work(TEST, site.place) as work:
        a_person(work, "dana@riverbend.example", "dana", given="Dana", family="Steward")
    an_account(site.installation, site.place, "dana@riverbend.example", roles=(Role.STEWARD,))
    tell(site)
    before, mail = postbox[0].mails
    assert (before["From"], before["Reply-To"]) == ("Riverbend Hospital <reciproca@localhost>", None)
    assert mail["From"] == '"Dana Steward, Riverbend Hospital" <reciproca@localhost>'
    assert mail["Reply-To"].addresses[0].addr_spec == "dana@riverbend.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    with site.installation.work(TEST, site.place, write=False) as work:
        assert work.session.scalars(select(Delivery.outcome)).all() == ["handed_over", "handed_over"]
