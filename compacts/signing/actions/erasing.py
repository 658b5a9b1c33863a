"""Erasing what a signature's evidence says of a person, where the law asks for it: the record goes, its leaf stays."""

from sqlalchemy import select

from reciproca.compacts.signing.rules import PHYSICIAN
from reciproca.compacts.signing.tables import PaperScan, SealedDocument, Signature, SignatureEvidence
from reciproca.core.canonical import clean_text
from reciproca.core.errors import Conflict, Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.ledger.append import erase
from reciproca.core.ledger.entry import ERASED
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

REMOVE = "remove_documents"
"""Outbox kind: take files out of the home's documents."""


def erase_evidence(work: Work, *, signature_uid: str, reason: str) -> Signature:
    """Erase the record of a physician's signature and its salt, the name beside it, its sealed files and the scan of
    its paper; for good. The ledger gains the act, with the `reason`, which must not name the person. What remains says
    that somebody signed which text when, and that the evidence was erased. NotFound, Invalid, Conflict when it is
    erased already."""
    authorize(work, Action.EVIDENCE_ERASE)
    why = clean_text(reason)
    if not why:
        raise Invalid(
            detail=_("An erasure needs its reason. Nothing was changed."),
            remedy=_("Give the decision or the law that asks for it, without the person’s name."),
        )
    signature = _erasable(work, signature_uid)
    erase(work.session, uid=signature.evidence_uid, table=SignatureEvidence)
    signature.name_as_signed = ""
    document = work.session.scalars(select(SealedDocument).filter_by(signature_id=signature.id)).one_or_none()
    names = list(work.session.scalars(select(PaperScan.file).filter_by(signature_id=signature.id)))
    if document is not None:
        names += [document.pdf, document.bundle]
        work.session.delete(document)
    if names:
        work.enqueue(REMOVE, {"names": names})
    work.act(ERASED, about=signature.evidence_uid, record={"signature": signature.uid, "reason": why})
    return signature


def _erasable(work: Work, uid: str) -> Signature:
    found = work.session.scalars(select(Signature).filter_by(uid=uid).with_for_update()).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("There is no such signature. Nothing was changed."), remedy=_("Check its uid.")
        )
    if found.role != PHYSICIAN:
        raise Invalid(
            detail=_("This is the organisation’s signature: every document that it covers stands on it. Nothing was "
                     "changed."),
            remedy=_("Erase the physicians’ signatures that the decision is about."),
        )  # fmt: skip
    if found.is_erased:
        raise Conflict(detail=_("This evidence is erased already. Nothing was changed."))
    return found
