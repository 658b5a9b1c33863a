"""The days for reminders: chosen for the organisation, a unit or an agreement; the nearest counts, for both sides."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from reciproca.compacts.notices.tables import Delivery, Notice
from reciproca.compacts.obligations.actions import Owed, owe, postpone, silence
from reciproca.compacts.obligations.tables import Obligation, ReminderStep
from reciproca.compacts.people.tables import Appointment, Holding, Person, Post, Unit
from reciproca.compacts.policies.rules import Family, Reminder
from reciproca.compacts.policies.tables import ReminderPolicy
from reciproca.core.identity import Role, system
from reciproca.core.work import Work
from reciproca.plugins.types import Side
from reciproca.scheduler.ticks import send_due, sweep_all
from tests.building.access import Browser, Site, a_person, an_account

TEST = system("test")
TORONTO = ZoneInfo("America/Toronto")
BEGINS = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)
DUE = date(2026, 11, 12)  # a Thursday
USUAL = [-30, -14, -7, -1, 1, 14, 28]


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Roy works in cardiology, in the department of medicine; the chief holds a post of surgery."""
    with Site(tmp_path / "home", database_url) as made:
        made.clock.move_to(BEGINS)
        with made.installation.work(TEST, made.place) as work:
            hospital = a_unit(work, "Riverbend", None)
            medicine, surgery = a_unit(work, "Medicine", hospital), a_unit(work, "Surgery", hospital)
            cardiology = a_unit(work, "Cardiology", medicine)
            for name in ("roy", "chief", "steward"):
                a_person(work, f"{name}@riverbend.example", name, given="Sam", family=name.title())
            roy, chief = (person(work, name) for name in ("roy", "chief"))
            start = date(2020, 1, 1)
            work.session.add(
                Appointment(person_id=roy.id, unit_id=cardiology.id, category="active", starts=start)
            )
            post = Post(unit_id=surgery.id, title="Chief of surgery")
            work.session.add(post)
            work.session.flush()
            work.session.add(Holding(post_id=post.id, person_id=chief.id))
            owed(work, "roy", person_id=roy.id)
            owed(work, "asked", person_id=roy.id, family=Family.INVITATION)
            owed(work, "post", post_id=post.id, side=Side.ORGANISATION)
        roles = {"roy": Role.PHYSICIAN, "chief": Role.COMMITMENT_OWNER, "steward": Role.STEWARD}
        for name, role in roles.items():
            an_account(made.installation, made.place, f"{name}@riverbend.example", roles=(role,))
        yield made


def a_unit(work: Work, name: str, parent: Unit | None) -> Unit:
    """A unit within another."""
    path = f"{parent.path} › {name}" if parent else name
    unit = Unit(kind="department", name=name, path=path, parent_id=parent.id if parent else None)
    work.session.add(unit)
    work.session.flush()
    return unit


def person(work: Work, staff_id: str) -> Person:
    """Somebody of the roster."""
    return work.session.scalars(select(Person).filter_by(staff_id=staff_id)).one()


def owed(
    work: Work,
    subject: str,
    *,
    family: Family = Family.DUTY,
    side: Side = Side.PHYSICIANS,
    person_id: int | None = None,
    post_id: int | None = None,
    compact_uid: str | None = None,
    policy: tuple[Reminder, ...] | None = None,
) -> None:
    """Something owed by `DUE`."""
    owe(work, owed=Owed(
        kind="commitment", subject_uid=subject, side=side, title={"en": subject}, due=DUE, family=family,
        person_id=person_id, post_id=post_id, compact_uid=compact_uid, policy=policy,
    ))  # fmt: skip


def at(site: Site, who: str) -> Browser:
    """Somebody's browser."""
    browser = site.browser()
    assert browser.sign_in(f"{who}@riverbend.example").status_code == 303
    return browser


def choose(site: Site, scope: str, family: str = "duty", who: str = "steward", **days: str) -> int:
    """Choose days on the page."""
    return at(site, who).post("/reminders", family=family, scope=scope, **days).status_code


def unit(site: Site, name: str) -> str:
    """The scope of a unit."""
    with site.installation.work(TEST, site.place, write=False) as work:
        return "unit:" + work.session.scalars(select(Unit.uid).filter_by(name=name)).one()


def days(site: Site, subject: str) -> list[int]:
    """The offsets of its reminders, in the order of their days."""
    asked = select(ReminderStep.offset_days).join(Obligation, Obligation.id == ReminderStep.obligation_id)
    with site.installation.work(TEST, site.place, write=False) as work:
        return list(
            work.session.scalars(asked.where(Obligation.subject_uid == subject).order_by(ReminderStep.at))
        )


