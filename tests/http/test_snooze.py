"""Being reminded later: one reminder on the chosen day instead of those before it; ladders and due days stay."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.obligations.tables import Obligation, ReminderStep
from reciproca.compacts.people.tables import Holding, Leave, Person, Post, Unit
from reciproca.compacts.policies.rules import Family
from reciproca.core.identity import Role, system
from reciproca.plugins.types import Side
from reciproca.scheduler.ticks import send_due, sweep_all
from tests.building.access import Browser, Site, a_person, an_account
from tests.building.obligations import owed_by

TEST = system("test")
TORONTO = ZoneInfo("America/Toronto")
PEOPLE = {"roy": Role.PHYSICIAN, "chief": Role.COMMITMENT_OWNER, "sponsor": Role.CO_SPONSOR_PHYSICIANS}


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """On 1 September, Roy owes one thing by 15 October and is invited to another until the 30th; the chief's post owes
    the third, for the organisation."""
    with Site(tmp_path / "home", database_url) as made:
        with made.installation.work(TEST, made.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend", path="Riverbend"))
            work.session.flush()
            for name in PEOPLE:
                a_person(work, f"{name}@riverbend.example", name, given="Sam", family=name.title())
            roy, chief = (
                work.session.scalars(select(Person).filter_by(staff_id=one)).one() for one in ("roy", "chief")
            )
            owed_by(work, roy, subject_uid="own")
            owed_by(work, roy, subject_uid="asked", due=date(2026, 10, 30), family=Family.INVITATION)
            post = Post(unit_id=work.session.scalars(select(Unit.id)).one(), title="Chief of staff")
            work.session.add(post)
            work.session.flush()
            work.session.add(Holding(post_id=post.id, person_id=chief.id))
            owed_by(work, post, subject_uid="post", side=Side.ORGANISATION)
        for name, role in PEOPLE.items():
            an_account(made.installation, made.place, f"{name}@riverbend.example", roles=(role,))
        yield made


def at(site: Site, who: str) -> Browser:
    """Somebody's browser."""
    browser = site.browser()
    assert browser.sign_in(f"{who}@riverbend.example").status_code == 303
    return browser


def uid(site: Site, subject: str) -> str:
    """What is owed, by its subject."""
    with site.installation.work(TEST, site.place, write=False) as work:
        return work.session.scalars(select(Obligation.uid).filter_by(subject_uid=subject)).one()


def days(site: Site, subject: str) -> list[date]:
    """When it is reminded of."""
    asked = select(ReminderStep.at).join(Obligation, Obligation.id == ReminderStep.obligation_id)
    with site.installation.work(TEST, site.place, write=False) as work:
        found = work.session.scalars(asked.where(Obligation.subject_uid == subject).order_by(ReminderStep.at))
        return [one.astimezone(TORONTO).date() for one in found]


def test_reminders_until_a_day_become_one_on_it(site: Site) -> None:
    """Those before are gone, those after stay, and nothing becomes due later; choosing another day moves it."""
    roy = at(site, "roy")
    before = days(site, "own")
    assert before[:3] == [date(2026, 9, 15), date(2026, 10, 1), date(2026, 10, 8)]
    for until in ("2026-09-23", "2026-09-25", "2026-09-25"):
        assert roy.post("/messages/later", uid=uid(site, "own"), until=until, reason="").status_code == 303
    assert days(site, "own") == [date(2026, 9, 23), date(2026, 9, 25), *before[1:]][1:]
    assert (
        "September 25, 2026" in roy.get("/messages/plan").text
        or "Sep 25, 2026" in roy.get("/messages/plan").text
    )


