"""The two statements of set-based work that databases spell differently: rows that aren't there yet, and a count."""

from typing import Any

from sqlalchemy import Select, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult

from reciproca.core.work import Work


def insert_from(work: Work, table: Table, columns: tuple[str, ...], rows: Select[Any]) -> Any:
    """INSERT … SELECT as the database of `work` spells it; an `on_conflict_…` of one's choice can follow."""
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(table).from_select(list(columns), rows)


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
