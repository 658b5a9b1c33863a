"""A ledger to test with: its key, its acts, and ways to damage it."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection
from sqlalchemy.orm import DeclarativeBase

from reciproca.core.clock import FixedClock
from reciproca.core.db import Base, Database
from reciproca.core.ledger import guards
from reciproca.core.ledger.append import Act, Appended, Signer, append
from reciproca.core.ledger.report import Report
from reciproca.core.ledger.tables import Committed, LedgerCheckpoint, LedgerLeaf, LedgerRecord
from reciproca.core.ledger.verify import Check, verify

ORIGIN = "riverbend.example/ledger"
SIGNER = Signer(origin=ORIGIN, key=Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


class _Apart(DeclarativeBase):
    """Tables that are the tests' own, and must not be taken for the product's."""


class OtherRecord(Committed, _Apart):
    """Records of a kind of their own, as signing keeps its evidence."""

    __tablename__ = "other_record"


for _table in (LedgerLeaf, LedgerCheckpoint, LedgerRecord):
    Base.metadata.tables[_table.__tablename__].to_metadata(_Apart.metadata)
METADATA = _Apart.metadata


def a_log(url: str) -> Database:
    """An empty, guarded ledger in the database `url`."""
    database = Database(url)
    with database.engine.begin() as connection:
        METADATA.create_all(connection)
        guards.install(connection, METADATA)
    return database


def an_act(uid: str, *, type_: str = "signature.given", about: str = "object", record: dict[str, Any] | None = None,
           table: type[Committed] = LedgerRecord) -> Act:
    """An act whose record has the uid `uid`."""
    return Act(type=type_, at=FixedClock().now(), tenant="tenant", actor="actor", object=about, uid=uid,
               record=record or {"words": f"record of {uid}"}, table=table)


def wrote(database: Database, *acts: Act) -> Appended:
    """What one transaction appended."""
    with database.transaction() as session:
        return append(session, acts, signer=SIGNER)


def checked(database: Database, *checks: Check, against: str | None = None) -> Report:
    """The report of a verification."""
    with database.transaction(write=False) as session:
        return verify(session, public_key=SIGNER.public_key, origin=ORIGIN, checks=checks, against=against,
                      record_tables=[LedgerRecord, OtherRecord])


def no_guards(connection: Connection) -> None:
    """Drop every trigger, as somebody with the database's own rights can."""
    for table in METADATA.tables.values():
        guards.remove(connection, table)
