"""Documents that wait: signatures whose seal failed, and seals that lack their time stamp. For who runs the system."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

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
