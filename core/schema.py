"""Bringing the database to the schema that this release expects, and saying whether it is there."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, inspect

from reciproca.core import idempotency, outbox, pace  # noqa: F401 -- their tables are part of every schema
from reciproca.core.db import ONLY_ON, Base, Database
from reciproca.core.ledger import guards

FOLDER = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"


def upgrade(database: Database) -> None:
    """Run what is missing, forward only, in one transaction; then set the ledger's guards anew."""
    with database.engine.begin() as connection:
        bring_to(connection, "head")


def bring_to(connection: Connection, revision: str) -> None:
    """Run what is missing up to `revision` in the connection's transaction; at the end of all, set the guards."""
    command.upgrade(_config(connection), revision)
    if revision == "head":
        guards.install(connection, Base.metadata)


def current(database: Database) -> str | None:
    """The revision that the database is at; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def expected() -> str | None:
    """The revision that this release expects."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def knows(revision: str) -> bool:
    """Whether `revision` is one that this release can bring forward."""
    return any(one.revision == revision for one in ScriptDirectory(str(FOLDER)).walk_revisions())


def tables(database: Database) -> MetaData:
    """The product's tables as they are in the migrated database. Which these are, the migrations say: imported code may
    know fewer, and plugins and other programs have tables of their own beside them."""
    with create_engine("sqlite://").begin() as connection:
        bring_to(connection, "head")
        names = set(inspect(connection).get_table_names()) - {VERSION_TABLE}
    found = MetaData()
    found.reflect(database.engine, only=lambda name, _metadata: name in names)
    return found


def differences(database: Database) -> list[str]:
    """Where the tables differ from the code; empty when they agree."""
    with database.engine.connect() as connection:
        here = connection.dialect.name
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda item, *_rest: item.info.get(ONLY_ON, here) == here,
            },
        )
        return [str(difference) for difference in compare_metadata(context, Base.metadata)]


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes.update(connection=connection, metadata=Base.metadata)
    return config
