"""Work to do after a commit: a row written in the same transaction as the fact that calls for it.

A handler runs outside any transaction and opens its own; it may run twice (a worker can die before it says that it is
done), so each handler is repeatable.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from reciproca.core.db import Base
from reciproca.core.leases import Leased, acknowledge, give_back, held, lease, put_back
from reciproca.core.work import Installation

Handler = Callable[[Installation, "OutboxItem"], None]
Stopping = Callable[[], bool]
"""Whether the process is asked to end: looked at between two items."""
log = structlog.get_logger(__name__)

BATCH = 20
"""Items under one lease."""


class OutboxItem(Leased, Base):
    """One thing to do: `kind` names the handler, `payload` is JSON; `key` makes a second request for it a no-op."""

    __tablename__ = "outbox_item"

    organisation_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(60))
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    payload: Mapped[dict[str, Any]]
    written_at: Mapped[datetime]


def never() -> bool:
    """What a process asks that nobody stops on the way."""
    return False


def drain(
    installation: Installation,
    handlers: Mapping[str, Handler],
    *,
    limit: int = BATCH,
    stopping: Stopping = never,
) -> int:
    """Do what is due now, item by item, each acknowledged in its own transaction; what isn't begun when the process
    is `stopping` is put back for the next one. Returns how many were done."""
    database, clock, seconds = installation.database, installation.clock, installation.settings.lease
    with database.transaction() as session:
        items = list(lease(session, OutboxItem, now=clock.now(), limit=limit, seconds=seconds))
    done = 0
    with held(database, clock, tuple(items), seconds=seconds):
        while items and not stopping():
            installation.traffic.give_way()  # what people wait for comes first
            done += _do(installation, handlers, items.pop(0))
    if items:
        with installation.database.transaction() as session:
            put_back(session, items)
    return done


def drain_all(
    installation: Installation, handlers: Mapping[str, Handler], *, stopping: Stopping = never
) -> int:
    """Drain until nothing is due, or the process is `stopping`. Returns how many items were done."""
    total = 0
    while not stopping() and (done := drain(installation, handlers, stopping=stopping)):
        total += done
    return total


def try_again(installation: Installation) -> int:
    """Have everything that failed for good tried again, from the first try on. Returns how many items."""
    with installation.database.transaction() as session:
        failed = list(session.scalars(select(OutboxItem).filter_by(state="failed")))
        for item in failed:
            item.state, item.attempts, item.not_before = "pending", 0, installation.clock.now()
        return len(failed)


def failures(session: Session) -> int:
    """How many items have failed for good."""
    return session.scalar(select(func.count()).select_from(OutboxItem).filter_by(state="failed")) or 0


def _do(installation: Installation, handlers: Mapping[str, Handler], item: OutboxItem) -> bool:
    try:
        handlers[item.kind](installation, item)
    except Exception as error:  # noqa: BLE001 -- whatever a handler raises, the item is kept, shown and tried again
        log.warning("outbox.failed", kind=item.kind, item=item.uid, attempt=item.attempts, error=repr(error))
        reason = repr(error)
        _close(installation, lambda line, now: give_back(line, item, now=now, reason=reason))
        return False
    return _close(installation, lambda line, now: acknowledge(line, item, now=now))


def _close(installation: Installation, step: Callable[[Connection, datetime], bool]) -> bool:
    with installation.database.at_once() as line:
        return step(line, installation.clock.now())
