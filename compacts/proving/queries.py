"""Proofs, for whoever may have them; and whether the ledger verified."""

from collections.abc import Sequence

from sqlalchemy import select

from reciproca.compacts.proving.endings import Ending, endings
from reciproca.compacts.signing.queries import find_signature
from reciproca.compacts.signing.tables import Signature
from reciproca.core.db import ACROSS
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.ledger import health, index, proving
from reciproca.core.ledger.consistency import Consistency, NotConsistent
from reciproca.core.ledger.note import open_checkpoint
from reciproca.core.ledger.proof import Proof
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.core.work import Work


def newest_checkpoint(work: Work) -> str:
    """The newest signed checkpoint, for anybody: it says nothing about anyone. NotFound while there is none."""
    authorize(work, Action.CHECKPOINT_READ)
    note = proving.newest_checkpoint(work.session)
    if not note:
        raise NotFound(detail=_("Nothing was decided here yet, so there is no checkpoint."))
    return note


def consistency(work: Work, *, old: int, new: int | None = None) -> Consistency:
    """The proof that the ledger of `new` leaves (None: of now) only added to that of `old`, for anybody. NotFound."""
    authorize(work, Action.CHECKPOINT_READ)
    return proving.consistency(work.session, old=old, new=new)


def consistency_with(work: Work, *, note: str) -> Consistency:
    """The proof that the ledger of now only added to that of the checkpoint `note`, which was kept elsewhere. Raises
    Unreadable, NotSigned, and NotConsistent where the ledger doesn't begin as that says."""
    authorize(work, Action.CHECKPOINT_READ)
    signer = work.keys.ledger_signer
    kept = open_checkpoint(note, signer.public_key, signer.origin)
    if not proving.begins_with(work.session, kept):
        raise NotConsistent(
            detail=_("The ledger doesn’t begin with what this checkpoint says: its history or its end was changed."),
            remedy=_("Run `reciproca ledger verify`, keep that checkpoint, and restore the last good backup."),
        )  # fmt: skip
    return proving.consistency(work.session, old=kept.size)


def prove_leaf(work: Work, *, leaf: int) -> Proof:
    """The proof of one leaf, counted from 0. NotFound."""
    authorize(work, Action.LEDGER_READ)
    return proving.inclusion(work.session, leaf)


def prove_signature(work: Work, *, uid: str) -> Proof:
    """The proof of a signature's evidence: for its signer and an auditor; for the console, in every organisation.
    NotFound."""
    authorize(work, Action.EVIDENCE_READ, person_id=work.actor.person_id)
    evidence = find_signature(work, uid=uid).evidence_uid if work.place else _evidence_anywhere(work, uid)
    where = index.positions(work.session, [evidence])
    if evidence not in where:
        raise health.broken()
    return proving.inclusion(work.session, where[evidence])


def ledger_is_broken(work: Work) -> bool:
    """Whether the last verification failed, for those who can do something about it; False for everybody else."""
    authorize(work, Action.CHECKPOINT_READ)
    if not is_allowed(work, Action.LEDGER_READ):
        return False
    last = health.last_check(work.session)
    return last is not None and not last.ok


def certificates_that_end(work: Work) -> Sequence[Ending]:
    """The certificates that end soon or have ended, for those who run the installation; nothing for anybody else."""
    authorize(work, Action.CHECKPOINT_READ)
    return endings(work.keys, work.now) if is_allowed(work, Action.INSTALLATION_OPERATE) else ()


def _evidence_anywhere(work: Work, uid: str) -> str:
    found = work.session.scalar(select(Signature.evidence_uid).filter_by(uid=uid), execution_options=ACROSS)
    if found is None:
        raise NotFound(detail=_("There is no such signature."), remedy=_("Check its uid."))
    return found
