"""The sweep: a hundred thousand due reminders become notices and messages.

The world: as many people in twenty zones, each of whom owes one thing whose reminder is due, planned around
nights, weekends and holidays. The floor puts rows that are ready in a staging table into copies of the two tables, with
the same
keys, indexes and order, and nothing else: no policies, nobody to find, nothing moved on. Afterwards both are equal.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    Index,
    MetaData,
    Select,
    String,
    Table,
    UniqueConstraint,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from benchmarks.measuring import Benchmark, Goal, Side, Wrong
from reciproca.compacts.closures.public import public_holidays
from reciproca.compacts.notices.tables import Delivery, Notice
from reciproca.compacts.obligations.rules import humane
from reciproca.compacts.obligations.tables import Obligation, ReminderStep
from reciproca.compacts.people.tables import Person
from reciproca.core.clock import FixedClock
from reciproca.core.db import Base, Database, UtcInstant
from reciproca.core.identity import OrganisationRef, system
from reciproca.core.work import Installation
from reciproca.plugins.types import HolidayCalendar
from reciproca.plugins.types import Side as OwingSide
from reciproca.scheduler.ticks import sweep_all
from tests import postgres
from tests.building.access import a_hospital
from tests.building.house import an_installation

DUE, HISTORY = 100_000, 10
"""`HISTORY`: one reminder was sent before for each so many that are due."""
NOW, BEFORE = datetime(2026, 10, 8, 22, 30, tzinfo=UTC), datetime(2026, 10, 1, 14, 0, tzinfo=UTC)
ZONES = ("America/St_Johns", "America/Halifax", "America/Toronto", "America/Winnipeg", "America/Regina",
         "America/Edmonton", "America/Vancouver", "America/New_York", "America/Chicago", "America/Denver",
         "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "America/Mexico_City", "America/Bogota",
         "America/Sao_Paulo", "Europe/London", "Europe/Paris", "Africa/Lagos", "Asia/Kathmandu")  # fmt: skip
SYSTEM = system("bench")
_TABLES = tuple(Base.metadata.tables[one.__tablename__] for one in (Delivery, Notice))


@dataclass(frozen=True, kw_only=True)
class World:
    """A hospital where many things are due, on one database."""

    installation: Installation
    place: OrganisationRef

    @property
    def database(self) -> Database:
        """Where they are."""
        return self.installation.database


@contextmanager
def a_world(kind: str, n: int, *, due: bool = True) -> Iterator[World]:
    """`n` obligations; `due`: at NOW, else only later."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, _database(kind, Path(folder)) as url:
        installation = an_installation(Path(folder) / "home", url, FixedClock(NOW))
        place = a_hospital(installation)
        with installation.database.transaction() as session:
            _fill(session.connection(), place.id, n, due=due)
        _analyse(installation.database)
        yield World(installation=installation, place=place)
        installation.database.dispose()


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    with postgres.running(durable=True) as server, postgres.fresh_database(server) as url:
        yield url


