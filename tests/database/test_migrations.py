"""The schema: what the migrations build is what the code expects, on both databases."""

from sqlalchemy import inspect

from reciproca.core import schema
from reciproca.core.db import Base, Database
from reciproca.opening import TABLES
from tests.architecture.sources import ROOT


def test_whoever_opens_an_installation_knows_every_table() -> None:
    """Protects `db check` and backups: a command loads no pages, and would miss what only they import."""
    there = {path.parent.name for path in (ROOT / "compacts").glob("*/tables.py")}
    assert {module.__name__.split(".")[-2] for module in TABLES} == there


def test_migrations_build_what_the_code_expects(database_url: str) -> None:
    """Protects an installation from code that reads a column which no migration made."""
    database = Database(database_url)
    schema.upgrade(database)
    assert schema.differences(database) == []
    assert schema.current(database) == schema.expected()
    made = set(inspect(database.engine).get_table_names()) - {"alembic_version"}
    assert made == set(Base.metadata.tables)
    database.dispose()


def test_upgrading_again_changes_nothing(database_url: str) -> None:
    """Protects an upgrade that was interrupted or repeated: it is safe to run once more."""
    database = Database(database_url)
    schema.upgrade(database)
    before = schema.current(database)
    schema.upgrade(database)
    assert schema.current(database) == before
    database.dispose()
