"""Everything that one has signed, for good: also when the text has been replaced, and after leaving."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reciproca.compacts.drafting.queries import all_titles
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.signing.rules import PHYSICIAN
from reciproca.compacts.signing.tables import SealedDocument, Signature
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A signature of one's own, the version that it is on, what the agreement is called in each language, and its
    document (None while it is made)."""

    signature: Signature
    version: Version
    titles: Mapping[str, str]
    document: SealedDocument | None


def archive(work: Work) -> Sequence[Kept]:
    """What the actor has signed as a physician, the newest first. Two queries."""
    authorize(work, Action.EVIDENCE_READ, person_id=work.actor.person_id)
    mine = (
        select(Signature, Version, SealedDocument)
        .join(Version, Version.id == Signature.version_id)
        .outerjoin(SealedDocument, SealedDocument.signature_id == Signature.id)
        .where(Signature.person_id == work.actor.person_id, Signature.role == PHYSICIAN)
        .order_by(Signature.signed_at.desc(), Signature.id.desc())
    )
    rows = work.session.execute(mine).all()
    titles = all_titles(work, compact_ids=[version.compact_id for _signature, version, _document in rows])
    return [
        Kept(
            signature=signature,
            version=version,
            titles=titles.get(version.compact_id, {}),
            document=document,
        )
        for signature, version, document in rows
    ]
