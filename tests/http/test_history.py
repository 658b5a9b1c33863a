"""What somebody was sent, and what became of it: in full for themselves; for a steward without what they answered."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from reciproca.command_line import command_line
from reciproca.compacts.access import actions as access
from reciproca.compacts.notices.fates import OPENLY, THEIRS_ALONE
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.people.tables import Leave, Person
from reciproca.compacts.signing.actions import ask_to_talk, decline, stop_reminders
from reciproca.compacts.signing.actions.campaigns import close_due_campaigns
from reciproca.core.identity import console, system
from reciproca.opening import HANDLERS
from reciproca.plugins.types import Side
from reciproca.scheduler.ticks import tick
from tests.building import signing as build
from tests.building.ceremony import Site
from tests.building.house import an_app, an_installation

DECLINER, SILENT, STOPPER, TALKER, SIGNER = WHO = ("P1", "P2", "P3", "P4", "P5")


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Five physicians who were asked on 1 September, to answer until 1 October."""
    installation = an_installation(tmp_path / "home", database_url)
    hospital = build.a_hospital(installation, physicians=5)
    installation.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]  # a FixedClock; what is of one instant has no order
    yield Site(hospital=hospital, app=an_app(installation), clock=installation.clock)  # type: ignore[arg-type]  # the one given
    installation.database.dispose()


def _answer(site: Site) -> None:
    """Each in their way; the silent one not at all."""
    requests = site.hospital.requests
    acts: Mapping[str, Callable[..., object]] = {
        DECLINER: lambda work: decline(
            work, request_uid=requests[DECLINER], confidant=Side.PHYSICIANS, reason="No"
        ),
        STOPPER: lambda work: stop_reminders(work, request_uid=requests[STOPPER]),
        TALKER: lambda work: ask_to_talk(work, request_uid=requests[TALKER], confidant=Side.PHYSICIANS),
    }
    for who, act in acts.items():
        with site.hospital.installation.work(site.hospital.actor(who), site.hospital.place) as work:
            act(work)
    build.signed(site.hospital, SIGNER)


def _let_pass(site: Site, days: int) -> None:
    for _day in range(days):
        tick(site.hospital.installation, HANDLERS)
        site.clock.advance(timedelta(days=1))
    tick(site.hospital.installation, HANDLERS)


def _uid(site: Site, who: str) -> str:
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        return work.session.scalars(select(Person.uid).filter_by(staff_id=who)).one()


def _api(site: Site, reader: str, address: str, **asked: Any) -> dict[str, Any]:
    with site.hospital.installation.work(console(), site.hospital.place) as work:
        email = f"{reader.lower()}@riverbend.example"
        token = access.create_token(work, email=email, scopes=("*",)).secret
    answer = site.app.test_client().get(
        f"/api/v1{address}", query_string=asked, headers={"Authorization": f"Bearer {token}"}
    )
    said: dict[str, Any] = answer.get_json()
    return said | {"status": answer.status_code}


def _terminal(site: Site, *words: str) -> str:
    chosen = site.hospital.installation.settings
    environ = {"RECIPROCA_HOME": str(chosen.home), "RECIPROCA_DATABASE_URL": chosen.database_url,
               "RECIPROCA_TESTING": "1", "RECIPROCA_TEST_CLOCK": str(chosen.home / "clock.txt")}  # fmt: skip
    (chosen.home / "clock.txt").write_text(site.clock.now().isoformat())
    done = CliRunner().invoke(command_line(environ), ["schedule", "history", *words])
    assert done.exit_code == 0, done.stderr
    return done.stdout


def _alike(text: str, site: Site, who: str) -> bytes:
    """The text without what differs from person to person anyway: their name and the identifiers."""
    name = build.NAMES[int(who[1:]) - 1]
    text = text.replace(name, "NAME").replace(_uid(site, who), "PERSON")
    text = re.sub(r'(name="_(?:csrf|key)" value=")[^"]*', r"\1", text)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID", text).encode()


def _seen_by_others(site: Site, who: str) -> tuple[bytes, ...]:
    """The page in both languages, the API and the terminal, as a steward and the operator read them."""
    steward, uid = site.browser("S1"), _uid(site, who)
    pages = [steward.get(f"/people/{uid}/messages?lang={locale}") for locale in ("en", "fr")]
    assert [page.status_code for page in pages] == [200, 200]
    said = json.dumps(_api(site, "S1", f"/people/{uid}/notices"), sort_keys=True)
    lines = _terminal(site, "--person", who), _terminal(site, "--person", who, "--json")
    return tuple(_alike(text, site, who) for text in (*(page.text for page in pages), said, *lines))


