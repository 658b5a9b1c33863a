"""A database server that was started anew costs nobody an answer."""

from pathlib import Path

import pytest
from sqlalchemy import text

from reciproca.core import db
from reciproca.core.clock import FixedClock
from tests import postgres
from tests.building.house import an_installation


@pytest.mark.postgres
def test_connections_that_were_cut_while_they_rested_are_made_anew(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects the first pages after the server's restart: fails when a line that rested isn't asked before it is used
    again, or when one that is dead takes only itself out of the pool."""
    monkeypatch.setattr(db, "RESTED", 0.0)
    with postgres.fresh_database(postgres_url) as url:
        installation = an_installation(tmp_path / "home", url, FixedClock())
        database = installation.database
        with database.transaction(), database.transaction(), database.transaction():
            pass  # three lines rest in the pool
        cut = text(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with database.at_once() as line:
            assert (line.execute(cut).scalar() or 0) >= 2
        with database.transaction() as session, database.at_once() as line:
            assert session.scalar(text("SELECT 1")) == line.scalar(text("SELECT 1")) == 1
        database.dispose()
