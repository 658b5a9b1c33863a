"""A hospital's weeks on one test clock, by several processes that are killed at random moments: what an oracle says
must be told is told, each once; and every mail that came twice is one that a killed worker had in hand."""

import random
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reciproca.core.clock import FileClock
from tests import postgres
from tests.building.house import an_installation
from tests.building.postbox import Postbox, a_postbox
from tests.simulation import oracle
from tests.simulation.processes import PATIENCE, Fleet, Hands, a_fleet
from tests.simulation.world import ZONE, World, a_world

BEGINS = datetime(2026, 10, 1, 11, 0, tzinfo=UTC)


@dataclass
class Report:
    """What happened: printed at the end."""

    acts: Counter[str] = field(default_factory=Counter)
    steps: int = 0
    rows: int = 0
    sent: int = 0
    dropped: int = 0
    waited: int = 0
    worker_kills: int = 0
    web_kills: int = 0
    doubled: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = {
            "steps of the clock": self.steps,
            "acts of people": sum(self.acts.values()),
            "due slots, one row each": self.rows,
            "messages accepted": self.sent,
            "messages whose reason had passed": self.dropped,
            "times that one waited for day or return": self.waited,
            "workers killed": self.worker_kills,
            "web processes killed": self.web_kills,
            "sent twice, in a kill's window": len(self.doubled),
        }
        return "\n".join([*(f"{name:<42} {value:>6}" for name, value in lines.items()), *self.doubled])


class Simulation:
    """The driver: jumps with the clock, has people act, kills processes, waits until all is quiet, asks the oracle."""

    def __init__(
        self, world: World, hands: Hands, fleet: Fleet, box: Postbox, webs: list[str], seed: int
    ) -> None:
        self.world, self.hands, self.fleet, self.box, self.webs = world, hands, fleet, box, webs
        self.chosen = random.Random(f"driver {seed}")  # noqa: S311 -- no secret: a seeded choice
        self.report = Report()

    def run(self, days: int, *, kills: int) -> Report:
        """So many days, with about so many kills."""
        first = BEGINS.astimezone(ZoneInfo(ZONE)).date()
        instants = [
            datetime.combine(first + timedelta(days=number), datetime.min.time(), ZoneInfo(ZONE))
            + timedelta(hours=hour)
            for number in range(1, days + 1)
            for hour in (9.5, 14.5)
        ]
        kill_at = Counter(self.chosen.choices(range(len(instants)), k=kills))
        self.settle(self.world.read())
        for number, instant in enumerate(instants):
            is_acting = number % 5 == 1
            if is_acting or kill_at[number] or self.world.is_due_by(instant.astimezone(UTC)):
                self.step(instant.astimezone(UTC), kill_at[number])
            if is_acting:
                self.act()
        return self.report

    def step(self, instant: datetime, kills: int) -> None:
        """Time goes on, some processes die on the way, and what must be is."""
        before = self.world.read()
        self.hands.jump(instant)
        for _kill in range(kills):
            time.sleep(self.chosen.random() * 2)
            self.kill()
        after = self.settle(before)
        new = {one for one in after.notices.values() if one.id not in before.notices and one.owed is not None}
        found = sorted((one.owed or 0, one.step or 0, one.person, one.kind) for one in new)
        left = {person for person in after.people if oracle.has_left(after, person, instant)}
        expected = sorted(oracle.rows_due(before, instant))
        assert [row for row in found if row[2] not in left] == [row for row in expected if row[2] not in left]
        self.report.steps += 1
        self.report.rows += len(found)

    def act(self) -> None:
        """Some people act, one after the other, while web processes may die."""
        before = self.world.read()
        for _turn in range(self.chosen.randint(1, 4)):
            self.report.acts[self.world.act(self.webs)] += 1
        self.settle(before)

    def kill(self) -> None:
        """Kill one process where it stands."""
        name = self.chosen.choice(sorted(self.fleet.running))
        self.fleet.kill(name)
        if name.startswith("web"):
            self.report.web_kills += 1
        else:
            self.report.worker_kills += 1

    def settle(self, before: oracle.Snapshot) -> oracle.Snapshot:
        """Wait until nothing is due; then every message is what the oracle says."""
        give_up = time.monotonic() + PATIENCE
        while not self.world.is_quiet():
            assert time.monotonic() < give_up, "it doesn't become quiet"
            time.sleep(0.1)
        after, heard = self.world.read(), {heard for _address, heard in self.box.heard}
        for uid, fate in oracle.fates(before, after, after.at).items():
            self._check(after, uid, fate, heard)
        return after

    def _check(self, after: oracle.Snapshot, uid: int, fate: oracle.Fate, heard: set[str]) -> None:
        message = after.messages[uid]
        if fate.waits:
            assert message.state == "pending", (message, fate)
            self.report.waited += 1
            return
        inside = fate.kept | fate.dropped | fate.either
        carried = {one for one in inside if after.notices[one].left_out is None}
        if fate.kept or (carried & fate.either and message.state == "done"):
            assert message.state == "done", (message, fate)
            assert fate.kept <= carried <= fate.kept | fate.either, (message, fate)
            assert message.reference in heard, message
            self.report.sent += 1
        elif not (fate.is_held and message.state == "pending"):
            assert message.state == "dropped", (message, fate)
            self.report.dropped += 1

    def check_mail(self) -> None:
        """Each message was accepted once, but for those that a killed worker had in hand: one for each kill."""
        after = self.world.read(whole=True)
        times = Counter(heard for _address, heard in self.box.heard)
        sent = {one.reference for one in after.messages.values() if one.state == "done"}
        self.report.doubled = [f"  twice: {one}" for one, count in times.items() if count > 1]
        self.report.doubled += [f"  though its reason had passed: {one}" for one in times if one not in sent]
        extra = sum(count - 1 for count in times.values()) + sum(one not in sent for one in times)
        assert extra <= self.report.worker_kills, str(self.report)
        assert self.report.sent == len(sent)
        assert self.report.sent + self.report.dropped == sum(
            one.state in {"done", "dropped"} for one in after.messages.values()
        )


