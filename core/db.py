"""The database: typed rows, one engine for SQLite or PostgreSQL, tenancy, and the only commit in the product.

SQLite runs in WAL with synchronous=FULL and BEGIN IMMEDIATE for every write (a deferred BEGIN loses read-modify-write
transactions); a read-only transaction can't write on either database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, lru_cache, partial
from threading import Lock
from time import monotonic
from typing import Any, cast

from sqlalchemy import (
    TIMESTAMP,
    Connection,
    Dialect,
    Engine,
    Enum,
    ForeignKeyConstraint,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.exc import IntegrityError, InvalidatePoolError, OperationalError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    declared_attr,
    mapped_column,
    sessionmaker,
    with_loader_criteria,
)
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import JSON, TypeEngine

from reciproca.core.errors import Busy, Conflict, Stale
from reciproca.core.i18n import _

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
ACROSS = {"across_organisations": True}
"""Execution options of the few reads that look past one organisation (sign-in, the scheduler's list of tenants)."""
POOL = 12
"""Connections to PostgreSQL that a process keeps, for its threads and its scheduler: one beyond them is made anew."""
RESTED = 1.0
"""Seconds that a connection may have been idle before it is asked whether it is still there."""
PATIENCE = 20
"""Seconds for which a writer waits for another one on SQLite."""
ONLY_ON = "only_on"
"""In the `info` of an index: the one database (its dialect) that has it."""


class UtcInstant(TypeDecorator[datetime]):
    """An aware UTC instant: timestamptz on PostgreSQL, fixed-width sortable ISO text on SQLite."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC) if isinstance(value, datetime) else None


def word(values: type[StrEnum], name: str = "") -> Enum:
    """A column of one of the words of `values`, checked by the database too."""
    return Enum(
        values,
        name=name or values.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Every table of the product, in one metadata."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy's own declarative attribute, read once
        datetime: UtcInstant(),
        str: Text(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        list[str]: JSON(),
    }


class Row:
    """An integer key for joins (never shown, never hashed) and a public `uid`, given at the first flush."""

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)


class Tenant(Row):
    """A row that belongs to one organisation; reads are filtered by it, and it is filled in at the first flush."""

    organisation_id: Mapped[int] = mapped_column(index=True)


class Revised:
    """A row that people change: `revision` is its ETag and its form's hidden field, and guards against lost updates."""

    revision: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> Any:  # noqa: N805 -- SQLAlchemy calls it with the class
        return {"version_id_col": cls.revision, "version_id_generator": False}


def tenant_keys(**references: str) -> tuple[SchemaItem, ...]:
    """Constraints of a tenant table: its own (organisation, id) key, and one composite foreign key for each
    `column="table"`, so that no row can point into another organisation."""
    return (
        UniqueConstraint("organisation_id", "id"),
        ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        *(
            ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"])
            for column, table in references.items()
        ),
    )


def expect_revision(row: Revised, revision: int | None) -> None:
    """Refuse with `Stale` when `revision` (what the person saw) isn't the row's (None: not asked). Then count up."""
    if revision is not None and revision != row.revision:
        raise Stale(remedy=_("Open it again: your text is kept in the form, beside what changed."))
    row.revision += 1


class Database:
    """One engine and its sessions. `url` is SQLAlchemy's: `sqlite:///…` or `postgresql+psycopg://…`."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._session = sessionmaker(self.engine, expire_on_commit=False)
        self._writing = Lock()
        self._reading: dict[str, Any] = {"readonly": True, "postgresql_readonly": True}
        if self.engine.dialect.name == "postgresql":  # a reader sees one moment, as it does on SQLite
            self._reading["isolation_level"] = "REPEATABLE READ"

    @property
    def takes_turns(self) -> bool:
        """Whether only one can write at a time, so that all others wait for whoever takes long."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[Session]:
        """One transaction: commits when the block ends, rolls back when it raises. `write=False` can't write."""
        with self._in_turn(write=write), self._transaction(write=write) as session:
            yield session

    @contextmanager
    def at_once(self) -> Iterator[Connection]:
        """A line on which each statement is a transaction of its own: for one that needs nothing read before it. Where
        writers take turns, all of them are one transaction."""
        if self.takes_turns:
            with self.transaction() as session:
                yield session.connection()
            return
        with self.engine.connect() as line:
            yield line.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def _in_turn(self, *, write: bool) -> Iterator[None]:
        """SQLite takes one writer at a time, and has the others look in now and then, whoever came first: threads of
        one process queue here instead. Busy after a while."""
        if not write or not self.takes_turns:
            yield
            return
        if not self._writing.acquire(timeout=PATIENCE):
            raise Busy(remedy="Try again in a few seconds.")
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[Session]:
        session = self._session()
        try:
            session.connection(execution_options={} if write else self._reading)
            yield session
            if write:
                session.commit()
            session.expunge_all()  # the rollback below would empty the rows that a reader takes with them
        except StaleDataError as error:
            raise Stale from error
        except IntegrityError as error:
            if _is_mistake(error):
                raise
            raise Conflict(
                detail=_("This clashes with something that is already there. Nothing was changed."),
                remedy=_("Look again at what is there, then repeat if it is still needed."),
            ) from error
        except OperationalError as error:
            if _is_contention(error):
                raise Busy(remedy=_("Try again in a few seconds.")) from error
            raise
        finally:
            session.rollback()
            session.close()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _is_mistake(error: IntegrityError) -> bool:
    """Whether our own code wrote what the tables can't hold: no second writer and no guard has to do with it."""
    code, said = getattr(error.orig, "sqlstate", None), str(error.orig)
    return code in {"23502", "23514"} or "NOT NULL constraint" in said or "CHECK constraint" in said


def _is_contention(error: OperationalError) -> bool:
    code = getattr(error.orig, "sqlstate", None)
    return code in {"40001", "40P01", "55P03"} or "database is locked" in str(error.orig)


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        engine = create_engine(
            url, pool_size=POOL, hide_parameters=True, connect_args={"options": "-c timezone=UTC"}
        )
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", partial(_look_first, engine))
        return engine
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": PATIENCE, "check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _note_rest(_line: object, record: Any) -> None:
    record.info["since"] = monotonic()


def _look_first(engine: Engine, line: Any, record: Any, _proxy: object) -> None:
    """Whether a line that has rested is still there: the server may have been started anew meanwhile. Asking each time,
    as the pool's own way is, would cost every transaction a turn to the server and back."""
    since = record.info.get("since")
    if since is None or monotonic() - since < RESTED:
        return
    if not _answers(engine, line):
        raise InvalidatePoolError


def _answers(engine: Engine, line: Any) -> bool:
    try:
        return bool(engine.dialect.do_ping(line))
    except engine.dialect.loaded_dbapi.Error:
        return False


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not open (deferred) transactions by itself
    patience = f"busy_timeout={PATIENCE * 1000}"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", patience, "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    readonly = bool(connection.get_execution_options().get("readonly"))
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if readonly else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")


@event.listens_for(Session, "do_orm_execute")
def _stay_in_the_organisation(state: ORMExecuteState) -> None:
    if (
        state.is_column_load
        or state.is_relationship_load
        or state.execution_options.get("across_organisations")
    ):
        return
    organisation_id = state.session.info.get("organisation_id")
    if (
        organisation_id is not None
    ):  # always: a count, an EXISTS or a join doesn't show its tenant in its columns
        state.statement = state.statement.options(_only_of(organisation_id))
    elif any(
        _is_tenants(part.name) for part in iterate(cast(Any, state.statement)) if isinstance(part, Table)
    ):
        raise LookupError("a tenant's rows were read without an organisation")


@lru_cache(maxsize=256)
def _only_of(organisation_id: int) -> Any:
    """What keeps a read in one organisation; made once, because each read would spend a tenth of its time on it."""
    return with_loader_criteria(
        Tenant, lambda row: row.organisation_id == organisation_id, include_aliases=True
    )


@cache
def _is_tenants(name: str) -> bool:
    """Whether the table `name` holds tenants' rows; it was mapped before anybody could ask for it."""
    mappers = Base.registry.mappers
    return any(str(mapper.local_table) == name and issubclass(mapper.class_, Tenant) for mapper in mappers)


@event.listens_for(Session, "before_flush")
def _fill_in(session: Session, _context: object, _instances: object) -> None:
    for row in session.new:
        if isinstance(row, Row) and not getattr(row, "uid", None):
            row.uid = session.info["new_uid"]()
        if isinstance(row, Tenant) and not getattr(row, "organisation_id", None):
            row.organisation_id = session.info["organisation_id"]
