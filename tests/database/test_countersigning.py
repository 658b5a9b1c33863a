"""The organisation's own turn: first, where it has promised that; and as a duty, where it signs each record."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.tables import Person
from reciproca.compacts.signing import actions
from reciproca.compacts.signing.tables import Campaign, Signature
from reciproca.core.errors import Conflict
from reciproca.core.identity import system
from reciproca.core.work import Installation
from reciproca.scheduler.ticks import sweep_all
from tests.building import drafting
from tests.building import signing as build
from tests.building.house import RunningClock, an_installation
from tests.building.signing import Hospital


@pytest.fixture
def home(tmp_path: Path, database_url: str) -> Iterator[tuple[Installation, RunningClock]]:
    """An empty installation with a clock that runs."""
    clock = RunningClock()
    made = an_installation(tmp_path / "home", database_url, clock)
    yield made, clock
    made.database.dispose()


def test_nobody_is_asked_before_the_organisation_where_it_signs_first(
    home: tuple[Installation, RunningClock],
) -> None:
    """Nor could anybody sign, should a campaign stand open all the same."""
    hospital = build.a_hospital(home[0], organisation_signs="first", campaign=False)
    with home[0].work(drafting.STEWARD, hospital.place) as work:
        due = work.today() + timedelta(days=30)
        with pytest.raises(Conflict, match="signs first"):
            actions.open_campaign(work, version_uid=hospital.version, due=due)
        assert work.session.scalars(select(Campaign)).all() == []
    build.organisation_signed(hospital)
    with home[0].work(drafting.STEWARD, hospital.place) as work:
        actions.open_campaign(work, version_uid=hospital.version, due=due)


def test_the_order_is_kept_where_it_is_written(home: tuple[Installation, RunningClock]) -> None:
    """A page that was opened before the order was changed signs nothing."""
    hospital = build.a_hospital(home[0])
    page = build.opened(hospital, "P1")
    with home[0].work(system("test"), hospital.place) as work:
        work.session.scalars(select(Compact)).one().organisation_signs = "first"
    with pytest.raises(Conflict, match="signs first"):
        build.signed_on(hospital, "P1", page)
    build.organisation_signed(hospital)
    build.signed_on(hospital, "P1", page)


def _duty(home: Installation, hospital: Hospital) -> list[str]:
    asked = select(Obligation.state).filter_by(kind="countersigning")
    with home.work(system("test"), hospital.place, write=False) as work:
        return list(work.session.scalars(asked))


def test_records_that_wait_are_one_duty_of_the_organisation(
    home: tuple[Installation, RunningClock],
) -> None:
    """With reminders like any other, met when none waits, and owed once more when the next one signs."""
    installation, clock = home
    hospital = build.a_hospital(installation, organisation_signs="each")
    first, second = build.signed(hospital, "P1"), build.signed(hospital, "P2")
    assert _duty(installation, hospital) == ["open"]
    for _day in range(16):
        sweep_all(installation, hospital.place)
        clock.advance(timedelta(days=1))
    with installation.work(system("test"), hospital.place, write=False) as work:
        told = select(Person.staff_id).join(Notice, Notice.person_id == Person.id)
        duties = select(Obligation.id).filter_by(kind="countersigning")
        reminded = list(work.session.scalars(told.where(Notice.obligation_id.in_(duties))))
    assert set(reminded) == {"X1"}
    assert len(reminded) == 3  # a week and a day before, and a day after
    build.organisation_signed(hospital, signatures=[first])
    assert _duty(installation, hospital) == ["open"]
    build.organisation_signed(hospital, signatures=[second])
    assert _duty(installation, hospital) == ["met"]
    third = build.signed(hospital, "P3")
    assert _duty(installation, hospital) == ["open"]
    build.organisation_signed(hospital, signatures=[third])
    assert _duty(installation, hospital) == ["met"]
    with installation.work(system("test"), hospital.place, write=False) as work:
        assert len(work.session.scalars(select(Signature)).all()) == 6


def test_where_it_signs_once_nothing_is_owed(home: tuple[Installation, RunningClock]) -> None:
    """The organisation's one signature covers all."""
    hospital = build.a_hospital(home[0])
    build.signed(hospital, "P1")
    assert _duty(home[0], hospital) == []
