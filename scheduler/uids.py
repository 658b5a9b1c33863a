"""A public identifier for each row of a set-based INSERT … SELECT, made by the database itself.

The value is a UUIDv7 as `core.ids` makes them: its time comes from the injected clock (one instant for the whole
statement), its 74 random bits from the database, so that a million rows need no journey through Python.
"""

from typing import Any

from sqlalchemy import String, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from reciproca.core import ids
from reciproca.core.clock import Clock


class _RandomTail(FunctionElement[str]):
    """The last 21 characters of a random UUID's text: xxx-vxxx-xxxxxxxxxxxx, v being the variant."""

    type = String()
    inherit_cache = True


@compiles(_RandomTail, "postgresql")
def _on_postgresql(_element: _RandomTail, _compiler: SQLCompiler, **_options: Any) -> str:
    return "substr(CAST(gen_random_uuid() AS varchar), 16)"


@compiles(_RandomTail, "sqlite")
def _on_sqlite(_element: _RandomTail, _compiler: SQLCompiler, **_options: Any) -> str:
    return (
        "lower(substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1)"
        " || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
    )


def time_ordered_each(clock: Clock) -> ColumnElement[str]:
    """An expression that is another UUIDv7 in each row."""
    time_and_version = ids.time_ordered(clock)[:15]
    return literal(time_and_version, String()) + _RandomTail()
