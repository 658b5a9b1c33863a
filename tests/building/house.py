"""An installation to test in: its own folder, keys, clock and migrated database."""

import atexit
import shutil
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import cast

from sqlalchemy import make_url

from reciproca.app import create_app
from reciproca.core import schema
from reciproca.core.clock import Clock, FixedClock
from reciproca.core.db import Database
from reciproca.core.http import Shell
from reciproca.core.keys import create_keys
from reciproca.core.settings import Settings
from reciproca.core.work import Installation
from reciproca.opening import open_installation
from tests import postgres

BEGINNING = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)


class RunningClock(FixedClock):
    """A clock that has moved on a little at each look, as every real one has."""

    def now(self) -> datetime:
        """The instant, a microsecond after the last."""
        self.instant += timedelta(microseconds=1)
        return self.instant


def an_installation(home: Path, url: str, clock: Clock | None = None) -> Installation:
    """A migrated installation in `home` on the database `url`, whose clock stands at `BEGINNING` unless given."""
    clock = clock or FixedClock(BEGINNING)
    chosen = Settings(home=home, database_url=url, log_level="error")
    home.mkdir(parents=True, exist_ok=True)
    create_keys(chosen.keys_folder, clock, "Riverbend Hospital")
    make_migrated(url)
    return open_installation(chosen, clock=clock)


def an_app(installation: Installation) -> Shell:
    """The application of `installation`. It is built once for the run, with its addresses and templates, and a copy of
    it is pointed at each installation: an application knows nothing else of where it serves."""
    app = copy(_built())
    app.installation = installation
    return app


def make_migrated(url: str) -> None:
    """Give the new, empty database of `url` its tables: a copy of one that was migrated once for the run."""
    parts = make_url(url)
    if parts.get_backend_name() == "postgresql":
        postgres.refill(url, migrate)
    elif parts.database and not Path(parts.database).exists():
        Path(parts.database).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_migrated_file(), parts.database)
    else:
        migrate(url)


def migrate(url: str) -> None:
    """Run every migration on the database of `url`; the last connection to close leaves SQLite in one file."""
    database = Database(url)
    schema.upgrade(database)
    database.dispose()


@cache
def _built() -> Shell:
    home = Path(mkdtemp(prefix="built-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    installation = an_installation(home, f"sqlite:///{home / 'db'}")
    made = create_app(installation.settings, installation=installation)
    installation.database.dispose()
    return cast(Shell, made)


@cache
def _migrated_file() -> Path:
    path = Path(mkdtemp(prefix="migrated-")) / "migrated.db"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    migrate(f"sqlite:///{path}")
    return path