def test_the_nearest_choice_counts_for_both_sides(site: Site) -> None:
    """The organisation's for everything; a department's for its divisions; taken back, what is around counts again."""
    assert days(site, "roy") == days(site, "post") == USUAL
    assert choose(site, "organisation", before="10", after="") == 303
    assert days(site, "roy") == days(site, "post") == [-10, 14, 28]
    assert days(site, "asked") == [0, 14, -3]
    assert choose(site, unit(site, "Medicine"), before="20, 5") == 303
    assert (days(site, "roy"), days(site, "post")) == ([-20, -5, 14, 28], [-10, 14, 28])
    assert choose(site, unit(site, "Cardiology"), before="3") == 303
    assert days(site, "roy") == [-3, 14, 28]
    steward = at(site, "steward")
    for _turn in range(3):
        with site.installation.work(TEST, site.place, write=False) as work:
            last = work.session.scalars(select(ReminderPolicy.uid).order_by(ReminderPolicy.id.desc())).first()
        assert steward.post(f"/reminders/{last}/withdrawals").status_code == 303
    assert days(site, "roy") == days(site, "post") == USUAL
    assert steward.post(f"/reminders/{last}/withdrawals").status_code == 404


def test_what_is_written_later_has_the_days_that_count_then(site: Site) -> None:
    """Also by the agreement that it is about; what has a policy of its own keeps it."""
    about = "0190aaaa-0000-7000-8000-000000000000"
    choose(site, "organisation", before="10")
    with site.installation.work(TEST, site.place) as work:
        work.session.add(ReminderPolicy(family="duty", scope=f"compact:{about}", uid="1" * 36, revision=1, days={
            "before": [2], "after": [], "quiet_before": [], "quiet_after": [],
        }))  # fmt: skip
        work.session.flush()
        roy = person(work, "roy").id
        owed(work, "new", person_id=roy)
        owed(work, "about", person_id=roy, compact_uid=about)
        owed(work, "own", person_id=roy, compact_uid=about, policy=(Reminder(-4),))
    assert [days(site, one) for one in ("new", "about", "own")] == [[-10, 14, 28], [-2, 14, 28], [-4]]
    choose(site, "organisation", before="9")
    assert [days(site, one) for one in ("new", "about", "own")] == [[-9, 14, 28], [-2, 14, 28], [-4]]


def test_another_day_keeps_the_days_that_count(site: Site) -> None:
    """What moves, moves by the policy of each."""
    choose(site, unit(site, "Surgery"), before="6")
    with site.installation.work(TEST, site.place) as work:
        later = DUE + timedelta(days=14)
        postpone(work, kind="commitment", family=Family.DUTY, subject_uids=["roy", "post"], due=later)
    assert (days(site, "roy"), days(site, "post")) == (USUAL, [-6, 14, 28])
    with site.installation.work(TEST, site.place, write=False) as work:
        first = select(ReminderStep.at).filter_by(offset_days=-6)
        assert work.session.scalars(first).one().astimezone(TORONTO).date() == date(2026, 11, 20)


def test_what_was_sent_and_what_was_wished_stays(site: Site) -> None:
    """Only what is ahead is planned anew; who wants no reminders gets none; who is reminded later is."""
    site.clock.move_to(datetime(2026, 10, 30, 14, 0, tzinfo=UTC))
    sweep_all(site.installation, site.place)
    with site.installation.work(TEST, site.place) as work:
        silence(work, kind="commitment", subject_uid="asked")
    roy = at(site, "roy")
    with site.installation.work(TEST, site.place, write=False) as work:
        uid = work.session.scalars(select(Obligation.uid).filter_by(subject_uid="roy")).one()
    assert roy.post("/messages/later", uid=uid, until="2026-11-10", reason="").status_code == 303
    assert choose(site, "organisation", before="9, 5, 1", after="2") == 303
    assert choose(site, "organisation", family="invitation", after="30", before="9, 5") == 303
    assert days(site, "asked") == []
    assert days(site, "roy") == [
        -30,
        -14,
        -2,
        -1,
        2,
        14,
        28,
    ]  # those of the 3rd and the 7th are slept through
    assert days(site, "post") == [-30, -14, -9, -5, -1, 2, 14, 28]
    with site.installation.work(TEST, site.place, write=False) as work:
        rows = (
            select(Obligation.next_at)
            .where(Obligation.subject_uid.in_(["roy", "post"]))
            .order_by(Obligation.next_at)
        )
        ahead = [at.astimezone(TORONTO).date() for at in work.session.scalars(rows) if at]
    assert ahead == [date(2026, 11, 3), date(2026, 11, 10)]
    site.clock.move_to(datetime(2026, 11, 10, 15, 0, tzinfo=UTC))
    sweep_all(site.installation, site.place)  # numbers of steps are each taken once: nothing is told twice
    with site.installation.work(TEST, site.place, write=False) as work:
        mine = select(Notice.step).join(Obligation).where(Obligation.subject_uid == "roy").order_by(Notice.id)
        assert list(work.session.scalars(mine)) == [1, date(2026, 11, 10).toordinal()]


