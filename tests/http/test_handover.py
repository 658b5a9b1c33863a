"""Steward, chief executive and chief leave in the middle of a campaign: nothing of theirs is left lying."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.access import actions as access
from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.notices.tables import Delivery, Notice
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.tables import Appointment, Person
from reciproca.compacts.signing.tables import Campaign, Signature
from reciproca.core.clock import FixedClock
from reciproca.core.identity import Role, system
from reciproca.scheduler.due import run_due
from reciproca.scheduler.ticks import sweep_all
from tests.building import signing as build
from tests.building.ceremony import Site
from tests.building.house import BEGINNING, an_app, an_installation
from tests.documents.verapdf import findings

LEAVERS = {"S1": "steward", "X1": "co_sponsor_organisation", "P3": ""}
"""The steward; the chief executive, who is the organisation's co-sponsor; and a chief of a department."""


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """The organisation signs each record; P1 has signed, and the campaign is open."""
    clock = FixedClock(BEGINNING)
    installation = an_installation(tmp_path / "home", database_url, clock)
    hospital = build.a_hospital(installation, organisation_signs="each")
    build.signed(hospital, "P1")
    with installation.work(system("test"), hospital.place) as work:
        steward = select(Person.id).filter_by(staff_id="S1")
        work.session.scalars(select(Compact)).one().steward_id = work.session.scalars(steward).one()
        department = work.session.scalars(select(Appointment.unit_id)).first() or 0
        for staff_id, name in (("S2", "Sara Successor"), ("X2", "Xenia Executive")):
            unit = work.session.get_one(build.Unit, department)
            build.a_person(work, staff_id, name, unit, Role.STEWARD, category="")
    yield Site(hospital=hospital, app=an_app(installation), clock=clock)
    installation.database.dispose()


def _leave(site: Site) -> None:
    """All on one day: accounts are shut, and the chief's appointment has ended."""
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        for staff_id in LEAVERS:
            access.disable_account(work, email=f"{staff_id.lower()}@riverbend.example")
        gone = select(Appointment).join(Person, Person.id == Appointment.person_id)
        for row in work.session.scalars(gone.where(Person.staff_id == "P3")):
            row.ends = work.today() - timedelta(days=1)


def _shut(site: Site, *staff_ids: str) -> None:
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        for staff_id in staff_ids:
            access.disable_account(work, email=f"{staff_id.lower()}@riverbend.example")


def _ticks(site: Site, days: int) -> None:
    """Time passes, with two looks each day."""
    for _day in range(days):
        for _look in range(2):
            assert "failed" not in run_due(site.hospital.installation, site.hospital.place)
            sweep_all(site.hospital.installation, site.hospital.place)
        site.clock.advance(timedelta(days=1))


def _owed(site: Site) -> list[tuple[str, str]]:
    """Kinds of open duties, each with the staff id of who owes it."""
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        asked = select(Obligation.kind, Person.staff_id).join(Person, Person.id == Obligation.person_id)
        of_duty = asked.where(Obligation.state == "open", Obligation.family == "duty")
        return sorted((row.kind, row.staff_id) for row in work.session.execute(of_duty))


def _told(site: Site) -> Counter[str]:
    """How many messages each got by name."""
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        asked = select(Person.staff_id).join(Notice, Notice.person_id == Person.id)
        return Counter(work.session.scalars(asked.where(Notice.kind == "message")))


def test_nothing_is_orphaned_when_all_three_leave(site: Site) -> None:
    """Their duties pass to who is still here, a vacancy is overdue at once, each is told once, and people go on."""
    assert _owed(site) == [("countersigning", "X1")]
    _leave(site)
    _ticks(site, 3)
    assert _owed(site) == [
        ("countersigning", "Y1"), ("vacant.co_sponsor_organisation", "Y1"), ("vacant.steward", "Y1"),
    ]  # fmt: skip
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        late = select(Obligation).where(Obligation.kind.startswith("vacant."))
        assert all(row.due_at < BEGINNING for row in work.session.scalars(late))
        assert work.session.scalars(select(Campaign.state)).one() == "open"
        keys = work.session.scalars(select(Delivery.key)).all()
        assert len(keys) == len(set(keys))
    assert _told(site) == {"Y1": 1}
    build.signed(site.hospital, "P2")
    assert [site.leaves(one) for one in ("compact.office_vacant", "compact.duties_moved")] == [2, 1]
    assert _owed(site)[0] == ("countersigning", "Y1")


