"""Taking a backup of an installation that people use.

Rows come from one read-only transaction, which sees one moment and makes nobody wait. Files have no such moment: the
home's are copied first, and then, for the rows' own moment, those documents that came meanwhile. A document that was
replaced in between makes the rows older than the files: they are read again, at a later moment.
"""

import os
import zipfile
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, MetaData, func, inspect, select
from sqlalchemy.orm import Session

from reciproca.core import schema
from reciproca.core.backup import rows
from reciproca.core.backup.archive import Manifest, Writing
from reciproca.core.cli import progress
from reciproca.core.errors import Invalid, Misconfigured
from reciproca.core.ledger.tables import LedgerCheckpoint
from reciproca.core.work import Installation

DOCUMENTS = "documents/"
"""The folder of the home whose files count only where rows name them."""
Named = Callable[[Session], Set[str]]
"""Says which of those files (paths in the home) the rows name."""
TRIES = 5
"""How often a moment is looked for at which every document on record is there."""
_PASSING = (".part", "-wal", "-shm", "-journal", ".lock")


def take(
    installation: Installation, file: Path, *, release: str, named: Named, left_out: list[str]
) -> Manifest:
    """Write a backup of `installation` to `file`, for its owner alone and whole or not at all. `missing` in what is
    returned are documents that the home has lost. Invalid for a file inside the home, Misconfigured where the schema
    isn't this release's or the folder takes no file."""
    home = installation.settings.home
    if file.resolve().is_relative_to(home.resolve()):
        raise Invalid(
            detail="A backup inside the home would be lost with it. Nothing was written.",
            remedy="Name a file elsewhere, best on another disk.",
        )
    if (at := schema.current(installation.database)) != schema.expected():
        raise Misconfigured(
            detail=f"The database is at schema {at}, which is not this release's. Nothing was written.",
            remedy="Take the backup with the release that was used until now, or run `reciproca db upgrade` first.",
        )
    tables = schema.tables(installation.database)
    others = sorted(set(inspect(installation.database.engine).get_table_names()) - set(tables.tables))
    strangers = [
        f"the table {name}, which is a plugin's or another program's"
        for name in others
        if name != schema.VERSION_TABLE
    ]
    asked = Manifest(
        made_at=installation.clock.now().isoformat(), release=release, revision=str(at), ledger_size=0,
        ledger_root="", tables={}, files={}, left_out=[*left_out, *strangers],
    )  # fmt: skip
    with _file(file) as archive:
        return _write(installation, Writing(archive, home), tables, named, asked)


def _write(
    installation: Installation, writing: Writing, tables: MetaData, named: Named, asked: Manifest
) -> Manifest:
    lasting = _copy_home(installation, writing)
    for tried in range(TRIES):
        with installation.database.transaction(write=False) as session:
            wanted = named(session)
            missing = sorted(name for name in wanted if not writing.take(name))
            if missing and tried < TRIES - 1:  # replaced since this moment: look at a later one
                continue
            made = _with_rows(session.connection(), writing, tables, asked)
            break
    kept = {name: digest for name, digest in writing.files.items() if name in lasting | wanted}
    made = replace(made, files=kept, missing=missing)
    writing.close(made)
    return made


def _copy_home(installation: Installation, writing: Writing) -> Set[str]:
    """Copy what is in the home, but the database. Returns the names of what counts whatever the rows say of it:
    documents count where the rows name them."""
    home = installation.settings.home
    found = sorted(_lasting(home, installation.database.engine.url.database or ""))
    with progress("Files", len(found)) as step:
        for name in found:
            writing.take(name)
            step(1)
    return {name for name in found if not name.startswith(DOCUMENTS)}


def _lasting(home: Path, database: str) -> Iterator[str]:
    beside = Path(database).name
    for path in home.rglob("*"):
        if (
            path.is_file()
            and not path.name.endswith(_PASSING)
            and not (path.parent == home and path.name == beside)
        ):
            yield path.relative_to(home).as_posix()


def _with_rows(connection: Connection, writing: Writing, tables: MetaData, asked: Manifest) -> Manifest:
    numbers = rows.counted(connection, tables)
    with progress("Rows", sum(numbers.values())) as step:
        for one in tables.sorted_tables:
            for done in writing.table(one.name, rows.dumped(connection, one)):
                step(done)
    newest = select(func.max(LedgerCheckpoint.size)).scalar_subquery()
    end = connection.execute(
        select(LedgerCheckpoint.size, LedgerCheckpoint.root).where(LedgerCheckpoint.size == newest)
    ).one_or_none()
    size, root = (end.size, end.root.hex()) if end else (0, "")
    return replace(asked, tables=numbers, ledger_size=size, ledger_root=root)


@contextmanager
def _file(file: Path) -> Iterator[zipfile.ZipFile]:
    """A new zip that becomes `file` when the block ends well."""
    part = file.with_name(f".{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600, exist_ok=False)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
            yield archive
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        raise Misconfigured(
            detail=f"{file} couldn't be written ({error.strerror}). Nothing was written.",
            remedy="Name a file in a folder that exists, that you may write to and that has room.",
        ) from error
    finally:
        part.unlink(missing_ok=True)
