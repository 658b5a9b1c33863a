"""An installation to test in: its own folder, keys, clock and migrated database."""

from datetime import UTC, datetime
from pathlib import Path

from reciproca.app import open_installation
from reciproca.core import schema
from reciproca.core.clock import FixedClock
from reciproca.core.keys import create_keys
from reciproca.core.settings import Settings
from reciproca.core.work import Installation

BEGINNING = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)


def an_installation(home: Path, url: str, clock: FixedClock | None = None) -> Installation:
    """A migrated installation in `home` on the database `url`, whose clock stands at `BEGINNING` unless given."""
    clock = clock or FixedClock(BEGINNING)
    chosen = Settings(home=home, database_url=url, log_level="error")
    home.mkdir(parents=True, exist_ok=True)
    create_keys(chosen.keys_folder, clock, "Riverbend Hospital")
    installation = open_installation(chosen, clock=clock)
    schema.upgrade(installation.database)
    return installation
