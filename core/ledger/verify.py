"""Does the stored ledger still say what was signed? Everything is recomputed from the stored bytes, in one pass and
flat memory; nothing that the database could have been made to say is trusted but the checkpoint key's signatures."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from reciproca.core.errors import ReciprocaError
from reciproca.core.ledger.merkle import EMPTY_ROOT, CompactRange, leaf_hash
from reciproca.core.ledger.note import Checkpoint, NotSigned, open_checkpoint
from reciproca.core.ledger.records import Records, StoredRow, untyped
from reciproca.core.ledger.report import Findings, Report
from reciproca.core.ledger.tables import Committed, LedgerCheckpoint

Check = Callable[[Session], Iterable[tuple[int | None, str]]]
"""A further demand on what acts say (frozen texts, …): yields (leaf index or None, reason) for each failure."""

_AT_ONCE = 1000
_LEAVES: Select[Any] = select(*untyped("idx", "entry", "leaf_hash", table="ledger_leaf")).order_by("idx")


def verify(
    session: Session,
    *,
    public_key: Ed25519PublicKey,
    origin: str,
    record_tables: Sequence[type[Committed]],
    checks: Sequence[Check] = (),
    against: str | None = None,
) -> Report:
    """Recompute the log, its checkpoints and its records. `against` is a checkpoint kept elsewhere, the only thing
    that shows a removed tail. A read-only transaction sees one moment, so nobody waits for it. Raises `Unreadable` if
    `against` is no checkpoint."""
    findings = Findings()
    known = _known(against, public_key, origin, findings)
    with _undecoded(session):
        walk = _Walk(session, findings, Records(session, record_tables, findings), public_key, origin, known)
        walk.run()
        for check in checks:
            findings.extend(_outcome(check, session))
    return Report(
        size=walk.tree.size,
        root=walk.tree.root().hex(),
        erased=len(walk.records.erased),
        problems=findings.listed(),
    )


@dataclass
class _Walk:
    """One pass over the leaves, their records and their checkpoints."""

    session: Session
    findings: Findings
    records: Records
    public_key: Ed25519PublicKey
    origin: str
    known: Checkpoint | None

    def __post_init__(self) -> None:
        self.tree = CompactRange()
        self.next = 0
        self.signed = 0
        self.seen = 0
        self.diverged = False
        self.known_root = EMPTY_ROOT

    def run(self) -> None:
        leaves = self.session.connection().execute(_LEAVES, execution_options={"yield_per": _AT_ONCE})
        for page in leaves.partitions():
            self._page(page)
        self._end()
        self.records.end()

    def _page(self, page: Sequence[StoredRow]) -> None:
        entries = self.records.load((row.idx, row.entry) for row in page)
        found = self.session.connection().execute(_checkpoints(page[0].idx, page[-1].idx + 1))
        checkpoints = {row.size: row for row in found}
        for row in page:
            self._leaf(row, entries.get(row.idx))
            if row.idx + 1 in checkpoints:
                self._checkpoint(checkpoints[row.idx + 1])

    def _leaf(self, row: StoredRow, entry: dict[str, Any] | None) -> None:
        if row.idx != self.next:
            self._differs(row.idx, f"leaf {self.next} is missing")
        self.next = row.idx + 1
        computed = leaf_hash(row.entry if isinstance(row.entry, bytes) else b"")
        if row.leaf_hash != computed:
            self.findings.add(row.idx, "the leaf hash is not that of its entry")
        if entry is None:
            self.findings.add(row.idx, "the entry is not in its canonical form")
        else:
            self._entry(row.idx, entry)
        self.tree.append(computed)
        if self.known and self.tree.size == self.known.size:
            self.known_root = self.tree.root()

    def _entry(self, idx: int, entry: dict[str, Any]) -> None:
        if entry["after"] != self.signed:
            self.findings.add(idx, f"the checkpoint before this leaf, of {entry['after']} leaves, is missing")
            self.signed = entry["after"]
        self.records.check(idx, entry)

    def _checkpoint(self, row: StoredRow) -> None:
        self.seen += 1
        self.signed = row.size
        said = self._said(row)
        if said and (said.size, said.root) != (row.size, row.root):
            self.findings.add(row.size - 1, f"checkpoint {row.size} is stored otherwise than it was signed")
        if not self.diverged and (row.root, row.nodes) != (self.tree.root(), b"".join(self.tree.nodes)):
            self._differs(row.size - 1, f"the leaves up to here are not those of checkpoint {row.size}")

    def _said(self, row: StoredRow) -> Checkpoint | None:
        try:
            return open_checkpoint(str(row.note), self.public_key, self.origin)
        except (ReciprocaError, ValueError):
            self.findings.add(row.size - 1, f"checkpoint {row.size} is not signed by the ledger's key")
            return None

    def _differs(self, idx: int, reason: str) -> None:
        """Say where the log first parts from what was signed: every later root differs too, which says no more."""
        self.diverged = True
        self.findings.add(idx, reason)

    def _end(self) -> None:
        if self.signed != self.next:
            self.findings.add(
                self.next - 1, f"{self.next - self.signed} leaves at the end have no checkpoint"
            )
        stored = self.session.scalar(select(func.count()).select_from(LedgerCheckpoint)) or 0
        if stored != self.seen:
            self.findings.add(None, f"{stored - self.seen} checkpoints speak of leaves that are not there")
        if self.known and self.known.size > self.tree.size:
            self.findings.add(None, f"the log is shorter than the known checkpoint {self.known.size}")
        elif self.known and self.known.root != self.known_root:
            self.findings.add(
                self.known.size - 1, f"the log is not that of the known checkpoint {self.known.size}"
            )


def _checkpoints(above: int, up_to: int) -> Select[Any]:
    size, *rest = untyped("size", "root", "nodes", "note", table="ledger_checkpoint")
    return select(size, *rest).where(size > above, size <= up_to)


def _known(
    note: str | None, public_key: Ed25519PublicKey, origin: str, findings: Findings
) -> Checkpoint | None:
    try:
        return open_checkpoint(note, public_key, origin) if note is not None else None
    except NotSigned:
        findings.add(None, "the checkpoint kept elsewhere is not signed by this ledger's key")
        return None


def _outcome(check: Check, session: Session) -> list[tuple[int | None, str]]:
    """What `check` finds. Stored values that it can't even read are a finding, not a crash."""
    try:
        return list(check(session))
    except (ValueError, TypeError, LookupError) as error:
        return [(None, f"stored data can't be read: {type(error).__name__}")]


@contextmanager
def _undecoded(session: Session) -> Iterator[None]:
    """Let SQLite hand over text that is not UTF-8, which otherwise raises, so that damage is reported as damage."""
    raw: Any = session.connection().connection.dbapi_connection
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    before, raw.text_factory = raw.text_factory, lambda data: data.decode(errors="surrogateescape")
    try:
        yield
    finally:
        raw.text_factory = before
