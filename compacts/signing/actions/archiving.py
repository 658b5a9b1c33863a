"""Archive stamps that are due: asked for a few at a time, so that an authority that is away holds up nothing else."""

from datetime import timedelta

from sqlalchemy import select

from reciproca.compacts.signing.tables import SealedDocument, Signature
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

ARCHIVE = "archive"
"""Outbox kind: put an archive stamp on one document."""
BATCH = 20
AGAIN = timedelta(hours=1)
"""When a document that didn't get its archive stamp is tried again."""


def ask_for_archive_stamps(work: Work) -> list[str]:
    """Ask for the archive stamps that are due, where they are wanted: the first one of a document, or the next before
    its last one ends. While one fails, one at a time is tried. Returns the uids of the signatures whose documents they
    are."""
    authorize(work, Action.DOCUMENT_SEAL)
    if not work.settings.has_archive_stamps:
        return []
    failing = select(SealedDocument.id).where(SealedDocument.archive_failure.is_not(None)).limit(1)
    is_failing = work.session.scalars(failing).first() is not None
    due = (
        select(SealedDocument, Signature.uid)
        .join(Signature, Signature.id == SealedDocument.signature_id)
        .where(SealedDocument.archive_due_at <= work.now)
        .order_by(SealedDocument.archive_due_at, SealedDocument.id)
        .limit(1 if is_failing else BATCH)
        .with_for_update(of=SealedDocument, skip_locked=True)
    )
    asked = []
    for document, uid in work.session.execute(due):
        work.enqueue(ARCHIVE, {"signature": uid, "pdf": document.pdf})
        document.archive_due_at = work.now + AGAIN
        asked.append(uid)
    return asked
