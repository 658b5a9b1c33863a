"""Ticks that are lost, doubled or out for a week, in many zones at once: the same occurrences, by day, each once."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from sqlalchemy import select

from reciproca.compacts.closures.queries import closed_days
from reciproca.compacts.closures.tables import ClosedDay
from reciproca.compacts.notices.tables import Delivery, Notice
from reciproca.compacts.obligations.rules import EVENING, MORNING
from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.tables import Organisation, Person
from reciproca.core.clock import FixedClock
from reciproca.core.db import ACROSS
from reciproca.core.identity import OrganisationRef, system
from reciproca.core.work import Installation
from reciproca.scheduler.sweep import sweep
from reciproca.scheduler.ticks import send_due, sweep_all
from tests.building.house import an_installation
from tests.building.obligations import owed_by, someone

TEST = system("test")
BEGINNING = datetime(2026, 9, 20, 0, 7, tzinfo=UTC)
DAYS = 75
ZONES = ("America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe")
Occurrence = tuple[str, str, int | None]
Ticks = Callable[[Sequence[datetime]], Sequence[datetime]]


def differing_zones() -> list[str]:
    """One of all zones that show the same time on every hour of these days: they can't differ in anything."""
    hours = [BEGINNING + timedelta(hours=number) for number in range((DAYS + 3) * 24)]
    zones = sorted(available_timezones() - {"localtime", "Factory"})
    shown = {tuple(hour.astimezone(ZoneInfo(zone)).utcoffset() for hour in hours): zone for zone in zones}
    return sorted(shown.values())


class World:
    """A hospital in each of some zones; in each one person owes four things by days of their own."""

    def __init__(self, home: Path, url: str, zones: Sequence[str]) -> None:
        self.clock = FixedClock(BEGINNING)
        self.installation: Installation = an_installation(home, url, self.clock)
        self.places = [self._hospital(zone) for zone in zones]

    def _hospital(self, zone: str) -> OrganisationRef:
        chosen = random.Random(zone)  # noqa: S311 -- no secret: a seeded choice
        with self.installation.work(TEST) as work:
            row = Organisation(
                name=zone, jurisdiction="CA-ON", zone=zone, locales=["en"], revision=1, wording={}
            )
            work.session.add(row)
            work.session.flush()
            place = reference(row)
        with self.installation.work(TEST, place) as work:
            for number in chosen.sample(range(DAYS), 8):
                work.session.add(
                    ClosedDay(day=BEGINNING.date() + timedelta(days=number), name={"en": "Closed"})
                )
            work.session.flush()
            person = someone(work, "P1", zone=zone)
            for number in chosen.sample(range(5, 60), 4):
                owed_by(work, person, subject_uid=str(number), due=BEGINNING.date() + timedelta(days=number))
        return place

    def run(self, instants: Sequence[datetime]) -> None:
        """A tick at each instant. What is sent is sent at that instant: it must be by day, and on an open day."""
        for instant in instants:
            self.clock.move_to(max(instant, self.clock.now()))
            for place in self.places:
                sweep_all(self.installation, place)
            send_due(self.installation, tuple(self.places))

    def occurrences(self) -> set[Occurrence]:
        """All notices that there are: whose, of what, which step. Each is in one message."""
        asked = select(Organisation.name, Notice.obligation_id, Notice.step).join(
            Organisation, Organisation.id == Notice.organisation_id
        )
        with self.installation.database.transaction(write=False) as session:
            rows = [tuple(row) for row in session.execute(asked, execution_options=ACROSS)]
        assert len(rows) == len(set(rows))
        return set(rows)

    def check_hours(self) -> int:
        """Every mail went by day on an open day of its reader; how many there were."""
        count = 0
        for place in self.places:
            with self.installation.work(TEST, place, write=False) as work:
                closed = closed_days(work, first=date(2026, 1, 1), last=date(2026, 12, 31))
                sent = select(Delivery.done_at, Person.zone).join(Person, Person.id == Delivery.person_id)
                for at, zone in work.session.execute(sent.where(Delivery.state == "done")):
                    local = at.astimezone(ZoneInfo(zone))
                    assert time(MORNING) <= local.time() < time(EVENING), local
                    assert local.weekday() < 5, local
                    assert local.date() not in closed, local
                    count += 1
        return count


def regular(instants: Sequence[datetime]) -> Sequence[datetime]:
    """Every tick."""
    return instants


def doubled(instants: Sequence[datetime]) -> Sequence[datetime]:
    """Each tick twice."""
    return [instant for instant in instants for _turn in range(2)]


def half_lost(instants: Sequence[datetime]) -> Sequence[datetime]:
    """Half of them don't come, but never a whole day's."""
    chosen = random.Random(7)  # noqa: S311 -- as above
    return [instant for number, instant in enumerate(instants) if number % 3 == 0 or chosen.random() < 0.4]


def a_week_out(instants: Sequence[datetime]) -> Sequence[datetime]:
    """The machine is off for seven days."""
    return [one for one in instants if not 20 <= (one - BEGINNING).days < 27]


def _instants(hours: int) -> list[datetime]:
    return [BEGINNING + timedelta(hours=number) for number in range(0, DAYS * 24, hours)]


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[Sequence[str]], World]]:
    """Makes worlds, each on a database of its own."""
    made: list[World] = []

    def make(zones: Sequence[str]) -> World:
        number = len(made)
        made.append(World(tmp_path / f"home{number}", f"sqlite:///{tmp_path / str(number)}.sqlite3", zones))
        return made[-1]

    yield make
    for one in made:
        one.installation.database.dispose()


def _compare(make: Callable[[Sequence[str]], World], zones: Sequence[str], hours: int, ticks: Ticks) -> None:
    usual, other = make(zones), make(zones)
    usual.run(_instants(hours))
    other.run(ticks(_instants(hours)))
    expected, found = usual.occurrences(), other.occurrences()
    assert len({zone for zone, _owed, _step in found}) == len(zones)
    if ticks is a_week_out:  # only the latest of what was missed is told, and nothing else
        assert found < expected
        assert {_last(found, key) for key in _owed(expected)} == {
            _last(expected, key) for key in _owed(expected)
        }
    else:
        assert found == expected
    assert usual.check_hours() >= other.check_hours() > 0
    with other.installation.work(TEST, other.places[0]) as work:  # and once more: nothing is left to do
        assert sweep(work).looked == 0


def _owed(found: set[Occurrence]) -> set[tuple[str, str]]:
    return {(zone, owed) for zone, owed, _step in found}


def _last(found: set[Occurrence], key: tuple[str, str]) -> Occurrence:
    return max((one for one in found if one[:2] == key), key=lambda one: one[2] or 0)


@pytest.mark.parametrize("ticks", [doubled, half_lost, a_week_out], ids=lambda ticks: ticks.__name__)
def test_ticks_come_as_they_like(world: Callable[[Sequence[str]], World], ticks: Ticks) -> None:
    """Whatever happens to ticks, the same is told; after an outage the latest of each is."""
    _compare(world, ZONES, 8, ticks)


@pytest.mark.deep
@pytest.mark.parametrize("ticks", [half_lost, a_week_out], ids=lambda ticks: ticks.__name__)
@pytest.mark.parametrize("part", range(4))
def test_ticks_in_every_zone(world: Callable[[Sequence[str]], World], ticks: Ticks, part: int) -> None:
    """The same in every zone that there is, one for those that show the same times."""
    _compare(world, differing_zones()[part::4], 8, ticks)
