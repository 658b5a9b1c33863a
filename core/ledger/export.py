"""Taking the ledger elsewhere: the whole log as JSON lines."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

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


def _stream(session: Session, statement: Executable) -> Iterator[Any]:
    return iter(session.connection().execute(statement, execution_options={"yield_per": _AT_ONCE}))
