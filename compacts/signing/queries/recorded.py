"""Do the tables still say of each signature what its evidence says? The evidence is what the ledger covers."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reciproca.compacts.signing.tables import Signature, SignatureEvidence
from reciproca.core.db import ACROSS
from reciproca.core.ledger.tables import LedgerRecord

Problem = tuple[int | None, str]
_SAME = ("role", "locale", "text_sha256", "name_as_signed")


def check_signatures(session: Session) -> Iterable[Problem]:
    """Every signature that its evidence doesn't bear out, all evidence whose signature is gone, and each withdrawal
    that no record bears out."""
    rows = {row.evidence_uid: row for row in session.scalars(select(Signature), execution_options=ACROSS)}
    found = session.execute(select(SignatureEvidence.uid, SignatureEvidence.record))
    records = {uid: record for uid, record in found}  # noqa: C416 -- rows are typed, dict() isn't
    for uid in rows.keys() - records.keys():
        yield None, f"the signature {rows[uid].uid} names evidence that isn't there"
    for uid, record in records.items():
        if uid not in rows:
            yield None, f"the signature of the evidence {uid} is missing"
        elif record is not None:
            yield from _differences(rows[uid], _readable(record))
    yield from _withdrawals(session, [row for row in rows.values() if row.withdrawn_at or row.withdrawal_uid])


def _withdrawals(session: Session, rows: Sequence[Signature]) -> Iterator[Problem]:
    uids = [row.withdrawal_uid for row in rows if row.withdrawal_uid]
    found = session.execute(select(LedgerRecord.uid, LedgerRecord.record).where(LedgerRecord.uid.in_(uids)))
    said = {row.uid: _readable(row.record or "") for row in found}
    for row in rows:
        record = said.get(row.withdrawal_uid or "", {})
        fits = record.get("withdraws", {}).get("uid") == row.evidence_uid
        if not fits or row.withdrawn_at != _instant(record.get("at")):
            yield None, f"the withdrawal of the signature {row.uid} is not the one that was recorded"


def _differences(row: Signature, said: dict[str, Any]) -> Iterator[Problem]:
    differing = [name for name in _SAME if getattr(row, name) != said.get(name)]
    if row.signed_at != _instant(said.get("signed_at")):
        differing.append("signed_at")
    if differing:
        yield None, f"the signature {row.uid} was changed ({', '.join(differing)})"


def _instant(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _readable(record: str) -> dict[str, Any]:
    try:
        found = json.loads(record)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
