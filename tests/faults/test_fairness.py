"""Where a relay is slow: what is urgent goes first, nothing waits for ever, and the relay isn't asked too much."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.notices.actions import notify
from reciproca.compacts.notices.tables import URGENT, USUAL, Delivery
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.people.tables import Person
from reciproca.compacts.policies.rules import Family
from reciproca.core.identity import Role
from reciproca.plugins.types import Side
from reciproca.scheduler.dispatch import dispatch
from reciproca.scheduler.ticks import sweep_all
from tests.building.mailing import TEST, WEEK_BEFORE, House
from tests.building.obligations import a_post, granted, owed_by, someone
from tests.building.postbox import Postbox, a_postbox


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    """A mail server on loopback and its URL."""
    with a_postbox() as made:
        yield made


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A hospital."""
    made = House(tmp_path / "home", database_url)
    yield made
    made.installation.database.dispose()


def tell(house: House, kind: Kind) -> None:
    """Everybody is told something."""
    with house.installation.work(TEST, house.place) as work:
        for person_id in work.session.scalars(select(Person.id)):
            notify(work, kind=kind, person_id=person_id, data={"title": {"en": "Agreement"}})


def send(house: House) -> int:
    """One look; how many were sent."""
    return dispatch(house.installation, [house.place])["handed_over"]


def test_the_relay_is_handed_so_many_a_minute(house: House, postbox: tuple[Postbox, str]) -> None:
    """Sixty a minute, looked at every ten seconds: ten at a time, whoever asks how often."""
    house.mailing_to(postbox[1], mail_per_minute="60")
    house.remind(*(f"P{number}" for number in range(25)))
    went = []
    for _look in range(4):
        went.append(house.tick().get("handed_over", 0))
        assert house.tick() == {}
        house.clock.advance(timedelta(seconds=10))
    assert went == [1, 10, 10, 4]


def test_what_is_not_sent_takes_nobodys_place(house: House, postbox: tuple[Postbox, str]) -> None:
    """Looking at a message that waits for the morning costs the relay nothing."""
    house.mailing_to(postbox[1], mail_per_minute="60")
    house.remind(*(f"P{number}" for number in range(20)))
    house.clock.move_to(WEEK_BEFORE.replace(day=9, hour=7))  # three in the morning
    assert house.tick() == {"waiting": 20}


def test_no_pace_is_kept_for_the_mail_drop(house: House) -> None:
    """Files go as they come."""
    house.mailing_to("", mail_per_minute="1")
    house.remind("P1", "P2", "P3")
    assert house.tick() == {"written": 3}


def test_what_is_urgent_goes_before_what_waits_longer(house: House, postbox: tuple[Postbox, str]) -> None:
    """Of twenty places four are for whatever waits longest, so that it doesn't wait for ever."""
    house.mailing_to(postbox[1])
    house.remind(*(f"P{number}" for number in range(30)))
    house.clock.advance(timedelta(hours=1))
    tell(house, Kind.REVIEW_OPENED)
    went = []
    while send(house):
        subjects = postbox[0].subjects[sum(map(len, went)) :]
        went.append([subject.startswith("The review") for subject in subjects])
    assert [sum(batch) for batch in went] == [16, 14, 0]
    assert [len(batch) for batch in went] == [20, 20, 20]


def test_one_place_at_a_time_is_shared_too(house: House, postbox: tuple[Postbox, str]) -> None:
    """Six a minute: of five looks one is for whatever waits longest."""
    house.mailing_to(postbox[1], mail_per_minute="6")
    house.remind(*(f"P{number}" for number in range(10)))
    tell(house, Kind.REVIEW_OPENED)
    for _look in range(10):
        assert send(house) == 1
        house.clock.advance(timedelta(seconds=10))
    assert sum(not subject.startswith("The review") for subject in postbox[0].subjects) == 2


@pytest.mark.parametrize(
    ("kind", "priority"),
    [(Kind.REVIEW_OPENED, URGENT), (Kind.SIGNATURE_RECEIPT, URGENT), (Kind.REVIEW_CLOSED, USUAL),
     (Kind.OUTCOME_TOLD, USUAL)],
)  # fmt: skip
def test_courtesy_waits(house: House, kind: Kind, priority: int) -> None:
    """News that one can do without lets the rest go first."""
    with house.installation.work(TEST, house.place) as work:
        someone(work, "P1")
    tell(house, kind)
    assert [row.priority for row in house.rows()] == [priority]


def test_a_first_request_goes_before_reminders_of_it(house: House) -> None:
    """The invitation is urgent; what repeats it, and a duty's reminder, are not."""
    with house.installation.work(TEST, house.place) as work:
        owed_by(work, someone(work, "ASKED"), subject_uid="a", family=Family.INVITATION)
        owed_by(work, someone(work, "OWES"), subject_uid="b")
    sweep_all(house.installation, house.place)
    assert [row.priority for row in house.rows()] == [URGENT]
    house.tick()
    house.clock.move_to(WEEK_BEFORE)
    sweep_all(house.installation, house.place)
    assert [row.priority for row in house.rows()] == [URGENT, USUAL, USUAL]


def test_what_climbs_goes_before_reminders(house: House) -> None:
    """A post whose holder is late is looked after by its sponsors two weeks on: they hear of it first."""
    with house.installation.work(TEST, house.place) as work:
        owed_by(work, a_post(work, "Chief of Staff", someone(work, "P1")), side=Side.ORGANISATION)
        granted(work, someone(work, "S1"), Role.EXECUTIVE_SPONSOR)
    house.clock.move_to(datetime(2026, 10, 15, 20, 0, tzinfo=UTC))
    house.tick()
    house.clock.move_to(datetime(2026, 10, 29, 20, 0, tzinfo=UTC))
    sweep_all(house.installation, house.place)
    with house.installation.work(TEST, house.place, write=False) as work:
        asked = (
            select(Person.staff_id, Delivery.priority)
            .join(Delivery, Delivery.person_id == Person.id)
            .where(Delivery.state == "pending")
        )
        assert {row.staff_id: row.priority for row in work.session.execute(asked)} == {
            "P1": USUAL,
            "S1": URGENT,
        }