def test_nobody_else_can_tell_a_refusal_from_silence(site: Site) -> None:
    """Byte for byte the same of five people who declined, said nothing, wished no reminders, asked to talk, and signed:
    after the invitation, after the reminders, and after the end."""
    _let_pass(site, 1)
    _answer(site)
    for days in (0, 15, 20):
        _let_pass(site, days)
        seen = {who: _seen_by_others(site, who) for who in WHO}
        assert len(set(seen.values())) == 1, days
    page, _french, said, line, _json = seen[SILENT]
    assert b"You are invited: " in page
    assert b"can\xe2\x80\x99t be told from this page" in page
    assert [one["kind"] for one in json.loads(said)["items"]] == ["reminder", "consultation.opened"]
    assert b"You are invited: " in line
    mine = _api(site, SILENT, "/notices/history")
    assert [one["kind"] for one in mine["items"]].count("reminder") == 3


def test_who_answered_before_the_mail_went_is_like_whoever_wished_none(site: Site) -> None:
    """On leave, so that the invitation waits: it is left out for one common reason, whatever the answer was; its reader
    is told more."""
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        for person in work.session.scalars(select(Person).where(Person.staff_id.in_(WHO))):
            work.session.add(Leave(person_id=person.id, starts=date(2026, 9, 1), ends=date(2026, 9, 8)))
    _let_pass(site, 1)
    waiting = {who: _seen_by_others(site, who) for who in WHO}
    assert len(set(waiting.values())) == 1
    assert b"Waits until" in waiting[SILENT][0]
    _answer(site)
    _let_pass(site, 10)
    seen = {who: _seen_by_others(site, who) for who in WHO}
    assert seen[DECLINER] == seen[STOPPER] == seen[TALKER] == seen[SIGNER]
    assert b"the invitation was over, or no more reminders were wished." in seen[DECLINER][0]
    own = [one["why"] for who in (DECLINER, SIGNER) for one in _api(site, who, "/notices/history")["items"]]
    assert {"stopped", "answered"} <= set(own)
    assert "quiet" not in own


def test_one_reads_everything_of_ones_own(site: Site) -> None:
    """Receipts and all, with what became of each; on the person's page one finds the same."""
    _let_pass(site, 1)
    _answer(site)
    _let_pass(site, 1)
    signer = site.browser(SIGNER)
    page = signer.get("/messages/history").text
    assert "Your signature is recorded: " in page
    assert "Written to a folder here on Sep 1, 2026" in page
    assert "Your signature is recorded: " in signer.get(f"/people/{_uid(site, SIGNER)}/messages").text
    assert "Votre signature est enregistrée" in signer.get("/messages/history?lang=fr").text
    assert "/messages/history" in signer.get("/messages").text
    said = _api(site, SIGNER, "/notices/history")
    assert said["own"] is True
    assert {one["state"] for one in said["items"]} == {"written"}


def test_it_comes_page_by_page(site: Site) -> None:
    """Each line once, the newest first, for oneself and for the steward alike; what isn't shown leaves no gap."""
    _let_pass(site, 30)
    for reader, address in ((SILENT, "/notices/history"), ("S1", f"/people/{_uid(site, SILENT)}/notices")):
        whole = [one["uid"] for one in _api(site, reader, address)["items"]]
        seen, after = [], None
        while True:
            found = _api(site, reader, address, limit=1, **({"after": after} if after else {}))
            assert len(found["items"]) == 1
            seen += [one["uid"] for one in found["items"]]
            after = found["next"]
            if after is None:
                break
        assert seen == whole == sorted(whole, reverse=True)


@pytest.mark.parametrize("reader", ["P2", "C1", "X1", "Y1"])
def test_others_than_a_steward_read_nobodys(site: Site, reader: str) -> None:
    """No colleague, no co-sponsor, nobody who signs for the organisation; also not whether there is such a person."""
    for uid in (_uid(site, "P1"), "0" * 36):
        assert site.browser(reader).get(f"/people/{uid}/messages").status_code == 403
        assert _api(site, reader, f"/people/{uid}/notices")["status"] == 403


def test_an_unknown_person_has_none(site: Site) -> None:
    """For a steward, who may ask."""
    assert site.browser("S1").get(f"/people/{'0' * 36}/messages").status_code == 404


def test_the_steward_finds_it_on_the_persons_page(site: Site) -> None:
    """By a link, which whoever may not read it hasn't got."""
    uid = _uid(site, "P1")
    assert f"/people/{uid}/messages" in site.browser("S1").get(f"/people/{uid}").text


def test_every_kind_is_either_open_or_theirs_alone() -> None:
    """A new kind of notice has to be thought about."""
    assert set(Kind) == OPENLY | THEIRS_ALONE
    assert not OPENLY & THEIRS_ALONE


def test_the_end_of_a_campaign_is_no_message(site: Site) -> None:
    """Nobody is told anything when it closes, so that nothing new stands in a history."""
    _let_pass(site, 1)
    before = _seen_by_others(site, SILENT)
    site.clock.advance(timedelta(days=40))
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        close_due_campaigns(work)
    assert _seen_by_others(site, SILENT) == before
