"""Letting a column of words hold one word more, in both databases."""

import sqlalchemy as sa
from alembic import op


def allow_word(*, table: str, column: str, constraint: str, words: tuple[str, ...], new: str) -> None:
    """Let `column`, which its check `constraint` holds to `words` (in their order), hold `new` too."""
    if op.get_bind().dialect.name == "sqlite":
        _rewrite(table, words, new)
        return
    op.drop_constraint(op.f(constraint), table, type_="check")
    op.create_check_constraint(op.f(constraint), table, sa.column(column).in_([*words, new]))


def _rewrite(table: str, words: tuple[str, ...], new: str) -> None:
    """SQLite can't change a check, and copying a table that others refer to needs foreign keys switched off, which no
    transaction can. Its manual's way for a change that makes no row invalid: write the table's own words anew
    (https://sqlite.org/lang_altertable.html, section 8, "the alternative")."""
    connection = op.get_bind()
    before = ", ".join(f"'{word}'" for word in words)
    asked = sa.text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = :table")
    written = connection.scalar(asked, {"table": table})
    if str(written).count(f"({before})") != 1:
        raise LookupError(f"the table {table} has no check of exactly these words: {before}")
    changed = str(written).replace(f"({before})", f"({before}, '{new}')")
    schema = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text("UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = :table"),
        {"sql": changed, "table": table},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {schema + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