def test_who_takes_over_has_what_was_owed(site: Site) -> None:
    """By the page; each is told once, whoever stood in is free again, and the countersigning is done."""
    _leave(site)
    _ticks(site, 1)
    path, sponsor = f"/compacts/{site.hospital.compact}/offices", site.browser("Y1")
    page = sponsor.get(f"/compacts/{site.hospital.compact}/handover").text
    assert "Xavier Executive has left." in page
    assert "1 record waits for the organisation’s signature." in page
    assert "1 of 3" in page
    assert "P1" not in page
    assert "Anna" not in page
    for wrong in ("nobody@riverbend.example", "x1@riverbend.example"):
        assert sponsor.post(path, office="steward", email=wrong).status_code == 422
    assert sponsor.post(path, office="co_sponsor_physicians", email="s2@riverbend.example").status_code == 409
    assert (
        sponsor.post(path, office="co_sponsor_organisation", email="y1@riverbend.example").status_code == 422
    )
    assert site.browser("P2").post(path, office="steward", email="s2@riverbend.example").status_code == 403
    assert sponsor.post(path, office="steward", email="s2@riverbend.example").status_code == 303
    assert (
        sponsor.post(path, office="co_sponsor_organisation", email="X2@Riverbend.example ").status_code == 303
    )
    _ticks(site, 2)
    assert _owed(site) == [("countersigning", "X2")]
    assert _told(site) == {"Y1": 1, "S2": 1, "X2": 1}
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        uid = work.session.scalars(select(Signature.uid)).one()
    build.organisation_signed(site.hospital, signatures=[uid])
    assert _owed(site) == []


def test_whoever_stands_in_gets_one_mail(site: Site) -> None:
    """Two of them leave at midnight, as appointments do: one message about both, and no reminder on its heels."""
    site.clock.move_to(datetime(2026, 9, 2, 4, 1, tzinfo=UTC))
    _leave(site)
    _ticks(site, 5)
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        mine = select(Notice.kind, Notice.data).join(Person, Person.id == Notice.person_id)
        found = work.session.execute(mine.where(Person.staff_id == "Y1")).all()
        late = select(Obligation.title).filter_by(kind="vacant.steward")
        title = work.session.scalars(late).one()["en"]
    assert [row.kind for row in found] == ["message"]
    assert (
        found[0]
        .data["text"]["en"]
        .startswith(
            "Sam Steward, steward, has left. Xavier Executive, co-sponsor of the organisation’s side, has left. "
        )
    )
    assert title.startswith("Name who takes over (steward): ")


def test_an_office_can_fall_vacant_again(site: Site) -> None:
    """Successors leave too: the same person stands in a second time, and is told a second time."""
    _leave(site)
    _ticks(site, 1)
    path, sponsor = f"/compacts/{site.hospital.compact}/offices", site.browser("Y1")
    for office, staff_id in (("steward", "s2"), ("co_sponsor_organisation", "x2")):
        assert sponsor.post(path, office=office, email=f"{staff_id}@riverbend.example").status_code == 303
    _shut(site, "S2", "X2")
    _ticks(site, 2)
    assert _owed(site) == [
        ("countersigning", "Y1"), ("vacant.co_sponsor_organisation", "Y1"), ("vacant.steward", "Y1"),
    ]  # fmt: skip
    assert _told(site) == {"Y1": 2, "S2": 1, "X2": 1}


def test_what_a_steward_without_co_sponsors_owed_goes_on(site: Site) -> None:
    """Where nobody was named for a side, whoever may look after agreements here takes it."""
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        compact = work.session.scalars(select(Compact)).one()
        compact.sponsor_organisation_id = compact.sponsor_physicians_id = None
        owed = work.session.scalars(select(Obligation).filter_by(kind="countersigning")).one()
        steward = work.session.scalars(select(Person).filter_by(staff_id="S1")).one()
        owed.person_id, owed.holder = steward.id, f"person:{steward.uid}"
    _leave(site)
    _ticks(site, 2)
    assert _owed(site) == [("countersigning", "S2"), ("vacant.steward", "S2")]


def test_the_pack_is_a_file_and_an_answer_too(site: Site, tmp_path: Path) -> None:
    """Archival and accessible, in both languages; for who may take over, and nobody else."""
    _leave(site)
    _ticks(site, 1)
    files = []
    for locale in ("en", "fr"):
        answer = site.browser("Y1").get(f"/compacts/{site.hospital.compact}/handover.pdf?lang={locale}")
        files.append(tmp_path / f"{locale}.pdf")
        files[-1].write_bytes(answer.data)
    assert {verdict: wrong for verdict, wrong in findings(files).items() if wrong} == {}
    assert site.browser("P1").get(f"/compacts/{site.hospital.compact}/handover").status_code == 403
