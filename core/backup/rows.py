"""Rows out of one database and into another: each table as lines of JSON that mean the same on SQLite and PostgreSQL.

The first line names the columns; each further one is a row. Bytes are `{"hex": …}`, instants and dates are text as
SQLite keeps them, and what a JSON column holds is its own text, to the letter.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    Text,
    cast,
    column,
    func,
    insert,
    select,
    table,
    text,
)

AT_ONCE = 1000
"""Rows in memory."""
_FOREIGN_KEYS = """SELECT conrelid::regclass::text AS place, conname AS name, pg_get_constraintdef(oid) AS rule
FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"""
_COUNTERS = """SELECT quote_ident(table_name) AS place, quote_ident(column_name) AS name,
pg_get_serial_sequence(quote_ident(table_name), column_name) AS counter
FROM information_schema.columns WHERE table_schema = current_schema()"""


def counted(connection: Connection, metadata: MetaData) -> dict[str, int]:
    """How many rows each table has, by name."""
    return {
        one.name: connection.scalar(select(func.count()).select_from(one)) or 0
        for one in metadata.sorted_tables
    }


def dumped(connection: Connection, source: Table) -> Iterator[str]:
    """The lines of a table, ordered by its primary key: the ledger takes its leaves back in their order only."""
    yield json.dumps([one.name for one in source.columns])
    asked = select(*map(_plain, source.columns)).order_by(*source.primary_key.columns)
    for page in connection.execute(asked, execution_options={"yield_per": AT_ONCE}).partitions():
        yield from (json.dumps([_written(value) for value in row], ensure_ascii=False) for row in page)


def load(connection: Connection, name: str, lines: Iterable[str]) -> Iterator[int]:
    """Put the `lines` of a table into the empty one called `name`; yields how many rows went in at each step."""
    rows = iter(lines)
    names = json.loads(next(rows, ""))
    statement = insert(table(name, *map(column, names)))  # no types: the database reads each value as its own
    while page := list(islice(rows, AT_ONCE)):
        connection.execute(statement, [dict(zip(names, _read(line), strict=True)) for line in page])
        yield len(page)


def without_references(connection: Connection) -> list[str]:
    """Let rows come in any order; gives back the statements that demand again that each points at one which is there.
    SQLite needs none: it looks when the transaction ends."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        return []
    rules = connection.execute(text(_FOREIGN_KEYS)).all()
    for place, name, _rule in rules:
        connection.execute(text(f'ALTER TABLE {place} DROP CONSTRAINT "{name}"'))
    return [f'ALTER TABLE {place} ADD CONSTRAINT "{name}" {rule}' for place, name, rule in rules]


def count_on(connection: Connection) -> None:
    """Let PostgreSQL number new rows after those that were put in; SQLite does by itself."""
    if connection.dialect.name == "sqlite":
        return
    for place, name, counter in connection.execute(text(_COUNTERS)).all():
        if counter:
            last = f"(SELECT coalesce(max({name}), 0) + 1 FROM {place})"  # noqa: S608 -- quoted by the database itself
            connection.execute(text(f"SELECT setval(:counter, {last}, false)"), {"counter": counter})


def _plain(one: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column as what its database keeps: decoding JSON could lose something."""
    return cast(one, Text) if isinstance(one.type, JSON) else one


def _written(value: object) -> object:
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value.isoformat() if isinstance(value, date) else value


def _read(line: str) -> list[Any]:
    return [bytes.fromhex(value["hex"]) if isinstance(value, dict) else value for value in json.loads(line)]
