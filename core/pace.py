"""How fast something may be done, by all processes together: a mail relay that is asked too much turns mail away.

A row holds the instant from which the next one is free. Each one that is done moves it on by one interval, so the pace
is even; after a quiet time a few may go at once, as many as `burst` says.
"""

from datetime import datetime, timedelta

from sqlalchemy import String, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from reciproca.core.db import Base

MINUTE = timedelta(minutes=1)


class Pace(Base):
    """What has a pace, by `name`: `free_at` is when the next one may go, in the past when several may."""

    __tablename__ = "pace"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    free_at: Mapped[datetime]


def free(session: Session, name: str, *, now: datetime, per_minute: int, burst: int) -> int:
    """How many may go at `now`, `burst` at most. The row stays locked until the transaction ends, so that two
    processes aren't given the same ones; see `spend`."""
    row = _locked(session, name, now=now)
    interval = MINUTE / per_minute
    row.free_at = max(row.free_at, now - interval * (burst - 1))
    return max(0, min(burst, (now - row.free_at) // interval + 1))


def spend(session: Session, name: str, *, now: datetime, per_minute: int, count: int) -> None:
    """`count` of them go; negative where some of those spent before didn't go after all."""
    _locked(session, name, now=now).free_at += MINUTE / per_minute * count


def _locked(session: Session, name: str, *, now: datetime) -> Pace:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    made = dialect.insert(Pace).values(name=name, free_at=now).on_conflict_do_nothing()
    session.execute(made)
    return session.scalars(select(Pace).filter_by(name=name).with_for_update()).one()
