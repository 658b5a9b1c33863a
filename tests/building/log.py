"""A ledger to test with: its key, its acts, and ways to damage it."""

import json
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, text
from sqlalchemy.orm import DeclarativeBase, Session

from reciproca.core.clock import FixedClock
from reciproca.core.db import Base, Database
from reciproca.core.ledger import entry as entries
from reciproca.core.ledger import guards, merkle
from reciproca.core.ledger.append import Act, Appended, Signer, append
from reciproca.core.ledger.note import sign_checkpoint
from reciproca.core.ledger.report import Report
from reciproca.core.ledger.tables import (
    GUARD,
    Committed,
    LedgerCheckpoint,
    LedgerHealth,
    LedgerLeaf,
    LedgerNode,
    LedgerPlace,
    LedgerRecord,
)
from reciproca.core.ledger.verify import Check, verify

ORIGIN = "riverbend.example/ledger"
SIGNER = Signer(origin=ORIGIN, key=Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


class _Apart(DeclarativeBase):
    """Tables that are the tests' own, and must not be taken for the product's."""


class OtherRecord(Committed, _Apart):
    """Records of a kind of their own, as signing keeps its evidence."""

    __tablename__ = "other_record"


for _table in (LedgerLeaf, LedgerCheckpoint, LedgerRecord, LedgerPlace, LedgerNode, LedgerHealth):
    Base.metadata.tables[_table.__tablename__].to_metadata(_Apart.metadata)
METADATA = _Apart.metadata


def a_log(url: str) -> Database:
    """An empty, guarded ledger in the database `url`."""
    database = Database(url)
    with database.engine.begin() as connection:
        METADATA.create_all(connection)
        guards.install(connection, METADATA)
    return database


def an_act(
    uid: str,
    *,
    type_: str = "signature.given",
    about: str = "object",
    record: dict[str, Any] | None = None,
    table: type[Committed] = LedgerRecord,
) -> Act:
    """An act whose record has the uid `uid`."""
    return Act(
        type=type_,
        at=FixedClock().now(),
        tenant="tenant",
        actor="actor",
        object=about,
        uid=uid,
        record=record or {"words": f"record of {uid}"},
        table=table,
    )


def wrote(database: Database, *acts: Act) -> Appended:
    """What one transaction appended."""
    with database.transaction() as session:
        return append(session, acts, signer=SIGNER)


def checked(database: Database, *checks: Check, against: str | None = None) -> Report:
    """The report of a verification."""
    with database.transaction(write=False) as session:
        return _report(session, checks=checks, against=against)


def damaged(database: Database, *statements: str, **values: Any) -> Report:
    """What a verification finds after `statements` with the guards dropped; all is rolled back then."""
    with Session(database.engine) as session:
        no_guards(session.connection())
        for statement in statements:
            session.execute(text(statement), values)
        report = _report(session)
        session.rollback()
    return report


def _report(session: Session, *, checks: Sequence[Check] = (), against: str | None = None) -> Report:
    return verify(
        session,
        public_key=SIGNER.public_key,
        origin=ORIGIN,
        checks=checks,
        against=against,
        record_tables=[LedgerRecord, OtherRecord],
    )


def no_guards(connection: Connection) -> None:
    """Drop every trigger, as somebody with the database's own rights can."""
    for table in METADATA.tables.values():
        if GUARD in table.info:
            guards.remove(connection, table)


def damage(database: Database, *statements: str, **values: Any) -> None:
    """Run `statements` with the guards dropped."""
    with database.engine.begin() as connection:
        no_guards(connection)
        for statement in statements:
            connection.execute(text(statement), values)


def forge(
    database: Database,
    idx: int,
    *,
    words: str,
    key: Ed25519PrivateKey | None,
    one_batch: bool = False,
    instead: dict[str, Any] | None = None,
) -> None:
    """Rewrite the record of leaf `idx`, then everything that follows from it: commitment, entry, leaf hashes, roots,
    subtrees. `instead` changes the entry itself. Without the real key, checkpoints keep their old notes (None) or are
    signed by `key`."""
    with database.engine.begin() as connection:
        no_guards(connection)
        leaves = connection.execute(text("SELECT idx, entry FROM ledger_leaf ORDER BY idx")).all()
        said = [json.loads(bytes(row.entry)) for row in leaves]
        sizes = connection.scalars(text("SELECT size FROM ledger_checkpoint")).all()
        _rewrite(connection, said[idx], words)
        said[idx].update(instead or {})
        if one_batch:
            connection.execute(
                text("DELETE FROM ledger_checkpoint WHERE size < :last"), {"last": len(leaves)}
            )
            said = [entry | {"after": 0} for entry in said]
        connection.execute(text("DELETE FROM ledger_leaf"))
        tree = merkle.CompactRange()
        for position, entry in enumerate(said):
            data = entries.encode(entry)
            leaf = {"i": position, "e": data, "h": merkle.leaf_hash(data)}
            connection.execute(
                text("INSERT INTO ledger_leaf (idx, entry, leaf_hash) VALUES (:i, :e, :h)"), leaf
            )
            tree.append(leaf["h"])
            if tree.size in sizes:
                _resign(connection, tree, key)


def _rewrite(connection: Connection, said: dict[str, Any], words: str) -> None:
    table, values = said["table"], {"u": said["uid"], "r": words}
    connection.execute(text(f"UPDATE {table} SET record = :r WHERE uid = :u"), values)
    salt = connection.scalar(text(f"SELECT salt FROM {table} WHERE uid = :u"), values)
    said["commit"] = entries.commitment(bytes(salt or b""), words.encode())


def _resign(connection: Connection, tree: merkle.CompactRange, key: Ed25519PrivateKey | None) -> None:
    values = {"s": tree.size, "r": tree.root(), "n": b"".join(tree.nodes)}
    connection.execute(text("UPDATE ledger_checkpoint SET root = :r, nodes = :n WHERE size = :s"), values)
    if key:
        values["t"] = sign_checkpoint(ORIGIN, tree.size, tree.root(), key)
        connection.execute(text("UPDATE ledger_checkpoint SET note = :t WHERE size = :s"), values)
