"""The same POST twice is done once: one table of keys for forms (their hidden `_key`) and API (`Idempotency-Key`).

The first request writes its key and, in the same transaction, its answer; a second one waits for that transaction and
gets the same answer. A key that comes back with another body is refused.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from reciproca.core.db import Base
from reciproca.core.errors import Invalid
from reciproca.core.i18n import _

_AT_ONCE = {"synchronize_session": False}


class IdempotencyKey(Base):
    """One key, who used it, what was asked (as a digest) and what was answered."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("actor", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(120))
    request_sha256: Mapped[str] = mapped_column(String(64))
    written_at: Mapped[datetime]
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[str | None]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A response that can be given again: status, headers (Location, ETag, Content-Type) and text."""

    status: int
    headers: dict[str, str]
    body: str


def claim(session: Session, *, actor: str, key: str, request_sha256: str, now: datetime) -> Answer | None:
    """Take `key` for this request; None means it is new. An `Answer` means that it was done before: give that."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    values = {"actor": actor, "key": key, "request_sha256": request_sha256, "written_at": now}
    statement = dialect.insert(IdempotencyKey).values(**values).on_conflict_do_nothing()
    if session.scalar(statement.returning(IdempotencyKey.id)) is not None:
        return None
    earlier = session.scalars(select(IdempotencyKey).filter_by(actor=actor, key=key)).one()
    if earlier.request_sha256 != request_sha256:
        raise Invalid(
            detail=_("This idempotency key was used for a different request. Nothing was changed."),
            remedy=_("Use a new key for a new request."),
        )
    return Answer(status=earlier.status or 200, headers=dict(earlier.headers or {}), body=earlier.body or "")


def keep(session: Session, *, actor: str, key: str, answer: Answer) -> None:
    """Store the answer that later uses of `key` get."""
    mine = (IdempotencyKey.actor == actor) & (IdempotencyKey.key == key)
    kept = {"status": answer.status, "headers": answer.headers, "body": answer.body}
    session.execute(update(IdempotencyKey).where(mine).values(**kept), execution_options=_AT_ONCE)
