"""Taking the ledger elsewhere: the whole log as JSON lines, and one leaf's proof."""

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

from reciproca.core.errors import NotFound
from reciproca.core.ledger import entry as entries
from reciproca.core.ledger.merkle import Levels
from reciproca.core.ledger.proof import Proof
from reciproca.core.ledger.tables import LedgerCheckpoint, LedgerLeaf

_AT_ONCE = 1000


def export(session: Session) -> Iterator[str]:
    """JSON texts, one a line: {"index", "entry", "leaf_hash"} for each leaf, {"size", "note"} for each checkpoint
    after its last leaf. `entry` is the exact text that the leaf hash covers; records are not exported."""
    notes = _stream(
        session, select(LedgerCheckpoint.size, LedgerCheckpoint.note).order_by(LedgerCheckpoint.size)
    )
    size, note = next(notes, (0, ""))
    for idx, entry, leaf in _stream(session, select(*LedgerLeaf.__table__.columns).order_by(LedgerLeaf.idx)):
        text = entry.decode(errors="replace")
        yield json.dumps({"index": idx, "entry": text, "leaf_hash": leaf.hex()}, ensure_ascii=False)
        if size == idx + 1:
            yield json.dumps({"size": size, "note": note}, ensure_ascii=False)
            size, note = next(notes, (0, ""))


def positions(session: Session, uids: Collection[str]) -> dict[str, int]:
    """The leaf index of each record in `uids` that a leaf names, in one pass over the leaves."""
    wanted = set(uids)
    found: dict[str, int] = {}
    for idx, entry in _stream(session, select(LedgerLeaf.idx, LedgerLeaf.entry).order_by(LedgerLeaf.idx)):
        said = entries.readable(entry)
        if said and said["uid"] in wanted:
            found[said["uid"]] = idx
    return found


def inclusion(session: Session, idx: int) -> Proof:
    """The proof of leaf `idx` under the last checkpoint. Raises `NotFound`."""
    return next(inclusions(session, [idx]))


def inclusions(session: Session, indexes: Iterable[int]) -> Iterator[Proof]:
    """Proofs under the last checkpoint for many leaves: one read of the leaf hashes (64 bytes a leaf in memory)."""
    newest = (
        select(LedgerCheckpoint.size, LedgerCheckpoint.note).order_by(LedgerCheckpoint.size.desc()).limit(1)
    )
    size, note = session.execute(newest).first() or (0, "")
    hashes = select(LedgerLeaf.leaf_hash).where(LedgerLeaf.idx < size).order_by(LedgerLeaf.idx)
    levels = Levels([leaf for (leaf,) in _stream(session, hashes)])
    for idx in indexes:
        if not 0 <= idx < size:
            raise NotFound(detail=f"There is no leaf {idx}: the ledger has {size}, counted from 0.")
        yield Proof(index=idx, path=tuple(levels.inclusion_proof(idx)), note=note)


def _stream(session: Session, statement: Executable) -> Iterator[Any]:
    return iter(session.connection().execute(statement, execution_options={"yield_per": _AT_ONCE}))
