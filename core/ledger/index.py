"""Finding a leaf, and the hashes that a proof asks for, without reading the log: two tables, kept by every append.

They hold nothing that the leaves don't, and can be made again at any time. Lost or wrong rows make this slow or show as
a broken ledger, never as a wrong answer.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from reciproca.core.ledger import entry as entries
from reciproca.core.ledger import merkle
from reciproca.core.ledger.tables import LedgerLeaf, LedgerNode, LedgerPlace

BITS = 8
"""A stored level stands this many above the next: 256 hashes make one."""
_AT_ONCE = 1000


def keep(session: Session, uids: Sequence[str], first: int) -> None:
    """Index the leaves that were just written from `first` on: they name the records `uids`, in this order."""
    session.execute(insert(LedgerPlace), [{"uid": uid, "idx": idx} for idx, uid in enumerate(uids, first)])
    _grow(session, first, first + len(uids))


def rebuild(session: Session) -> None:
    """Make both tables anew from the leaves."""
    session.execute(delete(LedgerPlace))
    session.execute(delete(LedgerNode))
    leaves = select(LedgerLeaf.idx, LedgerLeaf.entry).order_by(LedgerLeaf.idx)
    size = 0
    while page := session.execute(leaves.where(LedgerLeaf.idx >= size).limit(_AT_ONCE)).all():
        size = page[-1].idx + 1
        if named := {said["uid"]: row.idx for row in page if (said := entries.readable(row.entry))}:
            session.execute(insert(LedgerPlace), [{"uid": uid, "idx": idx} for uid, idx in named.items()])
    _grow(session, 0, size)


def positions(session: Session, uids: Collection[str]) -> dict[str, int]:
    """The index of the leaf that names each record in `uids`; those that no leaf names are left out."""
    asked = (
        select(LedgerPlace.uid, LedgerPlace.idx, LedgerLeaf.entry)
        .join(LedgerLeaf, LedgerLeaf.idx == LedgerPlace.idx)
        .where(LedgerPlace.uid.in_(uids))
    )
    return {
        row.uid: row.idx
        for row in session.execute(asked)
        if (said := entries.readable(row.entry)) and said["uid"] == row.uid
    }


class Tiles:
    """The hashes of the log, fetched 256 at a time, each tile once: a proof in a log of a million reads six or so."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._fetched: dict[tuple[int, int], list[bytes]] = {}

    def root(self, start: int, end: int) -> bytes:
        """The root over the leaves [start, end), a range that a proof asks for. LookupError where some are missing."""
        return merkle.subtree_root(start, end, self._complete)

    def whole(self, size: int) -> bytes:
        """The root of the log when it had `size` leaves. LookupError where it never had."""
        return self.root(0, size) if size else merkle.EMPTY_ROOT

    def _complete(self, level: int, position: int) -> bytes:
        """The root of the complete subtree at `position` among those of 2^level leaves."""
        stored = level - level % BITS
        width = 1 << level - stored
        number, at = divmod(position * width, 1 << BITS)
        nodes = self._tile(stored, number)[at : at + width]
        if len(nodes) != width:
            raise LookupError(f"hashes of level {stored} are missing in tile {number}")
        return merkle.root(nodes)

    def _tile(self, level: int, number: int) -> list[bytes]:
        if (level, number) not in self._fetched:
            self._fetched[level, number] = _tile(self._session, level, number)
        return self._fetched[level, number]


def _grow(session: Session, first: int, size: int) -> None:
    """Store the subtrees that leaves `first` to `size` − 1 complete, level by level."""
    level = BITS
    while size >> level:
        made = [
            {"level": level, "position": at, "hash": merkle.root(_tile(session, level - BITS, at))}
            for at in range(first >> level, size >> level)
        ]
        if made:
            session.execute(insert(LedgerNode), made)
        level += BITS


def _tile(session: Session, level: int, number: int) -> list[bytes]:
    """The hashes of `level` in the tile `number`, in order: 256, or fewer at the end."""
    start, end = number << BITS, number + 1 << BITS
    if level:
        asked = (
            select(LedgerNode.hash)
            .where(LedgerNode.level == level, LedgerNode.position >= start, LedgerNode.position < end)
            .order_by(LedgerNode.position)
        )
    else:
        asked = (
            select(LedgerLeaf.leaf_hash)
            .where(LedgerLeaf.idx >= start, LedgerLeaf.idx < end)
            .order_by(LedgerLeaf.idx)
        )
    return list(session.scalars(asked))
