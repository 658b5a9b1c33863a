"""The log alone, as fast as it can be read: every entry, hash and place, and the root, against the newest checkpoint.

`verify.py` says more, of records, texts and older checkpoints, and what exactly is wrong where; it takes longer.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from reciproca.core.errors import ReciprocaError
from reciproca.core.ledger.merkle import CompactRange, leaf_hash
from reciproca.core.ledger.note import open_checkpoint
from reciproca.core.ledger.report import Problem, Report
from reciproca.core.ledger.tables import LedgerCheckpoint

PAGE = 1024
"""Leaves at once: a power of two, so that a whole page is a subtree."""
_LEAVES = "SELECT idx, entry, leaf_hash FROM ledger_leaf ORDER BY idx"


def check_log(session: Session, *, public_key: Ed25519PublicKey, origin: str) -> Report:
    """Recompute the log and compare it with its newest signed checkpoint, in flat memory. One problem is named, the
    first; `erased` isn't looked at, and is 0."""
    tree = _Pages()
    problem: Problem | None = None
    for page in _pages(session):
        problem = _wrong_in(page, tree.size)
        if problem:
            break
        tree.add([leaf for _idx, _entry, leaf in page])
    problem = problem or _wrong_at_end(session, tree, public_key, origin)
    return Report(size=tree.size, root=tree.root().hex(), erased=0, problems=(problem,) if problem else ())


class _Pages:
    """The tree over whole pages, and the last one, which may be shorter."""

    def __init__(self) -> None:
        self.size = 0
        self._pages, self._rest = CompactRange(), CompactRange()

    def add(self, leaves: Sequence[bytes]) -> None:
        """The next page."""
        self.size += len(leaves)
        if len(leaves) == PAGE:
            self._pages.append(_subtree(leaves))
            return
        for leaf in leaves:
            self._rest.append(leaf)

    def root(self) -> bytes:
        """The root so far."""
        whole = CompactRange(
            self._pages.size * PAGE + self._rest.size, [*self._pages.nodes, *self._rest.nodes]
        )
        return whole.root()


def _subtree(level: Sequence[bytes]) -> bytes:
    """The root over a power of two of leaf hashes."""
    sha = hashlib.sha256
    while len(level) > 1:
        pairs = iter(level)
        level = [sha(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return level[0]


def _wrong_in(page: Sequence[Any], first: int) -> Problem | None:
    """The first leaf of a page that is out of place, or whose hash isn't its entry's."""
    sha = hashlib.sha256
    try:
        computed = [sha(b"\x00" + entry).digest() for _idx, entry, _leaf in page]
    except TypeError:  # somebody put something else than bytes there
        computed = []
    if computed == [row[2] for row in page] and [row[0] for row in page] == list(
        range(first, first + len(page))
    ):
        return None
    return next(_named(page, first), None)


def _named(page: Sequence[Any], first: int) -> Iterator[Problem]:
    for expected, (idx, entry, leaf) in enumerate(page, first):
        if idx != expected:
            yield Problem(expected, f"leaf {expected} is missing")
        elif not isinstance(entry, bytes) or leaf != leaf_hash(entry):
            yield Problem(idx, "the leaf hash is not that of its entry")


def _wrong_at_end(
    session: Session, tree: _Pages, public_key: Ed25519PublicKey, origin: str
) -> Problem | None:
    newest = select(LedgerCheckpoint.note).order_by(LedgerCheckpoint.size.desc()).limit(1)
    note = session.scalar(newest)
    if note is None:
        return Problem(None, "there is no checkpoint") if tree.size else None
    try:
        said = open_checkpoint(note, public_key, origin)
    except (ReciprocaError, ValueError):
        return Problem(tree.size - 1, "the newest checkpoint is not signed by the ledger's key")
    if (said.size, said.root) == (tree.size, tree.root()):
        return None
    return Problem(tree.size - 1, "the leaves are not those of the newest checkpoint")


def _pages(session: Session) -> Iterator[Sequence[Any]]:
    """Rows straight from the driver, a page at a time, never all at once."""
    raw: Any = session.connection().connection.dbapi_connection
    named = session.get_bind().dialect.name == "postgresql"
    with_cursor = raw.cursor("ledger_pages", binary=True) if named else raw.cursor()
    try:
        with_cursor.execute(_LEAVES)
        while page := with_cursor.fetchmany(PAGE):
            yield page
    finally:
        with_cursor.close()
