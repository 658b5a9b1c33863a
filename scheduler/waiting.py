"""What waits, seen from outside: how much of each queue is due, since when, and how much failed for good. A scheduler
that doesn't run shows in nothing else, because everything that it does is derived from rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from reciproca.compacts.notices.tables import Delivery
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.webhooks.tables import WebhookDelivery
from reciproca.core.db import ACROSS
from reciproca.core.outbox import OutboxItem


@dataclass(frozen=True, kw_only=True)
class Queue:
    """One queue of all organisations: `due` rows that somebody should have taken, `oldest` of them since when (None
    when there are none), `failed` for good."""

    name: str
    due: int
    oldest: datetime | None
    failed: int = 0


def queues(session: Session, *, now: datetime) -> Sequence[Queue]:
    """The outbox, deliveries, webhooks, and obligations with a reminder, at the instant `now`."""
    return (
        _leased(session, "outbox", OutboxItem, now),
        _leased(session, "deliveries", Delivery, now),
        _leased(session, "webhooks", WebhookDelivery, now),
        _due(
            session,
            "obligations",
            Obligation.next_at,
            (Obligation.state == "open") & (Obligation.next_at <= now),
        ),
    )


def outcomes(session: Session, *, since: datetime) -> dict[str, int]:
    """How many deliveries ended in which way after `since`: as the channel said (`handed_over`, `written`, `refused`),
    as the other side said later (`bounced`), or `failed` where nobody said anything at any try."""
    word = func.coalesce(Delivery.outcome, case((Delivery.state == "failed", "failed")))
    asked = select(word, func.count()).where(word.is_not(None), Delivery.not_before >= since).group_by(word)
    return {str(name): number for name, number in session.execute(asked, execution_options=ACROSS)}


def _leased(
    session: Session, name: str, table: type[OutboxItem | Delivery | WebhookDelivery], now: datetime
) -> Queue:
    free = (table.state == "pending") | ((table.state == "leased") & (table.lease_until < now))
    failed = select(func.count()).select_from(table).where(table.state == "failed")
    count = session.scalar(failed, execution_options=ACROSS) or 0
    return _due(session, name, table.not_before, free & (table.not_before <= now), count)


def _due(
    session: Session,
    name: str,
    since: InstrumentedAttribute[Any],
    these: ColumnElement[bool],
    failed: int = 0,
) -> Queue:
    due, oldest = session.execute(
        select(func.count(since), func.min(since)).where(these), execution_options=ACROSS
    ).one()
    return Queue(name=name, due=due, oldest=oldest, failed=failed)
