"""What stands around a signature and goes into its document: what the bodies decided, a withdrawal, a scanned paper."""

from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reciproca.compacts.drafting.tables import Ratification
from reciproca.compacts.signing.tables import PaperScan, Signature
from reciproca.core.canonical import sha256
from reciproca.core.ledger.entry import instant
from reciproca.core.ledger.index import positions
from reciproca.core.ledger.tables import LedgerLeaf


def adopted(session: Session, version_id: int) -> tuple[dict[str, Any], ...]:
    """What the body of each side decided on a version; reasons and recorders are left out."""
    rows = session.scalars(
        select(Ratification).filter_by(version_id=version_id, is_ratified=True).order_by(Ratification.id)
    )
    return tuple(
        {
            "side": row.side.value,
            "body": row.body,
            "decided_on": row.decided_on.isoformat(),
            "votes": {"for": row.votes_for, "against": row.votes_against, "abstentions": row.abstentions},
            "quorum": row.quorum,
            "members": row.members,
            "recused": row.recused,
            "minute_reference": row.minute_reference,
            "recorded_at": instant(row.recorded_at),
        }
        for row in rows
    )


def withdrawn(session: Session, signature: Signature) -> dict[str, Any] | None:
    """When a signature was withdrawn, and which entry of the ledger says so; None where it stands. Why is its signer's
    own."""
    if signature.withdrawn_at is None or signature.withdrawal_uid is None:
        return None
    place = positions(session, [signature.withdrawal_uid])[signature.withdrawal_uid]
    return {
        "at": instant(signature.withdrawn_at),
        "record": signature.withdrawal_uid,
        "entry": place,
        "leaf_sha256": session.get_one(LedgerLeaf, place).leaf_hash.hex(),
    }


def scan_of(session: Session, folder: Path, signature: Signature) -> bytes | None:
    """The scan of the paper that was signed, where it was paper; None also where the file is gone, or isn't the one
    whose SHA-256 was recorded: a document says what it has."""
    scan = session.scalars(select(PaperScan).filter_by(signature_id=signature.id)).one_or_none()
    path = folder / scan.file if scan else None
    data = path.read_bytes() if path and path.is_file() else None
    return data if scan and data is not None and sha256(data) == scan.sha256 else None
