"""Work taken from a table and acknowledged: by our leases in one loop, and by jobs of the engine that share it out.

Each item is acknowledged in a transaction of its own, because each stands for something that was done outside: the
floor does the same statements with the bare driver. Nothing is done between the two, and no item may be taken twice.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Lock

import psycopg
from sqlalchemy import delete, insert, make_url

from benchmarks.measuring import Benchmark, Goal, Side, Wrong
from reciproca.core import ids
from reciproca.core.clock import FixedClock
from reciproca.core.leases import acknowledge, lease
from reciproca.core.outbox import OutboxItem
from reciproca.core.work import Installation
from reciproca.scheduler.cluster import Clustered
from tests import postgres
from tests.building.house import an_installation

ITEMS, SHARED, BATCH, JOBS = 4000, 20_000, 20, 4
NOW = datetime(2026, 10, 8, 14, 0, tzinfo=UTC)
PATIENCE = 120
LEASE = (
    "UPDATE outbox_item "
    "SET state = 'leased', lease_token = %(token)s, lease_until = %(until)s, attempts = attempts + 1 "
    "WHERE id IN (SELECT id FROM outbox_item WHERE not_before <= %(now)s AND state = 'pending' ORDER BY not_before, id "
    "LIMIT %(limit)s FOR UPDATE SKIP LOCKED) RETURNING id, kind, key, payload, attempts"
)
ACKNOWLEDGE = (
    "UPDATE outbox_item SET state = 'done', done_at = %(now)s, failure = NULL "
    "WHERE id = %(id)s AND lease_token = %(token)s AND state = 'leased'"
)


@contextmanager
def _waiting(n: int) -> Iterator[tuple[Installation, str]]:
    """An installation on PostgreSQL."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        postgres.running(durable=True) as server,
        postgres.fresh_database(server) as url,
    ):
        installation = an_installation(Path(folder) / "home", url, FixedClock(NOW))
        _fill(installation, n)
        yield installation, url
        installation.database.dispose()


def _fill(installation: Installation, n: int) -> None:
    """`n` items that are due, and no others."""
    rows = [
        {
            "uid": ids.timeless(), "kind": "nothing", "payload": {"number": number}, "written_at": NOW,
            "state": "pending", "not_before": NOW, "attempts": 0,
        }
        for number in range(n)
    ]  # fmt: skip
    with installation.database.transaction() as session:
        session.execute(delete(OutboxItem))
        session.execute(insert(OutboxItem), rows)


@contextmanager
def _loop(n: int) -> Iterator[dict[str, Side]]:
    with _waiting(n) as (installation, url):
        yield {"ours": partial(_ours, installation, n), "floor": partial(_floor, installation, url, n)}


@contextmanager
def _chunks(n: int) -> Iterator[dict[str, Side]]:
    with _waiting(n) as (installation, url):
        sharing = _Sharing(installation, url)
        yield {"ours": partial(sharing.run, n), "floor": partial(_floor, installation, url, n)}
        sharing.engine.stop()


def _ours(installation: Installation, n: int) -> float:
    _fill(installation, n)
    seen: Counter[int] = Counter()
    begin = time.perf_counter()
    while _batch(installation, seen):
        pass
    return _right(seen, n, time.perf_counter() - begin)


def _batch(installation: Installation, seen: Counter[int]) -> int:
    """Take a batch and acknowledge each; how many."""
    with installation.database.transaction() as session:
        items = lease(session, OutboxItem, now=NOW, limit=BATCH, seconds=600)
    for item in items:
        with installation.database.at_once() as line:
            if acknowledge(line, item, now=NOW):
                seen[item.id] += 1
    return len(items)


def _floor(installation: Installation, url: str, n: int) -> float:
    _fill(installation, n)
    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    seen: Counter[int] = Counter()
    with psycopg.connect(conninfo, autocommit=True) as line:
        begin = time.perf_counter()
        while True:
            token = ids.timeless()[:32]
            asked = {"token": token, "until": NOW + timedelta(seconds=600), "now": NOW, "limit": BATCH}
            rows = line.execute(LEASE, asked).fetchall()
            for row in rows:
                if line.execute(ACKNOWLEDGE, {"now": NOW, "id": row[0], "token": token}).rowcount:
                    seen[row[0]] += 1
            if not rows:
                return _right(seen, n, time.perf_counter() - begin)


class _Sharing:
    """Workers of the engine, who share out what is due in jobs."""

    def __init__(self, installation: Installation, url: str) -> None:
        self.installation, self.seen, self.lock = installation, Counter[int](), Lock()
        self.engine = Clustered(url)
        self.engine.job("bench", self.share)
        self.engine.start()
        time.sleep(3)  # its tables are made, and it listens

    def share(self) -> None:
        """One job: batch after batch until nothing is left."""
        mine: Counter[int] = Counter()
        while _batch(self.installation, mine):
            pass
        with self.lock:
            self.seen += mine

    def run(self, n: int) -> float:
        """Share `n` items out."""
        _fill(self.installation, n)
        self.seen.clear()
        begin = time.perf_counter()
        self.engine.share("bench", JOBS)
        while self.seen.total() < n:
            if time.perf_counter() - begin > PATIENCE:
                raise Wrong(f"{self.seen.total()} of {n} items were done")
            time.sleep(0.005)
        return _right(self.seen, n, time.perf_counter() - begin)


def _right(seen: Counter[int], n: int, took: float) -> float:
    """Seconds for each item. Wrong when one was left, or done twice."""
    if len(seen) != n or seen.total() != n:
        raise Wrong(f"{len(seen)} items of {n} were done, {seen.total()} times")
    return took / n


BENCHMARKS = (
    Benchmark(
        name="lease",
        what="one item leased in a batch of 20 and acknowledged by itself, durably (PostgreSQL)",
        n=ITEMS,
        prepare=_loop,
        goal=Goal(key="ratio_to_floor", op="<=", limit=1.43),
    ),
    Benchmark(
        name="lease-chunks",
        what="the same by four jobs of the engine; floor: one loop with the bare driver",
        n=SHARED,
        prepare=_chunks,
        goal=Goal(key="ratio_to_floor", op="<=", limit=1.67),
    ),
)
