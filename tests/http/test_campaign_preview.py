"""A look at a campaign before it is opened: what would be sent is what is sent."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from reciproca.command_line import command_line
from reciproca.compacts.access import actions as access
from reciproca.compacts.access.rules import without_secrets
from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.people.tables import Leave, Person
from reciproca.compacts.policies.rules import Days
from reciproca.compacts.policies.tables import ReminderPolicy
from reciproca.compacts.preferences.tables import Preference
from reciproca.compacts.signing.tables import Campaign, SignatureRequest
from reciproca.core.identity import console, system
from reciproca.opening import HANDLERS
from reciproca.scheduler.ticks import tick
from tests.building import signing as build
from tests.building.ceremony import Site
from tests.building.house import an_app, an_installation

DUE = "2026-10-01"  # a Thursday; the campaign is looked at on Tuesday 1 September at 10:00 in Toronto

PHYSICIANS = r"p\d@"


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Four physicians who aren't asked yet: one in Vancouver, one away until 20 September, one without an address."""
    installation = an_installation(tmp_path / "home", database_url)
    hospital = build.a_hospital(installation, physicians=4, campaign=False)
    with installation.work(system("test"), hospital.place) as work:
        people = {one.staff_id: one for one in work.session.scalars(select(Person))}
        people["P2"].zone, people["P4"].email = "America/Vancouver", None
        work.session.add(Leave(person_id=people["P3"].id, starts=date(2026, 9, 1), ends=date(2026, 9, 20)))
    yield Site(hospital=hospital, app=an_app(installation), clock=installation.clock)  # type: ignore[arg-type]  # the one given
    installation.database.dispose()


def _asked(site: Site, **body: Any) -> dict[str, Any]:
    installation = site.hospital.installation
    with installation.work(console(), site.hospital.place) as work:
        token = access.create_token(work, email="s1@riverbend.example", scopes=("*",)).secret
    headers = {"Authorization": f"Bearer {token}"}
    address = f"/api/v1/versions/{site.hospital.version}/campaign-previews"
    answer = site.app.test_client().post(address, json={"due": DUE, **body}, headers=headers)
    said: dict[str, Any] = answer.get_json()
    assert answer.status_code == 200, said
    return said


def _brief(said: dict[str, Any]) -> list[tuple[str, str, int, int, bool]]:
    return [
        (one["day"], one["time"], one["reminder"]["days"], one["people"], one["held"])
        for one in said["rounds"]
    ]


def test_it_counts_mails_by_the_readers_days_and_hours(site: Site) -> None:
    """Each where they are, after their leave, and only the latest of what waited; who has no address is said."""
    said = _asked(site)
    assert _brief(said) == [
        ("2026-09-01", "09:00", 0, 1, False),  # Vancouver: seven in the morning waits for nine
        ("2026-09-01", "10:00", 0, 1, False),
        ("2026-09-15", "09:00", 14, 2, False),
        ("2026-09-21", "09:00", 14, 1, True),
        ("2026-09-28", "09:00", -3, 3, False),
    ]
    assert said["per_day"] == [
        {"day": "2026-09-01", "mails": 2},
        {"day": "2026-09-15", "mails": 2},
        {"day": "2026-09-21", "mails": 1},
        {"day": "2026-09-28", "mails": 3},
    ]
    assert (said["asked"], said["without"], said["away"]) == (4, 1, 0)
    assert said["zones"] == {"America/Toronto": 2, "America/Vancouver": 1}
    assert said["closes_at"] == "2026-10-01T21:00:00+00:00"
    assert site.count(of=Campaign) == 0


def test_whoever_chose_an_hour_is_counted_at_that_hour(site: Site) -> None:
    """An hour that is over today is tomorrow's; nobody learns whose it is."""
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        person_id = work.session.scalars(select(Person.id).filter_by(staff_id="P1")).one()
        work.session.add(Preference(person_id=person_id, hour=7, courtesy_by_mail=True))
    said = _asked(site, reminders={"after": [], "before": [3]})
    assert _brief(said) == [
        ("2026-09-01", "09:00", 0, 1, False),
        ("2026-09-02", "07:00", 0, 1, False),
        ("2026-09-21", "09:00", 0, 1, True),
        ("2026-09-28", "09:00", -3, 2, False),
        ("2026-09-29", "07:00", -3, 1, False),
    ]


