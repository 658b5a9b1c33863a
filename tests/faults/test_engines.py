"""What both engines promise, the embedded one and Procrastinate on PostgreSQL."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Event, Lock

import psycopg
import pytest
from sqlalchemy import make_url

from reciproca.scheduler.cluster import SCHEMA, Clustered, cron
from reciproca.scheduler.engine import Embedded, Engine
from tests import postgres

PATIENCE = 60
"""Seconds after which something that must happen is given up: a limit, not a measure."""


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """The URL of a new, empty database."""
    with postgres.fresh_database(postgres_url) as url:
        yield url


@pytest.fixture(params=["embedded", pytest.param("clustered", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """One engine of each kind."""
    if request.param == "embedded":
        return Embedded()
    return Clustered(request.getfixturevalue("postgres_database"))


def _until(what: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < give_up, "it didn't happen"
        time.sleep(0.05)


def test_ticks_come_again_and_share_jobs_out(engine: Engine) -> None:
    """A tick is called again and again; the jobs that it shares out are done, each as often as asked."""
    ticks: list[float] = []
    done: Counter[str] = Counter()

    def tick() -> None:
        ticks.append(time.monotonic())
        if len(ticks) == 1:
            engine.share("count", 3)
            engine.share("nothing", 0)

    engine.job("count", lambda: done.update(["count"]))
    engine.job("nothing", lambda: done.update(["nothing"]))
    engine.every(1, "tick", tick)
    engine.start()
    try:
        _until(lambda: len(ticks) >= 3 and done["count"] >= 3)
    finally:
        engine.stop()
    assert done == {"count": 3}


def test_the_end_waits_for_what_is_in_hand(engine: Engine) -> None:
    """A running tick sees that the end was asked for, and is waited for; after it nothing is called."""
    begun, ended = Event(), Event()
    calls: list[str] = []

    def tick() -> None:
        calls.append("tick")
        begun.set()
        while not engine.is_stopping():
            time.sleep(0.01)
        ended.set()

    engine.every(1, "tick", tick)
    engine.start()
    assert begun.wait(PATIENCE)
    engine.stop()
    assert ended.is_set()
    assert engine.is_stopping()
    number = len(calls)
    time.sleep(1.2)
    assert len(calls) == number


def test_a_tick_that_fails_comes_again(engine: Engine) -> None:
    """Whatever it raises."""
    calls: list[str] = []

    def tick() -> None:
        calls.append("tick")
        raise RuntimeError("no")

    engine.every(1, "tick", tick)
    engine.start()
    try:
        _until(lambda: len(calls) >= 2)
    finally:
        engine.stop()


@pytest.mark.postgres
def test_several_workers_tick_once_together(postgres_database: str) -> None:
    """Nobody leads: three engines on one database call each second's tick once, and share the jobs."""
    ticks: list[int] = []
    by: Counter[int] = Counter()
    lock = Lock()

    def make(number: int) -> Clustered:
        engine = Clustered(postgres_database)

        def tick() -> None:
            with lock:
                ticks.append(number)
            engine.share("job", 5)

        def job() -> None:
            time.sleep(0.05)
            with lock:
                by.update([number])

        engine.job("job", job)
        engine.every(1, "tick", tick)
        return engine

    engines = [make(number) for number in range(3)]
    begun = time.monotonic()
    for one in engines:
        one.start()
    try:
        _until(lambda: len(ticks) >= 6 and len(by) == 3)
    finally:
        for one in engines:
            one.stop()
    took = time.monotonic() - begun
    assert len(ticks) <= took + 2  # with the seconds in which they began and ended


@pytest.mark.postgres
def test_the_engines_tables_are_its_own(postgres_database: str) -> None:
    """They lie in a schema beside ours, which `db check` doesn't see; another release's are made anew."""
    engine = Clustered(postgres_database)
    engine.start()
    engine.stop()
    conninfo = make_url(postgres_database).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo, autocommit=True) as line:
        found = "SELECT count(*) FROM pg_tables WHERE schemaname = %s"
        made = line.execute(found, [SCHEMA]).fetchone()
        assert made is not None
        assert made[0] > 3
        line.execute(f"COMMENT ON SCHEMA {SCHEMA} IS '0.0'")
        line.execute(f"CREATE TABLE {SCHEMA}.of_old ()")
        again = Clustered(postgres_database)
        again.start()
        again.stop()
        assert line.execute(found, [SCHEMA]).fetchone() == made


@pytest.mark.parametrize(
    ("seconds", "line"),
    [(1, "* * * * * */1"), (10, "* * * * * */10"), (60, "*/1 * * * * 0"), (3600, "0 * * * * 0")],
)
def test_intervals_as_lines_of_a_calendar(seconds: int, line: str) -> None:
    """Six columns, the last for seconds."""
    assert cron(seconds) == line
