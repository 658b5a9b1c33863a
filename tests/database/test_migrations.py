"""The schema: what the migrations build is what the code expects, on both databases."""

from sqlalchemy import inspect

from reciproca.core import schema
from reciproca.core.db import Base, Database
from reciproca.opening import HANDLERS  # importing the application registers every table


def test_migrations_build_what_the_code_expects(database_url: str) -> None:
    """Protects an installation from code that reads a column which no migration made."""
    assert HANDLERS
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
