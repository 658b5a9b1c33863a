"""Triggers that refuse change to the ledger's tables. They stop accidents; what shows malice is `verify.py`.

SQLite's INSERT OR REPLACE and UPDATE OR REPLACE delete rows without firing a delete trigger, so inserting is guarded
too. PostgreSQL's TRUNCATE fires no row trigger, so it has one of its own.
"""

from sqlalchemy import Connection, MetaData, Table, UniqueConstraint, text

from reciproca.core.ledger.tables import GUARD, LedgerCheckpoint, LedgerLeaf

_FUNCTION = """CREATE OR REPLACE FUNCTION reciproca_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"""
_SQLITE_PRESENT = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
_POSTGRES_PRESENT = """SELECT trigger.tgname FROM pg_trigger AS trigger
JOIN pg_class AS owner ON owner.oid = trigger.tgrelid
JOIN pg_namespace AS place ON place.oid = owner.relnamespace
WHERE place.nspname = current_schema() AND trigger.tgenabled IN ('O', 'A')"""

_ORDER = {
    LedgerLeaf.__tablename__: ["NEW.idx IS NOT (SELECT coalesce(max(idx) + 1, 0) FROM ledger_leaf)"],
    LedgerCheckpoint.__tablename__: ["NEW.size < (SELECT coalesce(max(size), 0) FROM ledger_checkpoint)"],
}


def install(connection: Connection, metadata: MetaData) -> None:
    """Make the triggers that are missing on the guarded tables of `metadata`. Can be repeated."""
    absent = missing(connection, metadata)
    if absent and connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_FUNCTION)
    for table in _guarded(metadata):
        for name, statement in _triggers(connection, table).items():
            if name in absent:
                connection.exec_driver_sql(_drop(connection, table, name))
                connection.exec_driver_sql(statement)


def remove(connection: Connection, table: Table) -> None:
    """Take the triggers off `table`, for a migration that must rebuild it; `install` puts them back."""
    for name in _triggers(connection, table):
        connection.exec_driver_sql(_drop(connection, table, name))


def missing(connection: Connection, metadata: MetaData) -> list[str]:
    """Names of the triggers that guarded tables of `metadata` lack, or that are disabled or altered; sorted."""
    expected = {
        name: sql for table in _guarded(metadata) for name, sql in _triggers(connection, table).items()
    }
    if connection.dialect.name == "postgresql":
        return sorted(expected.keys() - set(connection.scalars(text(_POSTGRES_PRESENT))))
    present = {row.name: row.sql for row in connection.execute(text(_SQLITE_PRESENT))}
    return sorted(name for name, sql in expected.items() if present.get(name) != sql)


def _guarded(metadata: MetaData) -> list[Table]:
    return [table for table in metadata.sorted_tables if GUARD in table.info]


def _triggers(connection: Connection, table: Table) -> dict[str, str]:
    return _postgres(table) if connection.dialect.name == "postgresql" else _sqlite(table)


def _drop(connection: Connection, table: Table, name: str) -> str:
    where = f" ON {table.name}" if connection.dialect.name == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {name}{where}"


def _postgres(table: Table) -> dict[str, str]:
    name, call = table.name, "EXECUTE FUNCTION reciproca_refuse()"
    unless = f" WHEN (NOT ({_erasure(table, same='IS NOT DISTINCT FROM')}))" if _erasable(table) else ""
    return {
        f"{name}_no_update": f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} FOR EACH ROW{unless} {call}",
        f"{name}_no_delete": f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} FOR EACH ROW {call}",
        f"{name}_no_truncate": f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {call}",
    }


def _sqlite(table: Table) -> dict[str, str]:
    name = table.name
    refuse = f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
    unless = (
        f" WHEN NOT ({_erasure(table, same='IS')} AND NEW.rowid IS OLD.rowid)" if _erasable(table) else ""
    )
    clash = f" WHEN {_clash(table)}"
    return {
        f"{name}_no_update": f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name}{unless} {refuse}",
        f"{name}_no_delete": f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} {refuse}",
        f"{name}_no_replace": f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name}{clash} {refuse}",
    }


def _erasable(table: Table) -> bool:
    return bool(table.info[GUARD] == "erasable")


def _erasure(table: Table, *, same: str) -> str:
    """The one change that is allowed: salt and record become NULL, everything else stays."""
    others = [
        f"NEW.{column.name} {same} OLD.{column.name}"
        for column in table.columns
        if column.name not in {"salt", "record"}
    ]
    return " AND ".join(["NEW.salt IS NULL", "NEW.record IS NULL", *others])


def _clash(table: Table) -> str:
    """A new row that would take an existing one's place, or stand out of order."""
    unique = [rule for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    keys = sorted(
        {column.name for rule in [table.primary_key, *unique] for column in rule.columns} | {"rowid"}
    )
    same = " OR ".join(f"{key} = NEW.{key}" for key in keys)
    clash = f"EXISTS (SELECT 1 FROM {table.name} WHERE {same})"  # noqa: S608 -- names are those of our own tables
    return " OR ".join([clash, *_ORDER.get(table.name, ())])
