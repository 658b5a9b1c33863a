"""`reciproca worker` on three processes, one of which is killed: nobody is left out, and nobody is told twice."""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from reciproca.compacts.notices.tables import Delivery
from reciproca.core.clock import FixedClock
from reciproca.core.db import ACROSS
from reciproca.core.identity import system
from reciproca.core.work import Installation
from reciproca.scheduler.ticks import sweep_all
from tests import postgres
from tests.building.house import an_installation
from tests.building.obligations import a_reminded_hospital, owed_by, someone
from tests.building.postbox import a_postbox
from tests.commands.running import RECIPROCA

TEST = system("test")
WEEK_BEFORE = datetime(2026, 10, 8, 14, 0, tzinfo=UTC)
PEOPLE, LEASE, TICK, PATIENCE = 90, 2, 1, 90
pytestmark = [pytest.mark.postgres, pytest.mark.deep]


@contextmanager
def _passing(file: Path) -> Iterator[None]:
    """The clock that all processes share goes on as the machine's does, from a week before everything is due."""
    over, begun = Event(), time.monotonic()

    def write() -> None:
        while not over.wait(0.1):
            now = WEEK_BEFORE + timedelta(seconds=time.monotonic() - begun)
            part = file.with_suffix(".part")
            part.write_text(now.isoformat())
            part.replace(file)

    file.write_text(WEEK_BEFORE.isoformat())
    thread = Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def _a_worker(home: Path, url: str, smtp: str) -> Iterator[subprocess.Popen[bytes]]:
    facts = {
        "DATABASE_URL": url, "SMTP_URL": smtp, "LEASE_SECONDS": str(LEASE), "DISPATCH_SECONDS": str(TICK),
        "TESTING": "1", "TEST_CLOCK": str(home / "clock.txt"), "LOG_LEVEL": "error",
    }  # fmt: skip
    environment = {**os.environ, **{f"RECIPROCA_{name}": value for name, value in facts.items()}}
    process = subprocess.Popen([*RECIPROCA, "--home", str(home), "worker"], env=environment)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        process.kill()


def _states(installation: Installation) -> Counter[str]:
    with installation.database.transaction(write=False) as session:
        asked = select(Delivery.state, func.count()).group_by(Delivery.state)
        return Counter(dict(session.execute(asked, execution_options=ACROSS).all()))


def test_one_of_three_is_killed_in_mid_batch(tmp_path: Path, postgres_url: str) -> None:
    """What it had in hand goes to the others once its lease is over; the one mail that it may have sent without
    writing that down has the same Message-ID. All three end politely when asked to."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres.fresh_database(postgres_url))
        box, smtp = stack.enter_context(a_postbox())
        box.delay = 0.05
        clock, home = FixedClock(), tmp_path / "home"
        installation = an_installation(home, url, clock)
        stack.callback(installation.database.dispose)
        place = a_reminded_hospital(installation)
        with installation.work(TEST, place) as work:
            for number in range(PEOPLE):
                owed_by(work, someone(work, f"P{number}"), subject_uid=f"P{number}")
        clock.move_to(WEEK_BEFORE)
        sweep_all(installation, place)
        stack.enter_context(_passing(home / "clock.txt"))
        workers = [stack.enter_context(_a_worker(home, url, smtp)) for _worker in range(3)]
        _until(lambda: len(box.heard) >= 10)
        workers[0].kill()
        _until(lambda: _states(installation) == {"done": PEOPLE})
        for one in workers[1:]:
            one.send_signal(signal.SIGTERM)
            assert one.wait(PATIENCE) == 0
        times = Counter(box.heard)
        assert len(times) == PEOPLE
        assert sum(times.values()) - PEOPLE <= 1


def _until(what: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < give_up, "it didn't happen"
        time.sleep(0.05)