def test_the_days_that_count_around_the_reader_count_here(site: Site) -> None:
    """Without days of its own a campaign has the organisation's; what is on the page of messages alone is no mail."""
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        days = Days(after=(8,), quiet_before=(3,)).to_json()
        work.session.add(ReminderPolicy(family="invitation", scope="organisation", days=days))
    said = _asked(site)
    assert _brief(said)[2:] == [("2026-09-09", "09:00", 8, 2, False), ("2026-09-21", "09:00", 8, 1, True)]
    assert {one["is_reminder"] for one in said["mails"]} == {False, True}


def test_it_says_what_closed_days_move_and_what_is_not_sent(site: Site) -> None:
    """Labour Day by its name, in both languages; a weekend; and what would fall outside."""
    said = _asked(site, reminders={"after": [6, 11, 40], "before": []})
    assert [(one["wished"], one["day"], one["weekend"], one["closed"]) for one in said["shifts"]] == [
        ("2026-09-07", "2026-09-08", False, [{"en": "Labour Day", "fr": "Fête du Travail"}]),
        ("2026-09-12", "2026-09-14", True, []),
    ]
    assert said["unsent"] == [{"wave": 0, "reminder": {"days": 40, "from_opening": True}}]


def test_whoever_is_away_to_the_end_is_counted_as_away(site: Site) -> None:
    """A leave without an end, too."""
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        for leave in work.session.scalars(select(Leave)):
            leave.ends = None
    said = _asked(site)
    assert (said["away"], said["rounds"][-1]["people"]) == (1, 2)


def test_waves_are_asked_on_their_days(site: Site) -> None:
    """The others' invitation comes in the morning of their day."""
    waves = [{"opens": "2026-09-01", "leaders": True}, {"opens": "2026-09-10"}]
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        compact = work.session.scalars(select(Compact)).one()
        compact.sponsor_physicians_id = work.session.scalars(select(Person.id).filter_by(staff_id="P1")).one()
    said = _asked(site, waves=waves, reminders={"after": [], "before": []})
    assert [(one["wave"], one["day"], one["time"], one["people"]) for one in said["rounds"]] == [
        (0, "2026-09-01", "10:00", 1),
        (1, "2026-09-10", "09:00", 1),
        (1, "2026-09-21", "09:00", 1),
    ]


def _mails(site: Site, to: str) -> list[tuple[str, str]]:
    """Subject and text of what was written to somebody, in the order in which it was."""
    found = []
    for file in sorted(site.hospital.installation.settings.mail_folder.glob("*.eml")):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",))  # type: ignore[attr-defined]  # the policy makes EmailMessages
        if re.search(to, str(mail["To"])):
            found.append((str(mail["Subject"]), body.get_content().replace("\r\n", "\n")))
    return found


def test_the_mails_read_and_come_as_was_said(site: Site) -> None:
    """Opened with the same days, each mail reaches its reader then, in those words but for name and link."""
    tick(site.hospital.installation, HANDLERS)  # what there was to say before
    said = _asked(site)
    steward = site.browser("S1")
    assert steward.post(f"/compacts/{site.hospital.compact}/campaign", due=DUE).status_code == 303
    counted: Counter[str] = Counter()
    for number in range(31 * 2):  # ten in the morning in Toronto, and then in Vancouver
        before = len(_mails(site, PHYSICIANS))
        tick(site.hospital.installation, HANDLERS)
        if came := len(_mails(site, PHYSICIANS)) - before:
            counted[site.clock.now().date().isoformat()] += came
        site.clock.advance(timedelta(hours=21 if number % 2 else 3))
    assert [{"day": day, "mails": number} for day, number in counted.items()] == said["per_day"]
    mine = [mail for mail in _mails(site, r"p1@") if mail[0].startswith(("You are invited", "Open until"))]
    first, second, third = mine
    specimens = {(one["locale"], one["is_reminder"]): (one["subject"], one["text"]) for one in said["mails"]}
    assert set(specimens) == {("en", False), ("en", True), ("fr", False), ("fr", True)}
    assert _as_specimen(site, first) == specimens["en", False]
    assert _as_specimen(site, second) == _as_specimen(site, third) == specimens["en", True]


