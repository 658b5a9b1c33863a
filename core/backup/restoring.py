"""Bringing a backup back: on an empty machine, into an empty database, whichever of the two it is."""

import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from reciproca.core import schema
from reciproca.core.backup import rows
from reciproca.core.backup.archive import Manifest, Reading, damaged
from reciproca.core.cli import progress
from reciproca.core.db import Database
from reciproca.core.errors import Conflict, NotFound

Url = Callable[[Path], str]
"""The database's URL, by the settings of the home that was unpacked."""


@contextmanager
def opened(file: Path) -> Iterator[Reading]:
    """The backup in `file`. NotFound, or Unreadable when it is none or turns out not to be whole."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield Reading(archive)
    except FileNotFoundError as error:
        raise NotFound(
            detail=f"There is no file {file}. Nothing was changed.", remedy="Look at its name."
        ) from error
    except (zipfile.BadZipFile, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise damaged(str(error)) from error


def restore(reading: Reading, home: Path, url: Url) -> Manifest:
    """Put everything into the empty `home` and the empty database. Conflict where either isn't; then, and whenever it
    fails half way, nothing is left behind."""
    if home.exists() and any(home.iterdir()):
        raise Conflict(
            detail=f"{home} isn't empty. Nothing was changed.",
            remedy="Name an empty folder with --home; move what is there aside rather than away.",
        )
    making = home.with_name(f".{home.name}.restoring")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700, parents=True)
    try:
        with progress("Files", len(reading.manifest.files)) as step:
            for done in reading.unpack(making):
                step(done)
        _fill(reading, url(making))
        home.parent.mkdir(parents=True, exist_ok=True)
        making.replace(home)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return reading.manifest


def _fill(reading: Reading, url: str) -> None:
    if not schema.knows(reading.manifest.revision):
        raise Conflict(
            detail=f"The backup is of a later release ({reading.manifest.release}). Nothing was changed.",
            remedy="Restore it with that release.",
        )
    database = Database(url)
    try:
        with database.engine.begin() as connection:
            if found := inspect(connection).get_table_names():
                raise Conflict(
                    detail=f"The database has tables already, {found[0]} for one. Nothing was changed.",
                    remedy="Set RECIPROCA_DATABASE_URL to an empty database, or to nothing for SQLite in the home.",
                )
            schema.bring_to(connection, reading.manifest.revision)
            try:
                _put_in(connection, reading)
            except (ValueError, KeyError, DBAPIError) as error:
                raise damaged(f"its rows can't be read ({type(error).__name__})") from error
            schema.bring_to(connection, "head")
    finally:
        database.dispose()


def _put_in(connection: Connection, reading: Reading) -> None:
    demands = rows.without_references(connection)
    with progress("Rows", sum(reading.manifest.tables.values())) as step:
        for name, number in reading.manifest.tables.items():
            done = 0
            for more in rows.load(connection, name, reading.lines(name)):
                done += more
                step(more)
            if done != number:
                raise damaged(f"the table {name} has {done} rows and not {number}")
    rows.count_on(connection)
    for demand in demands:
        connection.execute(text(demand))
