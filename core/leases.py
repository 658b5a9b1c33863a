"""One way to take work from a table that several workers share: lease, do, acknowledge.

A row is leased for a while under a token; only the holder of that token can acknowledge it, so a worker that was
thought dead can't finish what another has taken over.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from threading import Event, Thread
from typing import Any, ClassVar, TypeVar, cast

import structlog
from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    Table,
    TextClause,
    Update,
    bindparam,
    func,
    inspect,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Mapped, Session, mapped_column

from reciproca.core.clock import Clock
from reciproca.core.db import ACROSS, Database, Row

BACKOFF = (60, 300, 1800, 7200, 21600)
"""Seconds until the next try after the 1st, 2nd, … failure; after the last one the row is `failed` and shown."""


log = structlog.get_logger(__name__)


class Leased(Row):
    """A row to be worked on once: `pending` → `leased` → `done`, or back to `pending`, or `failed` for good.
    `backoff`: the pauses of its own that a table may have."""

    backoff: ClassVar[tuple[int, ...]] = BACKOFF

    state: Mapped[str] = mapped_column(String(10), default="pending")
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None]
    done_at: Mapped[datetime | None]


L = TypeVar("L", bound=Leased)
Line = Session | Connection
"""A transaction of others, or a line on which each statement is its own (`Database.at_once`)."""
_AT_ONCE = {**ACROSS, "synchronize_session": False}


def lease(
    session: Session,
    table: type[L],
    *,
    now: datetime,
    limit: int = 100,
    seconds: int = 90,
    only: ColumnElement[bool] | TextClause | None = None,
) -> Sequence[L]:
    """Up to `limit` rows (of `only` these, if it is given) that are due at `now`, taken for `seconds`; rows whose lease
    ran out are taken again, until the last try: work that kills its worker each time must not go round for ever."""
    _change(session, _wearing_out(_rows(table), len(table.backoff)), {"now": now})
    free = (
        select(table.id)
        .where(is_due(table, now), true() if only is None else only)
        .order_by(table.not_before, table.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("free")  # chosen once: inside the UPDATE it could be chosen again for each row
    )
    taking = update(table).where(table.id.in_(select(free.c.id))).values(
        state="leased", lease_token=secrets.token_hex(16), lease_until=now + timedelta(seconds=seconds),
        attempts=table.attempts + 1,
    )  # fmt: skip
    taken = session.scalars(taking.returning(table), execution_options=_AT_ONCE).all()
    return sorted(taken, key=lambda row: (row.not_before, row.id))


def due(session: Session, table: type[Leased], *, now: datetime) -> int:
    """How many rows are due at `now` and free."""
    found = select(func.count()).select_from(table).where(is_due(table, now))
    return session.scalar(found, execution_options=ACROSS) or 0


@contextmanager
def held(database: Database, clock: Clock, rows: Sequence[Leased], *, seconds: int) -> Iterator[None]:
    """Keep what was leased for `seconds` while the block lasts, however long: a slow mail server must not make another
    worker think that this one died. It is kept by a thread, which dies with its process."""
    over = Event()
    keeper = Thread(target=_keep, args=(database, clock, rows, seconds, over), name="leases", daemon=True)
    if rows:
        keeper.start()
    try:
        yield
    finally:
        over.set()
        if rows:
            keeper.join()


def _keep(database: Database, clock: Clock, rows: Sequence[Leased], seconds: int, over: Event) -> None:
    table, token = type(rows[0]), rows[0].lease_token
    mine = update(table).where(table.lease_token == token, table.state == "leased")
    while not over.wait(seconds / 3):
        try:
            with database.transaction() as session:
                _change(session, mine.values(lease_until=clock.now() + timedelta(seconds=seconds)))
        except Exception as error:
            log.warning("lease.not_kept", table=table.__name__, exc_info=error)


def acknowledge(line: Line, row: Leased, *, now: datetime) -> bool:
    """Mark `row` done, if this worker still holds it; False when another has taken it over."""
    return _finish(line, row, state="done", done_at=now, failure=None)


def give_back(line: Line, row: Leased, *, now: datetime, reason: str) -> bool:
    """Put `row` back to be tried again after a pause that grows, or mark it failed after the last try."""
    if row.attempts > len(row.backoff):
        return give_up(line, row, reason=reason)
    pause = timedelta(seconds=row.backoff[row.attempts - 1])
    return _finish(line, row, state="pending", not_before=now + pause, failure=reason)


def give_up(line: Line, row: Leased, *, reason: str) -> bool:
    """Mark `row` failed for good."""
    return _finish(line, row, state="failed", failure=reason)


def put_back(session: Session, rows: Sequence[Leased], *, until: datetime | None = None) -> None:
    """Give up `rows` before anything was tried: they are due as they were, or not before `until`, and this try doesn't
    count."""
    for row in rows:
        _finish(session, row, state="pending", attempts=row.attempts - 1, not_before=until or row.not_before)


def is_due(table: type[Leased], now: datetime) -> ColumnElement[bool]:
    """Which rows may be taken at `now`."""
    return (table.not_before <= now) & or_(table.state == "pending", _ran_out(table, now))


def _ran_out(table: type[Leased], now: datetime) -> ColumnElement[bool]:
    return (table.state == "leased") & (table.lease_until < now)


def _finish(line: Line, row: Leased, **values: Any) -> bool:
    given = {
        "held": row.id,
        "token": row.lease_token,
        **{f"to_{name}": value for name, value in values.items()},
    }
    return _change(line, _finishing(_rows(type(row)), tuple(values)), given) == 1


def _rows(table: type[Leased]) -> Table:
    return cast(Table, inspect(table).local_table)


@cache
def _wearing_out(rows: Table, tries: int) -> Update:
    dead = (rows.c.state == "leased") & (rows.c.lease_until < bindparam("now")) & (rows.c.attempts > tries)
    return update(rows).where(dead).values(state="failed", failure="the worker died at every try")


@cache
def _finishing(rows: Table, names: tuple[str, ...]) -> Update:
    """The statement that ends one row's lease, made once: a queue spends most of its time on it."""
    held = (
        (rows.c.id == bindparam("held"))
        & (rows.c.lease_token == bindparam("token"))
        & (rows.c.state == "leased")
    )
    return update(rows).where(held).values({name: bindparam(f"to_{name}") for name in names})


def _change(line: Line, statement: Any, given: dict[str, Any] | None = None) -> int:
    result = line.execute(statement, given, execution_options=_AT_ONCE)
    return result.rowcount if isinstance(result, CursorResult) else 0
