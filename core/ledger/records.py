"""Each leaf has its record and each record its leaf, checked a page at a time."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnClause, Select, column, select
from sqlalchemy import table as named
from sqlalchemy.orm import Session

from reciproca.core.ledger import entry as entries
from reciproca.core.ledger.report import Findings
from reciproca.core.ledger.tables import Committed

_AT_ONCE = 5000
_MODULUS = 1 << 256
StoredRow = Any
"""A row as the database holds it: attributes by column name, of whatever type somebody has put there."""


def untyped(*names: str, table: str) -> list[ColumnClause[Any]]:
    """Columns of `table` without a declared type, so that nothing is converted on the way out."""
    columns: list[ColumnClause[Any]] = [column(name) for name in names]
    named(table, *columns)
    return columns


class Records:
    """The record tables, seen from the leaves. Reads untyped columns: a value of the wrong type is damage."""

    def __init__(self, session: Session, tables: Sequence[type[Committed]], findings: Findings) -> None:
        self.session = session
        self.findings = findings
        self.erased: set[str] = set()
        self._waiting: dict[str, int] = {}
        self._tables = {str(each.__tablename__) for each in tables}
        self._named: Counter[str] = Counter()
        self._sums: Counter[str] = Counter()
        self._rows: dict[tuple[str, str], StoredRow] = {}

    def load(self, leaves: Iterable[tuple[int, Any]]) -> dict[int, dict[str, Any]]:
        """Decode the entries of one page, and fetch the records that they name. Undecodable ones are left out."""
        decoded = {idx: entry for idx, data in leaves if (entry := entries.readable(data))}
        uids: defaultdict[str, list[str]] = defaultdict(list)
        for entry in decoded.values():
            uids[entry["table"]].append(entry["uid"])
        known = uids.keys() & self._tables
        self._rows = {(name, row.uid): row for name in known for row in self._fetch(name, uids[name])}
        return decoded

    def check(self, idx: int, entry: dict[str, Any]) -> None:
        """The record that the leaf names is there, unchanged, or lawfully erased."""
        name, uid = entry["table"], entry["uid"]
        row = self._rows.get((name, uid))
        self._named[name] += 1
        self._sums[name] += _fingerprint(uid)
        if row is None:
            self.findings.add(idx, f"the record {uid} of {name} is missing")
        elif row.salt is None and row.record is None:
            self._waiting[uid] = idx
        elif _commitment(row) != entry["commit"]:
            self.findings.add(idx, f"the record {uid} of {name} was changed")
        if entry["type"] == entries.ERASED:
            self._erasure(idx, entry["object"])

    def end(self) -> None:
        """Every empty record has its act of erasure, and no record is without a leaf, or shares one."""
        for uid, idx in self._waiting.items():
            self.findings.add(idx, f"the record {uid} was emptied without an act of erasure")
        for name in sorted(self._tables):
            self._leafless(name)

    def _erasure(self, idx: int, uid: str) -> None:
        if self._waiting.pop(uid, None) is not None:
            self.erased.add(uid)
        elif uid not in self.erased:
            self.findings.add(
                idx, f"the record {uid} was erased by this act, but is still there or never was"
            )

    def _leafless(self, name: str) -> None:
        """Compare the rows' uids with the leaves' by number and by the sum of their hashes: equal multisets in flat
        memory. Only when they differ is it worth finding out which."""
        count, total = 0, 0
        for uid in self._uids(name):
            count += 1
            total += _fingerprint(uid)
        if (count, total % _MODULUS) != (self._named[name], self._sums[name] % _MODULUS):
            self.findings.add(
                None, f"{name} has {count} records, and not those {self._named[name]} that leaves name"
            )

    def _uids(self, name: str) -> Iterable[Any]:
        statement: Select[Any] = select(*untyped("uid", table=name))
        return (
            self.session.connection().execute(statement, execution_options={"yield_per": _AT_ONCE}).scalars()
        )

    def _fetch(self, name: str, uids: list[str]) -> Iterable[StoredRow]:
        uid, *rest = untyped("uid", "salt", "record", table=name)
        statement: Select[Any] = select(uid, *rest).where(uid.in_(uids))
        return self.session.connection().execute(statement)


def _commitment(row: StoredRow) -> str:
    if not isinstance(row.salt, bytes) or not isinstance(row.record, str):
        return "of the wrong type"
    return entries.commitment(row.salt, row.record.encode(errors="surrogateescape"))


def _fingerprint(uid: Any) -> int:
    return int.from_bytes(hashlib.sha256(str(uid).encode(errors="surrogateescape")).digest())
