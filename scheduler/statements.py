"""What set-based work needs that databases spell differently: many ids, rows that aren't there yet, and a count."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, Integer, Select, Table, cast, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult

from reciproca.core.work import Work


def among(work: Work, column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """Whether `column` is one of `ids`, which go as one value however many they are: the statement stays the same, so
    that it is written out once, and no limit of parameters is met."""
    if _dialect(work) is sqlite:
        given = func.json_each(literal(list(ids), JSON())).table_valued("value")
        return column.in_(select(cast(given.c.value, Integer())))
    return column == func.any(literal(list(ids), postgresql.ARRAY(Integer())))


def insert_from(work: Work, table: Table, columns: tuple[str, ...], rows: Select[Any]) -> Any:
    """INSERT … SELECT as the database of `work` spells it; an `on_conflict_…` of one's choice can follow."""
    return _dialect(work).insert(table).from_select(list(columns), rows)


def insert_new(work: Work, table: Table, columns: tuple[str, ...], rows: Select[Any]) -> int:
    """Insert what isn't there yet; how many were."""
    return run(work, insert_from(work, table, columns, rows).on_conflict_do_nothing())


def run(work: Work, statement: Any) -> int:
    """Execute `statement`; how many rows it concerned."""
    # psycopg counts no rows of INSERT … SELECT unless it is told to
    options = {"preserve_rowcount": True, "synchronize_session": False}
    result = work.session.execute(statement, execution_options=options)
    count = result.rowcount if isinstance(result, CursorResult) else 0
    if count < 0:  # Python's SQLite counts nothing that begins with WITH
        return work.session.scalar(select(func.changes())) or 0
    return count


def _dialect(work: Work) -> Any:
    return sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
