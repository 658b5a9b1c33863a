"""Which files of the home the rows speak of."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from reciproca.compacts.signing.gathering import FOLDER
from reciproca.compacts.signing.tables import PaperScan, SealedDocument, Signature
from reciproca.core.db import ACROSS


def files_on_record(session: Session) -> set[str]:
    """Paths in the home of every document and scan, of all organisations; an erased signature has none any more."""
    sealed = session.execute(select(SealedDocument.pdf, SealedDocument.bundle), execution_options=ACROSS)
    there = PaperScan.signature_id.is_(None) | (Signature.name_as_signed != "")
    asked = select(PaperScan.file).outerjoin(Signature, Signature.id == PaperScan.signature_id).where(there)
    scans = session.execute(asked, execution_options=ACROSS)
    return {f"{FOLDER}/{name}" for rows in (sealed, scans) for row in rows for name in row if name}
