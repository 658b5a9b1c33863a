"""A relay's pace, counted by all workers together; and what goes first while others wait."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.notices.actions import notify
from reciproca.compacts.notices.tables import Delivery
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.people.tables import Person
from reciproca.compacts.policies.rules import Family
from reciproca.core.clock import FixedClock
from reciproca.core.db import ACROSS
from reciproca.core.errors import Misconfigured
from reciproca.core.identity import OrganisationRef, system
from reciproca.core.pace import Pace
from reciproca.core.settings import Settings
from reciproca.opening import open_installation
from reciproca.scheduler.dispatch import dispatch
from reciproca.scheduler.ticks import send_due, sweep_all
from tests.building.house import an_installation
from tests.building.obligations import a_reminded_hospital, owed_by, someone

TEST = system("test")
WEEK_BEFORE = datetime(2026, 10, 8, 14, 0, tzinfo=UTC)


class House:
    """A hospital with two workers, and a relay that takes 60 mails in a minute."""

    def __init__(self, home: Path, url: str) -> None:
        self.clock = FixedClock()
        first = an_installation(home, url, self.clock)
        self.place: OrganisationRef = a_reminded_hospital(first)
        first.database.dispose()
        chosen = Settings(home=home, database_url=url, mail_per_minute="60", log_level="error")
        self.workers = [open_installation(chosen, clock=self.clock) for _number in range(2)]

    def owe(self, count: int, **facts: object) -> None:
        """So many people each owe one thing more."""
        with self.workers[0].work(TEST, self.place) as work:
            for number in range(count):
                asked = select(Person).filter_by(staff_id=f"P{number}")
                person = work.session.scalars(asked).one_or_none() or someone(work, f"P{number}")
                owed_by(work, person, **facts)  # type: ignore[arg-type]  # what the tests give

    def sweep(self) -> None:
        """What is due becomes messages, a week before at the earliest."""
        self.clock.move_to(max(WEEK_BEFORE, self.clock.now()))
        sweep_all(self.workers[0], self.place)

    def sent(self, worker: int = 0) -> int:
        """Send all that may be sent at this instant; how many messages were."""
        return send_due(self.workers[worker], (self.place,))["written"]

    def order(self) -> list[int]:
        """The ids of people in the order in which their messages were sent."""
        asked = select(Delivery.person_id).where(Delivery.state == "done")
        with self.workers[0].database.transaction(write=False) as session:
            found = session.scalars(asked.order_by(Delivery.done_at, Delivery.id), execution_options=ACROSS)
            return list(found)


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A hospital on 1 September 2026."""
    made = House(tmp_path / "home", database_url)
    yield made
    for worker in made.workers:
        worker.database.dispose()


def test_workers_share_one_pace(house: House) -> None:
    """Ten seconds' worth at once, and then as the minute allows, whoever sends."""
    house.owe(35)
    house.sweep()
    assert (house.sent(0), house.sent(1)) == (10, 0)
    house.clock.move_to(WEEK_BEFORE + timedelta(seconds=4))
    assert (house.sent(1), house.sent(0)) == (4, 0)
    house.clock.move_to(WEEK_BEFORE + timedelta(hours=1))
    assert (house.sent(0), house.sent(1)) == (10, 0)
    for second in range(1, 12):
        house.clock.move_to(WEEK_BEFORE + timedelta(hours=1, seconds=second))
        house.sent(second % 2)
    assert len(house.order()) == 35
    assert len(set(house.order())) == 35


def test_a_clock_that_went_back_takes_nothing_away(house: House) -> None:
    """What is left in the bucket stays."""
    house.owe(12)
    house.sweep()
    assert house.sent() == 10
    house.clock.move_to(WEEK_BEFORE - timedelta(hours=1))
    assert house.sent() == 0
    house.clock.move_to(WEEK_BEFORE + timedelta(seconds=2))
    assert house.sent() == 2


def test_without_a_pace_nothing_is_counted(tmp_path: Path, database_url: str) -> None:
    """The default."""
    clock = FixedClock()
    installation = an_installation(tmp_path / "home", database_url, clock)
    place = a_reminded_hospital(installation)
    with installation.work(TEST, place) as work:
        for number in range(30):
            owed_by(work, someone(work, f"P{number}"))
    clock.move_to(WEEK_BEFORE)
    sweep_all(installation, place)
    assert send_due(installation, (place,))["written"] == 30
    with installation.database.transaction(write=False) as session:
        assert session.scalars(select(Pace)).all() == []
    installation.database.dispose()


def test_what_is_asked_first_and_what_is_late_pass_reminders(house: House) -> None:
    """News and first requests go before the day's lists that were there earlier, until those have waited an hour."""
    house.owe(15)
    house.sweep()
    house.clock.move_to(WEEK_BEFORE + timedelta(minutes=1))
    with house.workers[0].work(TEST, house.place) as work:
        asked, told = someone(work, "ASKED").id, someone(work, "TOLD").id
        owed_by(
            work,
            work.session.get_one(Person, asked),
            subject_uid="x",
            due=date(2026, 12, 1),
            family=Family.INVITATION,
        )
        notify(work, kind=Kind.SIGNATURE_RECEIPT, person_id=told, data={"title": {"en": "Our compact"}})
    house.sweep()
    assert dispatch(house.workers[0], (house.place,), limit=2)["written"] == 2
    assert set(house.order()) == {asked, told}
    house.clock.move_to(WEEK_BEFORE + timedelta(hours=1))
    with house.workers[0].work(TEST, house.place) as work:
        late = someone(work, "LATER").id
        notify(work, kind=Kind.SIGNATURE_RECEIPT, person_id=late, data={"title": {"en": "Our compact"}})
    house.sent()
    assert late not in house.order()  # fifteen have waited an hour, ten of them go


def test_a_message_that_something_urgent_joins_is_urgent(house: House) -> None:
    """A day's list that a first request joins goes before others that were there as early."""
    house.owe(3)
    house.sweep()
    house.clock.move_to(WEEK_BEFORE + timedelta(minutes=1))
    with house.workers[0].work(TEST, house.place) as work:
        last = work.session.scalars(select(Person).filter_by(staff_id="P2")).one()
        owed_by(work, last, subject_uid="x", due=date(2026, 12, 1), family=Family.INVITATION)
        last_id = last.id
    house.sweep()
    assert dispatch(house.workers[0], (house.place,), limit=1)["written"] == 1
    assert house.order() == [last_id]
    assert house.sent() == 2


@pytest.mark.parametrize("wrong", ["-1", "many", "1.5", "10000"])
def test_a_pace_that_is_none_is_refused_by_name(tmp_path: Path, wrong: str) -> None:
    """With the setting's name."""
    with pytest.raises(Misconfigured, match="MAIL_PER_MINUTE"):
        assert Settings(home=tmp_path, mail_per_minute=wrong).mail_pace
