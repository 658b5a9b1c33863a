"""Evidence and documents, for the person who signed and for the auditor; and what the organisation has to sign."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.people.staying import in_post
from reciproca.compacts.people.tables import Holding, Post
from reciproca.compacts.signing.rules import ORGANISATION, PHYSICIAN
from reciproca.compacts.signing.tables import SealedDocument, Signature, SignatureEvidence
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A signature and its record; `record` is None after a lawful erasure."""

    signature: Signature
    record: dict[str, Any] | None


def find_signature(work: Work, *, uid: str) -> Signature:
    """A signature, for its signer or an auditor. NotFound for everybody else, there or not."""
    authorize(work, Action.EVIDENCE_READ, person_id=work.actor.person_id)
    asked = select(Signature).filter_by(uid=uid)
    if not is_allowed(work, Action.EVIDENCE_READ):
        asked = asked.filter_by(person_id=work.actor.person_id)
    found = work.session.scalars(asked).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("There is no such signature for you."), remedy=_("Your own ones are on the first page.")
        )
    return found


def show_evidence(work: Work, *, uid: str) -> Evidence:
    """The evidence of a signature, for its signer or an auditor. NotFound."""
    authorize(work, Action.EVIDENCE_READ, person_id=work.actor.person_id)
    signature = find_signature(work, uid=uid)
    row = work.session.get_one(SignatureEvidence, signature.evidence_uid)
    return Evidence(signature=signature, record=json.loads(row.record) if row.record else None)


def find_document(work: Work, *, uid: str) -> SealedDocument:
    """The sealed document of the signature `uid`, for its signer or an auditor. NotFound, also while it is made."""
    authorize(work, Action.EVIDENCE_READ, person_id=work.actor.person_id)
    signature = find_signature(work, uid=uid)
    found = work.session.scalars(select(SealedDocument).filter_by(signature_id=signature.id)).one_or_none()
    if signature.is_erased:
        raise NotFound(
            detail=_(
                "The evidence of this signature, and its document, were erased because the law asks for it."
            ),
            remedy=_("The record of decisions still shows that it was given, and that it was erased."),
        )
    if found is None:
        raise NotFound(
            detail=_("The document is still being made. The signature is recorded already."),
            remedy=_("Come back in a minute."),
        )
    return found


def signed_version(work: Work, *, uid: str) -> Version:
    """The version that the signature `uid` is on, for its signer or an auditor. NotFound."""
    authorize(work, Action.EVIDENCE_READ, person_id=work.actor.person_id)
    return work.session.get_one(Version, find_signature(work, uid=uid).version_id)


def organisation_signature(work: Work, *, version: Version) -> Signature | None:
    """The organisation's signature for the whole version, where it signs once."""
    authorize(work, Action.COMPACT_READ)
    return work.session.scalars(
        select(Signature).filter_by(version_id=version.id, slot=ORGANISATION)
    ).one_or_none()


def to_countersign(work: Work, *, version: Version) -> Sequence[Signature]:
    """Physicians' signatures that the organisation hasn't signed yet, the oldest first."""
    authorize(work, Action.ORGANISATION_SIGN)
    covered = select(Signature.covers_id).where(
        Signature.version_id == version.id, Signature.covers_id.is_not(None)
    )
    return work.session.scalars(
        select(Signature)
        .where(
            Signature.version_id == version.id,
            Signature.role == PHYSICIAN,
            Signature.withdrawn_at.is_(None),
            Signature.name_as_signed != "",  # nothing is left to countersign
            Signature.id.not_in(covered),
        )
        .order_by(Signature.id)
    ).all()


def post_titles(work: Work, *, person_id: int) -> Sequence[str]:
    """The posts that a person holds today, those that they hold themselves before those where they are deputy."""
    authorize(work, Action.COMPACT_READ)
    asked = select(Post.title).join(Holding, Holding.post_id == Post.id)
    mine = asked.where(Holding.person_id == person_id, in_post(work.today()))
    return work.session.scalars(mine.order_by(Holding.is_deputy, Post.id)).all()
