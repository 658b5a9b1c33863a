"""Past one machine: Procrastinate, on the PostgreSQL that is there already, wakes whichever worker is free.

Any worker may begin a tick; a row of the database sees to it that only one does, so nobody leads. A tick counts what is
due and shares it out as jobs; a job leases its rows itself, so that one that runs twice does nothing twice. Jobs whose
worker died are tried again, and finished ones are deleted. No reminder is a job, and no job is a reminder's uniqueness.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from threading import Event, Thread

import procrastinate
import psycopg
import structlog
from procrastinate.job_context import JobContext
from psycopg import sql
from sqlalchemy import make_url

from reciproca.scheduler.engine import Run

SCHEMA = "procrastinate"
"""The schema of the database that holds the engine's tables; nothing of the product's is in it."""
THREADS = 4
"""Jobs that one worker does at a time: most of it is waiting for mail servers."""
SILENT_SECONDS = 30
"""A worker that has said nothing for so long is taken for dead, and its jobs are given to others."""
KEPT_HOURS = 24
LOOK_SECONDS = 0.1
"""How often a worker looks whether it is to end."""
_LOCK = 0x7265636970  # "recip": workers that start at once make the tables one after the other
log = structlog.get_logger(__name__)


class Clustered:
    """One worker of several on the database of `url` (SQLAlchemy's). `silent_seconds`: after how long without a word it
    takes another for dead."""

    def __init__(self, url: str, *, silent_seconds: int = SILENT_SECONDS) -> None:
        self._conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        options = {"options": f"-c search_path={SCHEMA}"}
        connector = procrastinate.PsycopgConnector(conninfo=self._conninfo, kwargs=options)
        self._app = procrastinate.App(connector=connector)
        self._silent = silent_seconds
        self._tasks: dict[str, Callable[[int], None]] = {}
        self._stopping, self._thread = Event(), Thread(target=self._work, name="worker", daemon=True)
        self._keep_house()

    def every(self, seconds: int, name: str, run: Run) -> None:
        """Have `run` called every `seconds` by one of the workers. While a tick waits for a free one, no second is
        added."""
        task = self._app.task(_without_time(run), name=name, queueing_lock=name)
        self._app.periodic(cron=cron(seconds))(task)

    def job(self, name: str, run: Run) -> None:
        """What a job of this name does."""
        task = self._app.task(_plain(run), name=name)
        self._tasks[name] = lambda times: task.batch_defer(*({} for _time in range(times)))

    def share(self, name: str, times: int) -> None:
        """Have the job done so many times, by whoever is free. For ticks: the engine must be running."""
        if times:
            self._tasks[name](times)

    def start(self) -> None:
        """Make the engine's tables where they aren't there, and begin in a thread."""
        make_tables(self._conninfo)
        self._thread.start()

    def stop(self) -> None:
        """End, after the jobs in hand."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def is_alive(self) -> bool:
        """Whether it works: from `start` on, until it was stopped or has failed."""
        return self._thread.is_alive()

    def is_stopping(self) -> bool:
        """Whether the end was asked for."""
        return self._stopping.is_set()

    def _work(self) -> None:
        try:
            asyncio.run(self._worker())
        except Exception as error:
            log.error("worker.failed", exc_info=error)

    async def _worker(self) -> None:
        async with self._app.open_async():
            working = asyncio.create_task(
                self._app.run_worker_async(
                    concurrency=THREADS,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=1,
                    update_heartbeat_interval=self._silent / 3,
                    stalled_worker_timeout=self._silent,
                )
            )
            while not self.is_stopping() and not working.done():
                await asyncio.sleep(LOOK_SECONDS)
            working.cancel()  # it ends what is in hand first
            with suppress(asyncio.CancelledError):
                await working

    def _keep_house(self) -> None:
        """Two ticks of the engine's own: jobs of dead workers go to others, and finished ones are deleted."""
        manager, silent = self._app.job_manager, self._silent

        async def retry_stalled(_context: JobContext, timestamp: int) -> None:
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=silent):
                log.warning("worker.died", job=job.task_name, at=timestamp)
                await manager.retry_job(job)

        async def delete_finished(_context: JobContext, timestamp: int) -> None:
            log.debug("worker.tidied", at=timestamp)
            await manager.delete_old_jobs(
                nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
            )

        for seconds, task in ((max(1, silent // 3), retry_stalled), (3600, delete_finished)):
            made = self._app.task(task, name=task.__name__, queueing_lock=task.__name__, pass_context=True)
            self._app.periodic(cron=cron(seconds))(made)


def cron(seconds: int) -> str:
    """A line of six columns, the last of which is for seconds: every so many (a divisor of a minute, or of an hour in
    whole minutes)."""
    if seconds < 60:
        return f"* * * * * */{seconds}"
    minutes = seconds // 60
    return f"*/{minutes} * * * * 0" if minutes < 60 else "0 * * * * 0"


def make_tables(conninfo: str) -> None:
    """The tables of the engine's release, in a schema of their own. Those of another release are replaced: jobs are
    wake-ups, and the next tick makes new ones."""
    release = version("procrastinate")
    with psycopg.connect(conninfo, autocommit=True) as line:
        line.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        there = line.execute(
            "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", [SCHEMA]
        ).fetchone()
        if there == (release,):
            return
        name, words = sql.Identifier(SCHEMA), procrastinate.schema.SchemaManager.get_schema()
        with line.transaction():
            line.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
            line.execute(sql.SQL("CREATE SCHEMA {}").format(name))
            line.execute(sql.SQL("SET LOCAL search_path TO {}").format(name))
            line.execute(sql.SQL(words))
            line.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(name, sql.Literal(release)))


def _without_time(run: Run) -> Callable[[int], None]:
    """A tick is called with its instant, which nothing needs: what is due follows from the clock."""

    def tick(timestamp: int) -> None:
        del timestamp
        run()

    return tick


def _plain(run: Run) -> Callable[[], None]:
    def job() -> None:
        run()

    return job