def test_a_day_without_a_mail_is_told_on_the_page_alone(site: Site) -> None:
    """The notice is there, says so, and is in no message; the next one is mailed again."""
    choose(site, "organisation", before="7", quiet_before="30")
    site.clock.move_to(datetime(2026, 10, 13, 14, 0, tzinfo=UTC))
    sweep_all(site.installation, site.place)
    with site.installation.work(TEST, site.place, write=False) as work:
        quiet = (
            select(Notice.left_out, Notice.delivery_id).join(Obligation).where(Obligation.family == "duty")
        )
        assert {tuple(row) for row in work.session.execute(quiet)} == {("not_by_mail", None)}
    assert "Due November 12, 2026: roy" in at(site, "roy").get("/messages").text
    site.clock.move_to(datetime(2026, 11, 5, 15, 0, tzinfo=UTC))
    sweep_all(site.installation, site.place)
    send_due(site.installation, (site.place,))
    with site.installation.work(TEST, site.place, write=False) as work:
        assert set(work.session.scalars(select(Delivery.state))) == {"done"}
        last = work.session.execute(quiet.order_by(Notice.id.desc()).limit(1)).one()
        assert (last.left_out, last.delivery_id is None) == (None, False)


def test_what_climbs_goes_by_mail_on_its_days_whatever_is_chosen(site: Site) -> None:
    """Two and four weeks late can't be made quiet, for either side."""
    assert choose(site, "organisation", quiet_after="14, 28") == 303
    assert days(site, "roy") == days(site, "post") == [14, 28]
    with site.installation.work(TEST, site.place, write=False) as work:
        assert set(work.session.scalars(select(ReminderStep.by_mail))) == {True}


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"before": "soon"}, 422, "Write numbers of days"),
        ({"before": "0"}, 422, "from 1 to 90"),
        ({"after": "46"}, 422, "from 1 to 45"),
        ({"before": "7", "quiet_before": "7"}, 422, "twice"),
        ({"family": "other", "before": "7"}, 422, ""),
        ({"scope": "unit:nowhere", "before": "7"}, 404, "no such unit"),
        ({"scope": "compact:" + "0" * 36, "before": "7"}, 404, "no such unit or agreement"),
    ],
)
def test_bad_days_change_nothing(site: Site, asked: dict[str, str], status: int, said: str) -> None:
    """The page says what is wrong, and keeps what was typed."""
    answer = at(site, "steward").post("/reminders", **{"family": "duty", "scope": "organisation", **asked})
    assert (answer.status_code, said in answer.text) == (status, True)
    assert days(site, "roy") == USUAL


def test_everybody_reads_them_and_who_looks_after_them_chooses(site: Site) -> None:
    """A physician sees the same list without the form."""
    assert choose(site, "organisation", who="roy", before="1") == 403
    page = at(site, "roy").get("/reminders").text
    assert "30, 14, 7, 1 days before its day" in page
    assert "Choose other days" not in page
    assert "Choose other days" in at(site, "steward").get("/reminders").text
    assert site.browser().get("/reminders").status_code == 302


def test_the_api_does_the_same(site: Site) -> None:
    """Read, choose, take back."""
    client, bearer = site.app.test_client(), site.bearer("steward@riverbend.example")
    items = client.get("/api/v1/reminder-days", headers=bearer).get_json()["items"]
    assert [(one["family"], one["uid"], len(one["reminders"])) for one in items] == [
        ("duty", None, 7),
        ("invitation", None, 3),
    ]
    asked = {"family": "duty", "scope": "organisation", "days": {"before": [8]}}
    made = client.post("/api/v1/reminder-days", json=asked, headers=bearer)
    assert made.status_code == 201
    assert days(site, "roy") == [-8, 14, 28]
    gone = client.delete(f"/api/v1/reminder-days/{made.get_json()['uid']}", headers=bearer)
    assert gone.status_code == 204
    assert days(site, "roy") == USUAL
    wrong = {"family": "duty", "scope": "organisation", "days": {"before": ["8"]}}
    assert client.post("/api/v1/reminder-days", json=wrong, headers=bearer).status_code == 422
