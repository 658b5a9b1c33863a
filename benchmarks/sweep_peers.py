"""The sweep beside engines that keep a job for each reminder: APScheduler's job store, Procrastinate's batch of jobs.

What a peer does for a reminder is the least that it can: a job that is written, and (APScheduler) run and removed. Ours
finds who is told, writes a notice and a message, and plans the next look.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Semaphore
from typing import Any

import procrastinate
from apscheduler.executors.pool import (  # type: ignore[import-untyped]  # APScheduler 3 has no type hints
    ThreadPoolExecutor,
)
from apscheduler.jobstores.sqlalchemy import (  # type: ignore[import-untyped]  # the same
    SQLAlchemyJobStore,
)
from apscheduler.schedulers.background import (  # type: ignore[import-untyped]  # the same
    BackgroundScheduler,
)
from sqlalchemy import make_url

from benchmarks.measuring import Benchmark, Goal, Side, Wrong
from benchmarks.sweep import DUE, NOW, a_world, sweep_anew, sweep_once
from reciproca.core.db import Database
from reciproca.scheduler.cluster import SCHEMA, make_tables

JOBS, BATCH = 2000, 1000
_done = Semaphore(0)


def remind(_number: int) -> None:
    """What a job of APScheduler's does: nothing but say that it ran."""
    _done.release()


@contextmanager
def _beside_apscheduler(n: int) -> Iterator[dict[str, Side]]:
    with a_world("sqlite", n) as world, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        sweep_once(world, n)
        database = Database(f"sqlite:///{Path(folder) / 'jobs.sqlite3'}")  # the same pragmas as ours
        yield {"ours": partial(sweep_anew, world, n), "peer": partial(_apscheduler, database)}
        database.dispose()


def _apscheduler(database: Database) -> float:
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(engine=database.engine)},
        executors={"default": ThreadPoolExecutor(4)},
        job_defaults={"misfire_grace_time": None},
        timezone="UTC",
    )
    scheduler.start(paused=True)
    begin = time.perf_counter()
    for number in range(JOBS):
        scheduler.add_job(remind, "date", run_date=NOW.replace(year=2020), args=[number], id=str(number))
    scheduler.resume()
    for _number in range(JOBS):
        if not _done.acquire(timeout=300):
            raise Wrong("a job of APScheduler's never ran")
    scheduler.shutdown(wait=True)
    took = time.perf_counter() - begin
    return took / JOBS


@contextmanager
def _beside_procrastinate(n: int) -> Iterator[dict[str, Side]]:
    with a_world("postgres", n) as world:
        sweep_once(world, n)
        url = make_url(str(world.database.engine.url.render_as_string(hide_password=False)))
        conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
        make_tables(conninfo)
        options: dict[str, Any] = {"options": f"-c search_path={SCHEMA}"}
        connector = procrastinate.SyncPsycopgConnector(conninfo=conninfo, kwargs=options)
        app = procrastinate.App(connector=connector)
        app.task(remind, name="remind")
        with app.open():
            yield {"ours": partial(sweep_anew, world, n), "peer": partial(_procrastinate, app)}


def _procrastinate(app: procrastinate.App) -> float:
    task, jobs = app.tasks["remind"], 10 * JOBS
    begin = time.perf_counter()
    for first in range(0, jobs, BATCH):
        task.batch_defer(*({"_number": number} for number in range(first, first + BATCH)))
    return (time.perf_counter() - begin) / jobs


BENCHMARKS = (
    Benchmark(
        name="sweep-vs-apscheduler",
        what="one due reminder of 100,000 swept on SQLite; beside it a job of its own, added, run and removed",
        n=DUE,
        prepare=_beside_apscheduler,
        goal=Goal(key="ratio_to_peer", op=">=", limit=150),
        peer_name="APScheduler 3, SQLAlchemyJobStore, the same pragmas",
        peer_n=JOBS,
    ),
    Benchmark(
        name="sweep-vs-procrastinate",
        what="one due reminder of 100,000 swept on PostgreSQL; beside it a job of its own, deferred with 999 others",
        n=DUE,
        prepare=_beside_procrastinate,
        goal=Goal(key="ratio_to_peer", op=">=", limit=10),
        peer_name="Procrastinate, batch_defer",
        peer_n=10 * JOBS,
    ),
)