def _ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _port in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


@contextmanager
def a_simulation(
    home: Path, url: str, *, webs: int, workers: int, seed: int, size: int, days: int
) -> Iterator[Simulation]:
    """A world with its processes. Without workers the one web process has the scheduler in it."""
    with ExitStack() as stack:
        box, smtp = stack.enter_context(a_postbox())
        home.mkdir(parents=True)
        hands = Hands(home / "clock.txt", BEGINS)
        stack.callback(hands.stop)
        installation = an_installation(home, url, FileClock(home / "clock.txt"))
        stack.callback(installation.database.dispose)
        world = a_world(installation, seed=seed, size=size, days=days)
        ports = _ports(webs)
        scheduler = ("--no-scheduler",) if workers else ()
        commands: dict[str, tuple[str, ...]] = {
            ("web" if workers else "all") + str(number): ("serve", "--port", str(port), *scheduler)
            for number, port in enumerate(ports)
        }
        commands |= {f"worker{number}": ("worker",) for number in range(workers)}
        facts = {
            "DATABASE_URL": url, "SMTP_URL": smtp, "LEASE_SECONDS": "2", "DISPATCH_SECONDS": "1", "TIME_SECONDS": "1",
            "TESTING": "1", "TEST_CLOCK": str(home / "clock.txt"), "LOG_LEVEL": "error",
        }  # fmt: skip
        fleet = stack.enter_context(a_fleet(home, facts, commands))
        yield Simulation(world, hands, fleet, box, [f"http://127.0.0.1:{port}" for port in ports], seed)


def _run(simulation: Simulation, days: int, kills: int) -> None:
    report = simulation.run(days, kills=kills)
    simulation.check_mail()
    print(f"\n{report}")  # noqa: T201 -- the report is what the test is for
    assert report.rows > simulation.world.hospital.requests.__len__()
    assert min(report.sent, report.dropped, report.waited, sum(report.acts.values())) > 0


@pytest.mark.postgres
def test_thirty_days_of_two_hundred_people(tmp_path: Path, postgres_url: str) -> None:
    """Four web processes and two workers on PostgreSQL, some of them killed."""
    with (
        postgres.fresh_database(postgres_url) as url,
        a_simulation(tmp_path / "home", url, webs=4, workers=2, seed=5, size=200, days=30) as simulation,
    ):
        _run(simulation, 30, kills=8)


@pytest.mark.deep
@pytest.mark.postgres
def test_a_year_with_a_hundred_kills(tmp_path: Path, postgres_url: str) -> None:
    """The same for a year."""
    with (
        postgres.fresh_database(postgres_url) as url,
        a_simulation(tmp_path / "home", url, webs=4, workers=2, seed=365, size=200, days=365) as simulation,
    ):
        _run(simulation, 365, kills=130)
        assert simulation.report.worker_kills + simulation.report.web_kills >= 100


def test_one_process_alone_does_the_same(tmp_path: Path) -> None:
    """The embedded scheduler, on SQLite, killed now and then."""
    with a_simulation(
        tmp_path / "home", f"sqlite:///{tmp_path / 'db.sqlite3'}", webs=1, workers=0, seed=7, size=60, days=12
    ) as simulation:
        _run(simulation, 12, kills=4)
