"""The ledger verified, a million leaves: recomputed, and held against its signed checkpoint.

Both sides read every entry and leaf hash in order. The floor computes the root and nothing else; ours also holds each
hash against its entry, each leaf against its place, and the root against the newest checkpoint with its signature.
"""

import hashlib
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg

from benchmarks.measuring import Benchmark, Goal, Side, Wrong
from reciproca.core import ids
from reciproca.core.db import Database
from reciproca.core.ledger.glance import check_log
from tests import postgres
from tests.building.log import ORIGIN, SIGNER, a_log, an_act, wrote

LEAVES, BATCH, PAGE, GROWN = 1_000_000, 10_000, 1024, 64 * 1024
"""`GROWN`: KiB by which the process may grow while it verifies; the leaves themselves are four times as many."""
WHAT = "one leaf of a million verified: hash, place, root and signature, against entries read and the root computed"
QUERY = "SELECT entry, leaf_hash FROM ledger_leaf ORDER BY idx"
Pages = Iterator[Sequence[tuple[bytes, bytes]]]


@contextmanager
def _prepared(kind: str, n: int) -> Iterator[dict[str, Side]]:
    with _stored(kind) as (url, pages):
        database = a_log(url)
        for first in range(0, n, BATCH):
            wrote(database, *(an_act(ids.timeless()) for _leaf in range(min(BATCH, n - first))))
        yield {"ours": partial(_ours, database, n), "floor": partial(_floor, pages, database, n)}
        database.dispose()


@contextmanager
def _stored(kind: str) -> Iterator[tuple[str, Callable[[], Pages]]]:
    """A new database's URL, and how its leaves are read with the bare driver."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            file = Path(folder) / "log.sqlite3"
            yield f"sqlite:///{file}", partial(_from_sqlite, file)
        return
    with postgres.running(durable=True) as server, postgres.fresh_database(server) as url:
        yield url, partial(_from_postgres, url.replace("+psycopg", ""))


def _from_sqlite(file: Path) -> Pages:
    connection = sqlite3.connect(file)
    cursor = connection.execute(QUERY)
    while page := cursor.fetchmany(PAGE):
        yield page
    connection.close()


def _from_postgres(url: str) -> Pages:
    with psycopg.connect(url) as connection, connection.cursor("leaves", binary=True) as cursor:
        cursor.execute(QUERY)
        while page := cursor.fetchmany(PAGE):
            yield page


def _ours(database: Database, n: int) -> float:
    before, begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    with database.transaction(write=False) as session:
        report = check_log(session, public_key=SIGNER.public_key, origin=ORIGIN)
    took = time.perf_counter() - begin
    if not report.ok or report.size != n:
        raise Wrong(f"the ledger of {n} leaves doesn't verify: {report.to_json()}")
    if (grown := resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) > GROWN:
        raise Wrong(f"verifying took {grown} KiB more of memory")
    return took / n


def _floor(pages: Callable[[], Pages], database: Database, n: int) -> float:
    begin = time.perf_counter()
    found = _root(pages())
    took = time.perf_counter() - begin
    with database.transaction(write=False) as session:
        if check_log(session, public_key=SIGNER.public_key, origin=ORIGIN).root != found.hex():
            raise Wrong("the two roots differ")
    return took / n


def _root(pages: Pages) -> bytes:
    """The RFC 6962 root with hashlib alone: whole pages level by level, then from page to page."""
    sha, peaks, last = hashlib.sha256, list[bytes](), list[bytes]()
    for number, page in enumerate(pages):
        level = [sha(b"\x00" + entry).digest() for entry, _leaf in page]
        if len(level) < PAGE:
            last = level
            break
        while len(level) > 1:
            pairs = iter(level)
            level = [sha(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
        _add(peaks, number, level[0])
    rest = list[bytes]()
    for at, leaf in enumerate(last):
        _add(rest, at, leaf)
    *others, root = [*peaks, *rest]
    for peak in reversed(others):
        root = sha(b"\x01" + peak + root).digest()
    return root


def _add(peaks: list[bytes], count: int, node: bytes) -> None:
    while count & 1:
        node = hashlib.sha256(b"\x01" + peaks.pop() + node).digest()
        count >>= 1
    peaks.append(node)


BENCHMARKS = tuple(
    Benchmark(
        name=f"ledger-verify-{kind}",
        what=WHAT,
        n=LEAVES,
        prepare=partial(_prepared, kind),
        goal=Goal(key="ratio_to_floor", op="<=", limit=1.3),
    )
    for kind in ("postgres", "sqlite")
)
