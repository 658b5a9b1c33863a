"""Writing acts: record, leaf and one signed checkpoint, in the transaction of the change that they tell of."""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import CursorResult, func, insert, select, update
from sqlalchemy.orm import Session

from reciproca.core.canonical import canonical
from reciproca.core.errors import NotFound, ReciprocaError
from reciproca.core.ledger import entry as entries
from reciproca.core.ledger import index
from reciproca.core.ledger.health import broken, require_sound
from reciproca.core.ledger.merkle import HASH_SIZE, CompactRange, leaf_hash
from reciproca.core.ledger.note import open_checkpoint, sign_checkpoint
from reciproca.core.ledger.tables import Committed, LedgerCheckpoint, LedgerLeaf, LedgerRecord

LOCK = 0x7265636970726F  # "recipro": the advisory lock that PostgreSQL appenders take, last of all
_SALT_SIZE = 32
_Table = type[Committed]


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signs checkpoints: the log's name and its own Ed25519 key."""

    origin: str
    key: Ed25519PrivateKey

    @property
    def public_key(self) -> Ed25519PublicKey:
        return self.key.public_key()


@dataclass(frozen=True, kw_only=True)
class Act:
    """A person's decision or a change of state. `tenant`, `actor` and `object` are opaque uids and stand in the open;
    `record` (JSON without floats) is kept beside the log under `uid` in `table`, and can be erased by law."""

    type: str
    at: datetime
    tenant: str
    actor: str
    object: str
    uid: str
    record: dict[str, Any]
    table: _Table = LedgerRecord


@dataclass(frozen=True, kw_only=True)
class Appended:
    """Where the acts went: leaves `first` to `size` − 1, in the order given; `note` is the signed checkpoint."""

    first: int
    size: int
    root: bytes
    note: str


def append(session: Session, acts: Sequence[Act], *, signer: Signer) -> Appended:
    """Write `acts` (at least one) and a checkpoint. Flushes first: the ledger's lock is the one everybody wants, so
    it is taken last and held until the commit. Raises `LedgerBroken` rather than sign over a log that was changed."""
    if not acts:
        raise ValueError("there is nothing to append")
    session.flush()
    require_sound(session)
    commits = _keep(session, acts)
    lock(session)
    tree = _tree(session, signer)
    first = tree.size
    rows = [
        _leaf(act, commit, idx, first)
        for idx, (act, commit) in enumerate(zip(acts, commits, strict=True), first)
    ]
    for row in rows:
        tree.append(row["leaf_hash"])
    session.execute(insert(LedgerLeaf), rows)
    index.keep(session, [act.uid for act in acts], first)
    return _checkpoint(session, tree, first, signer)


def check_end(session: Session, *, signer: Signer) -> None:
    """Raise `LedgerBroken` unless the log's stored end fits its last signed checkpoint: a mere glance."""
    _tree(session, signer)


def erase(session: Session, *, uid: str, table: type[Committed]) -> None:
    """Empty the record `uid` of `table`. The same transaction must append an act of type `entry.ERASED` about `uid`;
    without it the erasure shows as damage. Raises `NotFound` if there is no record, or it is erased already."""
    statement = (
        update(table).where(table.uid == uid, table.record.is_not(None)).values(salt=None, record=None)
    )
    result = session.execute(statement, execution_options={"synchronize_session": False})
    if cast(CursorResult[Any], result).rowcount != 1:
        raise NotFound(
            detail="There is no such record to erase, or it is erased already. Nothing was changed."
        )


def lock(session: Session) -> None:
    """Keep other appenders out until this transaction ends. SQLite's BEGIN IMMEDIATE has done it already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))


def _keep(session: Session, acts: Sequence[Act]) -> list[str]:
    """Store the records of `acts`, table by table. Returns their commitments, in the order of the acts."""
    commits: list[str] = []
    rows: defaultdict[_Table, list[dict[str, Any]]] = defaultdict(list)
    for act in acts:
        salt, record = secrets.token_bytes(_SALT_SIZE), canonical(act.record)
        rows[act.table].append({"uid": act.uid, "salt": salt, "record": record.decode()})
        commits.append(entries.commitment(salt, record))
    for table, kept in rows.items():
        session.execute(insert(table), kept)
    return commits


def _leaf(act: Act, commit: str, idx: int, after: int) -> dict[str, Any]:
    data = entries.encode(
        {
            "v": 1,
            "type": act.type,
            "at": entries.instant(act.at),
            "tenant": act.tenant,
            "actor": act.actor,
            "object": act.object,
            "table": act.table.__tablename__,
            "uid": act.uid,
            "commit": commit,
            "after": after,
        }
    )
    return {"idx": idx, "entry": data, "leaf_hash": leaf_hash(data)}


def _tree(session: Session, signer: Signer) -> CompactRange:
    """The tree so far, from the last checkpoint, whose signature must be ours: a history rewritten by SQL must not
    be made good by the next honest signature."""
    count = session.scalar(select(func.coalesce(func.max(LedgerLeaf.idx) + 1, 0)))
    last = session.execute(
        select(LedgerCheckpoint.size, LedgerCheckpoint.nodes, LedgerCheckpoint.note)
        .order_by(LedgerCheckpoint.size.desc())
        .limit(1)
    ).first()
    size, nodes, note = last or (0, b"", "")
    try:
        tree = CompactRange(size, [nodes[at : at + HASH_SIZE] for at in range(0, len(nodes), HASH_SIZE)])
        said = open_checkpoint(note, signer.public_key, signer.origin) if last else None
    except (ReciprocaError, ValueError) as error:
        raise broken() from error
    if count != size or (said and (said.size, said.root) != (size, tree.root())):
        raise broken()
    return tree


def _checkpoint(session: Session, tree: CompactRange, first: int, signer: Signer) -> Appended:
    root = tree.root()
    note = sign_checkpoint(signer.origin, tree.size, root, signer.key)
    session.execute(
        insert(LedgerCheckpoint).values(size=tree.size, root=root, nodes=b"".join(tree.nodes), note=note)
    )
    return Appended(first=first, size=tree.size, root=root, note=note)
