"""Archive stamps for documents that are there: made outside any transaction, kept as new files, then said to be there.

Nobody waits for them. One that fails is written down with its reason, listed, and tried again.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from reciproca.compacts.signing.gathering import FOLDER, keep, sealer
from reciproca.compacts.signing.proofs import ARCHIVED
from reciproca.compacts.signing.sealing import Made
from reciproca.compacts.signing.tables import SealedDocument, Signature
from reciproca.core.canonical import sha256
from reciproca.core.errors import ReciprocaError
from reciproca.core.keys import withdrawn_list
from reciproca.core.ledger.entry import instant
from reciproca.core.outbox import OutboxItem
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Installation, Work
from reciproca.plugins.events import DocumentArchived

if TYPE_CHECKING:
    from reciproca.compacts.signing.archiving import Archived

log = structlog.get_logger(__name__)
Names = tuple[str, str]
"""The files of a document in HOME/documents: PDF and bundle."""


@dataclass(frozen=True, kw_only=True)
class Stamped:
    """A document with its new archive stamp: the files to keep, until when it is good, and when the next one is due."""

    made: Made
    until: datetime
    due: datetime


@dataclass(frozen=True, kw_only=True)
class Failed:
    """No archive stamp, and why. `is_final`: there is never one for this document."""

    reason: str
    is_final: bool


def archive_document(installation: Installation, item: OutboxItem) -> None:
    """Outbox kind `archive`: one more archive stamp for the document of the signature in the payload. Nothing is done
    where its PDF is gone, was made anew meanwhile, or has this stamp already."""
    who, uid = sealer(item), str(item.payload["signature"])
    with installation.work(who, write=False) as work:
        there = _document(work, uid)
        before = (there.pdf, there.bundle) if there else None
    if before is None or before[0] != item.payload["pdf"]:
        return
    outcome = _outcome(installation, *before)
    if isinstance(outcome, Failed):
        with installation.work(who) as work:
            record_failure(work, uid, before, outcome)
        return
    names = keep(installation.settings, uid, outcome.made)
    with installation.work(who) as work:
        unwanted = record_archive(work, uid, before, outcome, names)
    for name in unwanted:
        with suppress(FileNotFoundError):
            (installation.settings.home / FOLDER / name).unlink()


def record_archive(
    work: Work, signature_uid: str, before: Names, outcome: Stamped, names: Names
) -> tuple[str, ...]:
    """Say that the document whose files were `before` has its archive stamp in the files `names`. Returns the names of
    files that are no longer wanted: `before`, or `names` where the document is another by now."""
    authorize(work, Action.DOCUMENT_SEAL)
    document = _document(work, signature_uid, locked=True)
    if document is None or (document.pdf, document.bundle) != before:
        return names
    revisions = [*document.detail.get("revisions", [document.pdf_sha256]), outcome.made.pdf_sha256]
    document.pdf, document.bundle = names
    document.pdf_sha256 = outcome.made.pdf_sha256
    document.detail = {**document.detail, **outcome.made.seal, "revisions": revisions}
    document.archive_due_at, document.archive_until, document.archive_failure = (
        outcome.due,
        outcome.until,
        None,
    )
    work.record(
        DocumentArchived(
            organisation=work.organisation.uid,
            at=instant(work.now),
            signature=signature_uid,
            digest=outcome.made.pdf_sha256,
            until=instant(outcome.until),
        )
    )
    return tuple(name for name in before if name not in names)


def record_failure(work: Work, signature_uid: str, before: Names, outcome: Failed) -> None:
    """Say why the document whose files are `before` has no archive stamp; it is tried again unless that is final."""
    authorize(work, Action.DOCUMENT_SEAL)
    log.warning("archive.missing", signature=signature_uid, reason=outcome.reason)
    document = _document(work, signature_uid, locked=True)
    if document is None or (document.pdf, document.bundle) != before:
        return
    document.archive_failure = None if outcome.is_final else outcome.reason[:500]
    if outcome.is_final:
        document.archive_due_at = None


def _document(work: Work, signature_uid: str, *, locked: bool = False) -> SealedDocument | None:
    authorize(work, Action.DOCUMENT_SEAL)
    found = select(SealedDocument).join(Signature, Signature.id == SealedDocument.signature_id)
    found = found.where(Signature.uid == signature_uid)
    return work.session.scalars(found.with_for_update(of=SealedDocument) if locked else found).one_or_none()


def _outcome(installation: Installation, pdf: str, bundle: str) -> Stamped | Failed:
    from reciproca.compacts.signing import archiving  # noqa: PLC0415 -- pyHanko is a fifth of every command's start
    from reciproca.compacts.signing.authority import NoStamp  # noqa: PLC0415 -- the same

    folder = installation.settings.home / FOLDER
    try:
        archived = _archived(installation, (folder / pdf).read_bytes())
        renewed = archiving.rebundled((folder / bundle).read_bytes(), archived.pdf, installation.keys)
    except archiving.NotArchivable as reason:
        return Failed(reason=str(reason), is_final=True)
    except (NoStamp, ReciprocaError, OSError, *archiving.FINDINGS) as reason:
        return Failed(reason=f"{type(reason).__name__}: {reason}", is_final=False)
    said = {"level": ARCHIVED, "archived_at": archived.at.isoformat()}
    made = Made(pdf=archived.pdf, bundle=renewed, pdf_sha256=sha256(archived.pdf), seal=said)
    return Stamped(made=made, until=archived.until, due=archived.due)


def _archived(installation: Installation, pdf: bytes) -> "Archived":
    from reciproca.compacts.signing.archiving import Archivist  # noqa: PLC0415 -- as above
    from reciproca.compacts.signing.authority import NoStamp, authority_of  # noqa: PLC0415 -- as above

    settings, clock = installation.settings, installation.clock
    authority = authority_of(settings, clock.now)
    if authority is None:
        raise NoStamp("no time-stamp authority is set")
    withdrawn = withdrawn_list(settings.keys_folder, clock.now())
    return Archivist(authority=authority, root=installation.keys.root, withdrawn=withdrawn).archived(pdf)
