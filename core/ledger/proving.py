"""Proofs from the stored log: that a leaf is in it, and that it only grew. None is handed out that doesn't hold."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from reciproca.core.errors import NotFound
from reciproca.core.ledger.consistency import Consistency
from reciproca.core.ledger.health import broken
from reciproca.core.ledger.index import Tiles
from reciproca.core.ledger.merkle import (
    EMPTY_ROOT,
    consistency_ranges,
    consistent,
    included,
    inclusion_ranges,
)
from reciproca.core.ledger.note import Checkpoint
from reciproca.core.ledger.proof import Proof
from reciproca.core.ledger.tables import LedgerCheckpoint, LedgerLeaf

_CHECKPOINTS: Select[int, bytes, str] = select(
    LedgerCheckpoint.size, LedgerCheckpoint.root, LedgerCheckpoint.note
)
_NEWEST = _CHECKPOINTS.order_by(LedgerCheckpoint.size.desc()).limit(1)


def newest_checkpoint(session: Session) -> str:
    """The signed text of the last checkpoint; empty while there is none."""
    found = session.execute(_NEWEST).first()
    return found.note if found else ""


def inclusion(session: Session, idx: int) -> Proof:
    """The proof of leaf `idx` under the last checkpoint. Raises `NotFound`, `LedgerBroken`."""
    return next(inclusions(session, [idx]))


def inclusions(session: Session, indexes: Iterable[int]) -> Iterator[Proof]:
    """Proofs of many leaves under the same, the last, checkpoint; each reads what the others haven't. Raises
    `NotFound`, and `LedgerBroken` where what is stored doesn't lead to what was signed."""
    last = session.execute(_NEWEST).first()
    size, root, note = (last.size, last.root, last.note) if last else (0, EMPTY_ROOT, "")
    tiles = Tiles(session)
    for idx in indexes:
        if not 0 <= idx < size:
            raise NotFound(detail=f"There is no leaf {idx}: the ledger has {size}, counted from 0.")
        leaf = session.scalar(select(LedgerLeaf.leaf_hash).where(LedgerLeaf.idx == idx))
        path = _hashes(tiles, inclusion_ranges(idx, size))
        if leaf is None or not included(leaf, idx, size, path, root):
            raise broken()
        yield Proof(index=idx, path=path, note=note)


def consistency(session: Session, *, old: int, new: int | None = None) -> Consistency:
    """The proof that the log at the checkpoint of `new` leaves (None: the last one) begins with that at the one of
    `old`. Raises `NotFound` where no such checkpoint was issued or `old` is the larger, `LedgerBroken`."""
    before = _issued(session, old)
    after = _issued(session, new)
    if before.size > after.size:
        raise NotFound(detail=f"A ledger of {after.size} leaves does not begin with one of {before.size}.")
    path = _hashes(Tiles(session), consistency_ranges(before.size, after.size))
    if not consistent(before.size, after.size, path, before.root, after.root):
        raise broken()
    return Consistency(old=before.size, proof=path, note=after.note)


def begins_with(session: Session, kept: Checkpoint) -> bool:
    """Whether the stored log had, at the size of `kept`, the root that `kept` says."""
    try:
        return Tiles(session).whole(kept.size) == kept.root
    except LookupError:
        return False


def _hashes(tiles: Tiles, ranges: Iterable[tuple[int, int]]) -> tuple[bytes, ...]:
    try:
        return tuple(tiles.root(start, end) for start, end in ranges)
    except LookupError as error:
        raise broken() from error


def _issued(session: Session, size: int | None) -> Row[int, bytes, str]:
    asked = _NEWEST if size is None else _CHECKPOINTS.where(LedgerCheckpoint.size == size)
    found = session.execute(asked).first()
    if found is None:
        raise NotFound(
            detail=f"No checkpoint of {size} leaves was issued."
            if size is not None
            else "The ledger is empty.",
            remedy="Give the size that stands in a checkpoint, on its second line.",
        )
    return found
