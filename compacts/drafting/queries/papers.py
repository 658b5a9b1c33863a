"""What came from elsewhere with a version: pieces that found no place, and signatures on paper."""

from collections.abc import Sequence

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Leftover, PaperSignature, Version
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def leftovers(work: Work, *, version: Version, is_settled: bool | None = None) -> Sequence[Leftover]:
    """What found no place when a version was made of a document, in its order; all, or only what is (not) settled."""
    authorize(work, Action.COMPACT_READ)
    statement = select(Leftover).filter_by(version_id=version.id).order_by(Leftover.position)
    if is_settled is not None:
        settled = Leftover.settled_at.is_not(None)
        statement = statement.where(settled if is_settled else ~settled)
    return work.session.scalars(statement).all()


def paper_signatures(work: Work, *, version: Version) -> Sequence[PaperSignature]:
    """Signatures on paper under a version, as their recorder told them: nobody verified them here."""
    authorize(work, Action.COMPACT_READ)
    statement = select(PaperSignature).filter_by(version_id=version.id).order_by(PaperSignature.id)
    return work.session.scalars(statement).all()
