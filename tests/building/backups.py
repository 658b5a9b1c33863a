"""Backups of a test's installation: taken, opened, brought back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

from sqlalchemy.orm import Session

from reciproca.compacts.signing.queries.on_disk import files_on_record
from reciproca.core.backup.archive import Manifest
from reciproca.core.backup.restoring import opened, restore
from reciproca.core.backup.taking import take
from reciproca.core.settings import Settings
from reciproca.core.work import Installation
from reciproca.opening import open_installation

Named = Callable[[Session], set[str]]


def a_backup(installation: Installation, file: Path, named: Named = files_on_record) -> Manifest:
    """A backup of `installation` in `file`. `named` may do something at the moment that the rows are of."""
    return take(installation, file, release="test", named=named, left_out=[])


def contents(file: Path) -> dict[str, bytes]:
    """What a backup holds, by name, but its manifest."""
    with ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}


@contextmanager
def brought_back(file: Path, home: Path, url: str, like: Installation) -> Iterator[Installation]:
    """The installation that `file` brings back into `home` and the database `url`, with the clock of another."""
    with opened(file) as reading:
        restore(reading, home, lambda _home: url)
    made = open_installation(Settings(home=home, database_url=url, log_level="error"), clock=like.clock)
    yield made
    made.database.dispose()
