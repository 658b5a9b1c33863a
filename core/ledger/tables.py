"""What the ledger stores. Guards against change are in `guards.py`; what makes a change show is `verify.py`."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from reciproca.core.db import Base

GUARD = "ledger_guard"
"""Key of `Table.info`: 'append' (no change, ever) or 'erasable' (no change but the erasure of salt and record)."""

_Position = BigInteger().with_variant(Integer(), "sqlite")


class LedgerLeaf(Base):
    """One act: `entry` is canonical JSON without personal data, `leaf_hash` is SHA-256(0x00 ‖ entry)."""

    __tablename__ = "ledger_leaf"
    __table_args__ = {"info": {GUARD: "append"}}  # noqa: RUF012 -- SQLAlchemy's own declarative attribute, read once

    idx: Mapped[int] = mapped_column(_Position, primary_key=True, autoincrement=False)
    entry: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)


class LedgerCheckpoint(Base):
    """The tree after one transaction: `nodes` are the roots of its complete subtrees end to end (32 bytes each), so
    that the next transaction need not read the leaves; `note` is the signed text."""

    __tablename__ = "ledger_checkpoint"
    __table_args__ = {"info": {GUARD: "append"}}  # noqa: RUF012 -- SQLAlchemy's own declarative attribute, read once

    size: Mapped[int] = mapped_column(_Position, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    nodes: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(Text)


class LedgerPlace(Base):
    """Derived: the leaf that names the record `uid`, so that finding it needs no pass over the log. Nothing trusts it:
    whoever looks a leaf up reads the uid in the leaf itself."""

    __tablename__ = "ledger_place"

    uid: Mapped[str] = mapped_column(String(36), primary_key=True)
    idx: Mapped[int] = mapped_column(_Position)


class LedgerNode(Base):
    """Derived: roots of complete subtrees of 256, 65,536, … leaves (`level` 8, 16, …), so that a proof reads a few
    hundred hashes and not all. Nothing trusts them: a proof is handed out only when it leads to the signed root."""

    __tablename__ = "ledger_node"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(_Position, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerHealth(Base):
    """What the last verification found, in one row (`id` 1): while it isn't `ok`, nothing is appended. `problems` are
    its first findings, as `ledger verify` words them."""

    __tablename__ = "ledger_health"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    checked_at: Mapped[datetime]
    ok: Mapped[bool]
    size: Mapped[int] = mapped_column(_Position)
    root: Mapped[str] = mapped_column(String(64))
    problems: Mapped[list[str]]


class LedgerWitness(Base):
    """What a witness (a plugin, by name) was last known to hold: the checkpoint of `size` leaves, as it gave it back.
    `failure` says why it didn't take the newest one; empty while all is well."""

    __tablename__ = "ledger_witness"

    witness: Mapped[str] = mapped_column(String(60), primary_key=True)
    size: Mapped[int] = mapped_column(_Position)
    note: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    failure: Mapped[str] = mapped_column(Text, default="")


class Committed:
    """What an act's leaf commits to: SHA-256(salt ‖ record). Both are NULL after a lawful erasure; every column of
    such a table is covered by the leaf, so a table made from this adds none. Set only `__tablename__`."""

    __tablename__: Any

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805 -- SQLAlchemy calls it with the class
        return {"info": {GUARD: "erasable"}}

    uid: Mapped[str] = mapped_column(String(36), primary_key=True)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    record: Mapped[str | None] = mapped_column(Text)


class LedgerRecord(Committed, Base):
    """The records of ordinary acts."""

    __tablename__ = "ledger_record"
