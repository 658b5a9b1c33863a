"""Who has left and who is in a post, on both databases: as a roster says it, which ends appointments and no post."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from reciproca.compacts.access.tables import Account, Grant, Membership
from reciproca.compacts.handover.queries import departed
from reciproca.compacts.people.queries import holders
from reciproca.compacts.people.tables import Appointment, Holding, Person, Unit
from reciproca.core.clock import FixedClock
from reciproca.core.identity import OrganisationRef, Role, system
from reciproca.core.work import Installation, Work
from reciproca.scheduler.ticks import send_due, sweep_all
from tests.building.house import RunningClock, an_installation
from tests.building.obligations import a_post, a_reminded_hospital, granted, owed_by, someone, states, told

TEST = system("test")
PAST, YESTERDAY, NEXT = date(2026, 1, 1), date(2026, 8, 31), date(2026, 10, 1)
TWO_WEEKS_BEFORE, WEEK_BEFORE = (datetime(2026, 10, day, 14, 0, tzinfo=UTC) for day in (1, 8))

House = tuple[Installation, FixedClock, OrganisationRef]


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A hospital on 1 September 2026."""
    clock = RunningClock()
    installation = an_installation(tmp_path / "home", database_url, clock)
    yield installation, clock, a_reminded_hospital(installation)
    installation.database.dispose()


def _appointed(work: Work, staff_id: str, starts: date, ends: date | None = None) -> Person:
    """Somebody of the roster, appointed once."""
    known = work.session.scalars(select(Person).filter_by(staff_id=staff_id)).one_or_none()
    person = known or someone(work, staff_id)
    unit_id = work.session.scalars(select(Unit.id)).one()
    work.session.add(
        Appointment(person_id=person.id, unit_id=unit_id, category="active", starts=starts, ends=ends)
    )
    work.session.flush()
    return person


def test_a_post_lasts_as_long_as_its_holder_is_on_the_staff(house: House) -> None:
    """A roster sets no days of a post. Days that somebody set count; who never was on the staff holds it for good."""
    installation, _clock, place = house
    with installation.work(TEST, place) as work:
        _appointed(work, "ELSEWHERE", PAST, YESTERDAY)
        people = [
            _appointed(work, "LEFT", PAST, YESTERDAY),
            _appointed(work, "STAYS", PAST),
            _appointed(work, "COMES", NEXT),
            _appointed(work, "ELSEWHERE", NEXT),
            someone(work, "OUTSIDER"),
            _appointed(work, "RETIRED", PAST, YESTERDAY),
            _appointed(work, "BACK", PAST),
            someone(work, "OVER"),
        ]
        post = a_post(work, "Chief of Staff", *people)
        days = {"RETIRED": (PAST, None), "BACK": (PAST, YESTERDAY), "OVER": (PAST, YESTERDAY)}
        for person in people:
            if person.staff_id in days:
                starts, ends = days[person.staff_id]
                mine = update(Holding).where(Holding.person_id == person.id)
                work.session.execute(mine.values(starts=starts, ends=ends))
        unknown = someone(work, "UNKNOWN")
        names = {one.id: one.staff_id for one in (*people, unknown)}
    with installation.work(TEST, place, write=False) as work:
        found = holders(work, post_ids=[post.id], day=work.today())[post.id]
        left = departed(work, person_ids=list(names))
    in_it = {names[one.person_id] for one in found}
    assert in_it == {"STAYS", "COMES", "ELSEWHERE", "OUTSIDER", "RETIRED"}
    assert {names[one] for one in left} == {"LEFT", "OVER"}


def test_nobody_who_has_left_is_reminded_for_a_post(house: House) -> None:
    """The chief's appointment ends and nobody ends the post: what waits is not sent, and the stewards hear of it; not
    those among them who have left themselves, or whose account is shut, or whose time is over."""
    installation, clock, place = house
    with installation.work(TEST, place) as work:
        chief = _appointed(work, "CHIEF", PAST)
        owed_by(work, a_post(work, "Chief of Surgery", chief))
        _appointed(work, "GONE", PAST, YESTERDAY)
        for staff_id in ("HERE", "GONE", "SHUT", "OVER"):
            known = work.session.scalars(select(Person).filter_by(staff_id=staff_id)).one_or_none()
            granted(work, known or someone(work, staff_id), Role.STEWARD)
        shut = update(Account).where(Account.email == "account-SHUT@riverbend.example")
        work.session.execute(shut.values(is_enabled=False))
        over = select(Membership.id).join(Person, Person.id == Membership.person_id)
        mine = Grant.membership_id.in_(over.where(Person.staff_id == "OVER"))
        work.session.execute(update(Grant).where(mine).values(ends_at=work.now))
    clock.move_to(TWO_WEEKS_BEFORE)
    sweep_all(installation, place)
    with installation.work(TEST, place) as work:
        work.session.execute(update(Appointment).values(ends=YESTERDAY))
    send_due(installation, (place,))
    assert states(installation) == ["dropped"]
    clock.move_to(WEEK_BEFORE)
    sweep_all(installation, place)
    assert told(installation) == [("CHIEF", "reminder", 1), ("HERE", "vacant", 2)]
