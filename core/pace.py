"""So many in a minute, counted by all processes together: what a mail relay asks of its customers.

A bucket that fills evenly and holds ten seconds' worth (RFC 2697 calls its size the burst): whoever takes work in hand
first takes from the bucket, in the same transaction.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from reciproca.core.db import Base

BURST_SECONDS = 10


class Pace(Base):
    """The bucket of what `name` limits: how much is `left` in it since `counted_at`."""

    __tablename__ = "pace"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    left: Mapped[float]
    counted_at: Mapped[datetime]


def paced(
    session: Session, name: str, *, per_minute: int, now: datetime, limit: int, take: Callable[[int], int]
) -> int:
    """Call `take` with how much of `limit` may be taken now, and count what it says that it took; 0 when nothing may
    be. `per_minute` 0: no limit."""
    if not per_minute:
        return take(limit)
    row = _row(session, name, per_minute, now)
    passed = max((now - row.counted_at).total_seconds(), 0.0)
    most = max(per_minute * BURST_SECONDS / 60, 1.0)
    row.left, row.counted_at = min(row.left + passed * per_minute / 60, most), max(now, row.counted_at)
    taken = take(min(limit, int(row.left))) if row.left >= 1 else 0
    row.left -= taken
    session.flush()
    return taken


def _row(session: Session, name: str, per_minute: int, now: datetime) -> Pace:
    """The bucket, locked: full when it is new."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    full = {"name": name, "left": max(per_minute * BURST_SECONDS / 60, 1.0), "counted_at": now}
    session.execute(dialect.insert(Pace).values(**full).on_conflict_do_nothing())
    return session.scalars(select(Pace).filter_by(name=name).with_for_update()).one()