def test_what_goes_up_a_ladder_goes_on(site: Site) -> None:
    """Two and four weeks late are told whatever the owner wishes; both sides read why."""
    site.clock.move_to(datetime(2026, 10, 16, 14, 0, tzinfo=UTC))
    chief = at(site, "chief")
    silent = chief.post("/messages/later", uid=uid(site, "post"), until="2026-11-10", reason=" ")
    assert silent.status_code == 422
    assert "both sides read it" in silent.text
    said = chief.post(
        "/messages/later", uid=uid(site, "post"), until="2026-11-10", reason="The <roof> leaks."
    )
    assert said.status_code == 303
    assert days(site, "post")[-3:] == [date(2026, 10, 29), date(2026, 11, 10), date(2026, 11, 12)]
    site.clock.move_to(datetime(2026, 10, 29, 14, 0, tzinfo=UTC))
    sweep_all(site.installation, site.place)
    send_due(site.installation, (site.place,))
    with site.installation.work(TEST, site.place, write=False) as work:
        mine = select(Person.staff_id, Notice.kind, Notice.left_out).join(
            Person, Person.id == Notice.person_id
        )
        post = select(Obligation.id).filter_by(subject_uid="post")
        told = {tuple(row) for row in work.session.execute(mine.where(Notice.obligation_id.in_(post)))}
    assert told == {("chief", "reminder", "snoozed"), ("sponsor", "escalated", None)}
    page = at(site, "sponsor").get("/overdue").text
    assert "The &lt;roof&gt; leaks." in page


def test_what_waits_to_be_sent_is_put_off_too(site: Site) -> None:
    """A reminder that was written and waits for the end of a leave isn't sent before the day."""
    with site.installation.work(TEST, site.place) as work:
        roy = work.session.scalars(select(Person).filter_by(staff_id="roy")).one()
        work.session.add(Leave(person_id=roy.id, starts=date(2026, 10, 1), ends=date(2026, 10, 5)))
    site.clock.move_to(datetime(2026, 10, 1, 14, 0, tzinfo=UTC))
    sweep_all(site.installation, site.place)
    assert (
        at(site, "roy")
        .post("/messages/later", uid=uid(site, "own"), until="2026-10-14", reason="")
        .status_code
        == 303
    )
    site.clock.move_to(datetime(2026, 10, 6, 14, 0, tzinfo=UTC))
    send_due(site.installation, (site.place,))
    with site.installation.work(TEST, site.place, write=False) as work:
        own = select(Obligation.id).filter_by(subject_uid="own")
        assert set(work.session.scalars(select(Notice.left_out).where(Notice.obligation_id.in_(own)))) == {
            "snoozed"
        }


@pytest.mark.parametrize(
    ("subject", "until", "said"),
    [
        ("own", "2026-09-01", "Choose a day to come."),
        ("own", "2026-10-02", "within the next 30"),
        ("own", "soon", "This is not a date."),
        ("asked", "2026-10-30", "within the next 30"),
        ("post", "2026-09-10", "Nothing of yours waits there."),
    ],
)
def test_bad_wishes_change_nothing(site: Site, subject: str, until: str, said: str) -> None:
    """Each is said beside the form."""
    before = days(site, subject)
    answer = at(site, "roy").post("/messages/later", uid=uid(site, subject), until=until, reason="")
    assert answer.status_code in {404, 422}
    assert said in answer.text
    assert days(site, subject) == before


def test_an_invitation_ends_on_its_day_whatever_is_wished(site: Site) -> None:
    """It can be put off, but not beyond its end."""
    site.clock.move_to(datetime(2026, 10, 10, 14, 0, tzinfo=UTC))
    roy = at(site, "roy")
    late = roy.post("/messages/later", uid=uid(site, "asked"), until="2026-10-30", reason="")
    assert "It ends before that day." in late.text
    assert (
        roy.post("/messages/later", uid=uid(site, "asked"), until="2026-10-29", reason="").status_code == 303
    )
    assert days(site, "asked")[-1] == date(2026, 10, 29)
    with site.installation.work(TEST, site.place, write=False) as work:
        row = work.session.scalars(select(Obligation).filter_by(subject_uid="asked")).one()
        assert row.due_local == "2026-10-30T17:00"


def test_the_api_does_the_same(site: Site) -> None:
    """One's own list, and a wish."""
    client, bearer = site.app.test_client(), site.bearer("roy@riverbend.example")
    items = client.get("/api/v1/obligations", headers=bearer).get_json()["items"]
    assert [(one["family"], one["due"], one["snoozed_until"]) for one in items] == [
        ("duty", "2026-10-15", None), ("invitation", "2026-10-30", None),
    ]  # fmt: skip
    made = client.post(
        f"/api/v1/obligations/{items[0]['uid']}/snoozes",
        json={"until": "2026-09-20"},
        headers={**bearer, "Idempotency-Key": "k"},
    )
    assert (made.status_code, made.get_json()["snoozed_until"]) == (201, "2026-09-20")
    assert date(2026, 9, 21) in days(site, "own")  # the 20th is a Sunday
