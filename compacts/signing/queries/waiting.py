"""Documents that wait: signatures whose seal failed, seals that lack their time stamp, archive stamps that failed or
end. For who runs the system."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reciproca.compacts.signing.tables import SealedDocument, Signature
from reciproca.compacts.signing.writing import SEAL, SEAL_VERSION, STAMP
from reciproca.core.db import ACROSS
from reciproca.core.outbox import OutboxItem


def unsealed(session: Session) -> Sequence[OutboxItem]:
    """The jobs of sealing that have failed at least once and are not done, in all organisations, the oldest first."""
    asked = select(OutboxItem).where(
        OutboxItem.kind.in_((SEAL, SEAL_VERSION)),
        OutboxItem.state.in_(("pending", "leased", "failed")),
        OutboxItem.failure.is_not(None),
    )
    return session.scalars(asked.order_by(OutboxItem.id), execution_options=ACROSS).all()


def unstamped(session: Session) -> int:
    """How many documents still wait for their time stamp."""
    asked = select(func.count()).select_from(OutboxItem)
    return session.scalar(asked.where(OutboxItem.kind == STAMP, OutboxItem.state != "done")) or 0


SOON = timedelta(days=30)
"""How long before its end a document's archive is said to end: by then it should long have been renewed."""


@dataclass(frozen=True, kw_only=True)
class Archives:
    """How the archive stamps of all documents stand: how many have one, how many end within SOON or have ended, when
    the first ends (None: there are none), and how many could not be made, with one of the reasons."""

    kept: int
    ending: int
    ended: int
    first: datetime | None
    failed: int
    failure: str | None


def archives(session: Session, now: datetime) -> Archives:
    """How the archive stamps of all organisations stand at the instant `now`. One query."""
    until, failure = SealedDocument.archive_until, SealedDocument.archive_failure
    asked = select(
        func.count(until),
        func.count(until).filter(until > now, until <= now + SOON),
        func.count(until).filter(until <= now),
        func.min(until),
        func.count(failure),
        func.min(failure),
    )
    kept, ending, ended, first, failed, reason = session.execute(asked, execution_options=ACROSS).one()
    return Archives(kept=kept, ending=ending, ended=ended, first=first, failed=failed, failure=reason)


def unarchived(session: Session) -> Sequence[tuple[str, SealedDocument]]:
    """Documents whose last try at an archive stamp failed, each with the uid of its signature, the oldest first."""
    asked = select(Signature.uid, SealedDocument).join(
        SealedDocument, SealedDocument.signature_id == Signature.id
    )
    found = asked.where(SealedDocument.archive_failure.is_not(None)).order_by(SealedDocument.id)
    return [(uid, document) for uid, document in session.execute(found, execution_options=ACROSS)]