def _fill(line: Connection, place: int, n: int, *, due: bool) -> None:
    """People, what they owe, and one reminder each, made by the database itself: the reminder's instant is planned for
    each zone by the product's own rule."""
    first = select(literal(1).label("i")).cte("numbers", recursive=True)
    numbers = first.union_all(select(first.c.i + 1).where(first.c.i < n))
    i, planned = numbers.c.i, _planned(due=due)
    last = func.substr(literal("0" * 12) + cast(i, String()), func.length(cast(i, String())) + 1)
    uid = literal("00000000-0000-7000-8000-") + last
    zone = case(*((i % len(ZONES) == key, name) for key, name in enumerate(ZONES)), else_=ZONES[0])
    at = case(
        *((i % len(ZONES) == key, literal(planned[name], UtcInstant())) for key, name in enumerate(ZONES))
    )
    common = {"id": i, "uid": uid, "organisation_id": literal(place)}
    nothing = literal({}, JSON())
    rows: dict[type[Base], dict[str, Any]] = {
        Person: {
            "staff_id": literal("P") + cast(i, String()), "given_name": literal("Sam"), "family_name": literal("Roy"),
            "searchable": literal("roy sam"), "email": literal("p") + cast(i, String()) + "@bench.example",
            "locale": literal("en"), "zone": zone, "revision": literal(1),
        },
        Obligation: {
            "revision": literal(1), "kind": literal("commitment"), "subject_uid": uid,
            "side": literal(OwingSide.PHYSICIANS.value), "family": literal("duty"), "holder": literal("person:") + uid,
            "person_id": i, "title": nothing, "sentence": nothing, "path": literal("/"),
            "due_local": literal("2026-10-15T17:00"), "zone": zone, "due_at": at, "next_at": at,
            "state": literal("open"),
        },
        ReminderStep: {"obligation_id": i, "step": literal(2), "offset_days": literal(-7), "at": at},
        Delivery: {
            "person_id": i, "channel": literal("mail"), "day": literal(BEFORE.date(), Date()), "turn": literal(0),
            "key": literal("before:") + uid, "state": literal("done"), "attempts": literal(1),
            "not_before": literal(BEFORE, UtcInstant()),
        },
        Notice: {
            "kind": literal("reminder"), "person_id": i, "obligation_id": i, "step": literal(1), "data": nothing,
            "written_at": literal(BEFORE, UtcInstant()), "delivery_id": i,
        },
    }  # fmt: skip
    for table, values in rows.items():
        chosen = {**common, **values}
        of_these = select(*chosen.values())
        if table in {Delivery, Notice}:  # what was sent before: no hospital's tables are empty
            of_these = of_these.where(i <= max(n // HISTORY, 1))
        line.execute(insert(table).from_select(list(chosen), of_these))
    if line.dialect.name == "postgresql":
        for table in rows:
            name = table.__tablename__
            line.execute(select(func.setval(func.pg_get_serial_sequence(name, "id"), n + 1)))


def _planned(*, due: bool) -> dict[str, datetime]:
    closed = public_holidays(HolidayCalendar(country="CA", subdivision="ON"), year=2026)
    wished = NOW - timedelta(hours=22) if due else NOW + timedelta(days=30)
    found = {zone: humane(wished, zone, frozenset(closed)) for zone in ZONES}
    if due and max(found.values()) > NOW:
        raise Wrong("not every reminder is due")
    return found


def _analyse(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("ANALYZE"))


# --- ours and the floor ----------------------------------------------------------------------------------------------


@contextmanager
def _swept(kind: str, n: int) -> Iterator[dict[str, Side]]:
    with a_world(kind, n) as world:
        sweep_once(world, n)
        with world.database.transaction() as session:
            _stage(session.connection())
        yield {"ours": partial(sweep_anew, world, n), "floor": partial(_floor, world, n)}


def sweep_anew(world: World, n: int) -> float:
    """Forget what was swept, and sweep it once more; seconds for each reminder."""
    with world.database.transaction() as session:
        for table in reversed(_TABLES):
            session.connection().execute(delete(table).where(table.c.id.not_in(_before(table))))
        session.connection().execute(
            update(Obligation.__table__).values(next_at=Obligation.__table__.c.due_at)
        )
    _tidy(world.database)
    return sweep_once(world, n)


def _before(table: Table) -> Select[int]:
    """What was there before the sweep."""
    at = table.c.written_at if "written_at" in table.c else table.c.not_before
    return select(table.c.id).where(at == BEFORE)


def sweep_once(world: World, n: int) -> float:
    """Sweep `n` due reminders; seconds for each. Wrong when another number became notices and messages."""
    begin = time.perf_counter()
    found = sweep_all(world.installation, world.place)
    took = time.perf_counter() - begin
    if (found.notices, found.deliveries) != (n, n):
        raise Wrong(f"of {n} due reminders {found.notices} became notices and {found.deliveries} messages")
    return took / n


def _stage(line: Connection) -> None:
    """Staging tables with the rows that the sweep made, and empty copies of the two tables, keys and indexes too."""
    for table in _TABLES:
        staged, copy = _staged(table), _copy(table)
        staged.create(line)
        copy.create(line)
        new = select(table).where(table.c.id.not_in(_before(table)))
        line.execute(insert(staged).from_select(table.c.keys(), new.order_by(table.c.id)))


@cache
def _staged(table: Table) -> Table:
    """The bare columns."""
    return Table(f"staged_{table.name}", MetaData(), *(Column(one.name, one.type) for one in table.c))


@cache
def _copy(table: Table) -> Table:
    """The same columns, keys and indexes under other names; references to other tables are left out."""
    columns = (
        Column(one.name, one.type, primary_key=one.primary_key, nullable=one.nullable) for one in table.c
    )
    made = Table(f"copy_{table.name}", MetaData(), *columns)
    for index in table.indexes:
        Index(f"copy_{index.name}", *(made.c[one.name] for one in index.columns))
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            made.append_constraint(UniqueConstraint(*(made.c[one.name] for one in constraint.columns)))
    return made


def _floor(world: World, n: int) -> float:
    with world.database.transaction() as session:
        for table in _TABLES:
            session.connection().execute(delete(_copy(table)))
    _tidy(world.database)
    begin = time.perf_counter()
    with world.database.transaction() as session:
        for table in _TABLES:
            staged = _staged(table)
            rows = select(staged).order_by(staged.c.id)
            dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
            written = dialect.insert(_copy(table)).from_select(table.c.keys(), rows)
            session.connection().execute(written.on_conflict_do_nothing())
    took = time.perf_counter() - begin
    with world.database.transaction(write=False) as session:
        line = session.connection()
        counts = [line.scalar(select(func.count()).select_from(_copy(table))) for table in _TABLES]
    if counts != [n, n]:
        raise Wrong(f"the floor wrote {counts} of {n} rows")
    return took / n


def _tidy(database: Database) -> None:
    """What an autovacuum would do in between: else one side pays for the other's dead rows."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
            line.execute(text("VACUUM ANALYZE"))
            line.execute(text("CHECKPOINT"))


BENCHMARKS = tuple(
    Benchmark(
        name=f"sweep-{kind}",
        what="one due reminder of 100,000 swept: who is told is found, its notice and its message are written",
        n=DUE,
        prepare=partial(_swept, kind),
        goal=Goal(key="ratio_to_floor", op="<=", limit=limit),
    )
    for kind, limit in (("postgres", 1.3), ("sqlite", 1.5))
)