def _as_specimen(site: Site, mail: tuple[str, str]) -> tuple[str, str]:
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        uids = work.session.scalars(select(SignatureRequest.uid)).all()
    subject, text = mail
    for uid in uids:
        text = text.replace(uid, "…")
    return subject, without_secrets(text.replace("Anna Roy", "…"))


def test_the_page_shows_it_before_and_asks_nobody(site: Site) -> None:
    """With the usual days at once, with others by a button; what was typed stays, and what is wrong is said."""
    steward, address = site.browser("S1"), f"/compacts/{site.hospital.compact}/campaign"
    page = steward.get(address).text
    assert "What would be sent" in page
    assert "14 days after they were asked" in page
    assert "You are invited: " in page
    typed = {"due": DUE, "reminding": "1", "remind_after": "6", "remind_before": ""}
    shown = steward.post(address, show="1", **typed)
    assert shown.status_code == 200
    assert "Labour Day" in shown.text
    assert 'value="6"' in shown.text
    wrong = steward.post(address, show="1", **{**typed, "remind_after": "6 6"})
    assert (wrong.status_code, "What would be sent" in wrong.text) == (422, False)
    assert site.count(of=Campaign) == 0
    assert "Fête du Travail" in steward.post(f"{address}?lang=fr", show="1", **typed).text
    assert steward.post(address, **typed).status_code == 303
    assert site.count(of=Campaign) == 1


def test_showing_it_leaves_the_forms_key_free(site: Site) -> None:
    """Whoever goes back after a look and sends the same form opens the campaign."""
    steward, address = site.browser("S1"), f"/compacts/{site.hospital.compact}/campaign"
    assert steward.post(address, _key="one", due=DUE, show="1").status_code == 200
    assert steward.post(address, _key="one", due=DUE).status_code == 303
    assert site.count(of=Campaign) == 1


def test_only_the_steward_may_look(site: Site) -> None:
    """Others learn nothing, and nobody is named to anybody."""
    address = f"/compacts/{site.hospital.compact}/campaign"
    assert site.browser("P1").post(address, due=DUE, show="1").status_code == 403
    assert "Roy" not in json.dumps(_asked(site))


def test_the_terminal_says_the_same(site: Site) -> None:
    """As JSON and in lines."""
    chosen = site.hospital.installation.settings
    environ = {"RECIPROCA_HOME": str(chosen.home), "RECIPROCA_DATABASE_URL": chosen.database_url,
               "RECIPROCA_TESTING": "1", "RECIPROCA_TEST_CLOCK": str(chosen.home / "clock.txt")}  # fmt: skip
    (chosen.home / "clock.txt").write_text(site.clock.now().isoformat())
    words = ["campaign", "preview", site.hospital.version, "--until", DUE]
    days = ["--remind-after", "6", "--remind-before", "2"]
    done = CliRunner().invoke(command_line(environ), [*words, *days, "--json"])
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout) == _asked(site, reminders={"after": [6], "before": [2]})
    told = CliRunner().invoke(command_line(environ), [*words, *days])
    assert "moved: 6 days after asking, from 2026-09-07 to 2026-09-08 (Labour Day)" in told.stdout
    assert "You are invited: " in told.stdout
    silent = CliRunner().invoke(command_line(environ), [*words, "--no-reminders", "--json"])
    assert {one["reminder"]["days"] for one in json.loads(silent.stdout)["rounds"]} == {0}
