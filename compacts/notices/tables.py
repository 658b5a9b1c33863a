"""A notice is what somebody is told; a delivery is one message that carries notices through one channel."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, case, or_
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Tenant, tenant_keys, word
from reciproca.core.leases import Leased
from reciproca.plugins.types import Side

GATHERING = "gathering"
"""A message of the day that the sweep still puts notices into: nobody takes it yet."""


PATIENCE = timedelta(hours=1)
"""How long a digest lets urgent messages pass: a relay that is slow for a day must not keep it for that day."""


class Notice(Tenant, Base):
    """What a person is told. For a reminder, (obligation, step, person) is its occurrence: integers that don't depend
    on the clock, so that a second sweep adds nothing. `kind` is a word of `words.Kind`; `side` is the side that owes;
    `data` is what the words of any other kind need (a reminder's are its obligation's). `delivery_id` is the message
    that carries it, none for a person without an address; `left_out` says why that message went without it,
    or why there is none for it."""

    __tablename__ = "notice"
    __table_args__ = (
        *tenant_keys(person_id="person", obligation_id="obligation", delivery_id="delivery"),
        UniqueConstraint("organisation_id", "obligation_id", "step", "person_id"),
        Index("ix_notice_inbox", "organisation_id", "person_id", "uid"),
        Index("ix_notice_delivery_id", "delivery_id"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int]
    obligation_id: Mapped[int | None]
    step: Mapped[int | None]
    side: Mapped[Side | None] = mapped_column(word(Side, "notice_side"))
    data: Mapped[dict[str, Any]]
    written_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    delivery_id: Mapped[int | None]
    left_out: Mapped[str | None] = mapped_column(String(20))


class Delivery(Leased, Tenant, Base):
    """One message to a person through one channel. News has one each; reminders of one local `day` share one, whose
    `turn` counts from 0: what comes due after it went is the next turn's. `gathered_at`: when it was last put into.
    The Message-ID is made of `key`, the message's own name, so that one that is sent twice after a crash is recognised.
    States as in `Leased`, `gathering` before them, and `dropped` when everything in it had passed before it was sent;
    `outcome` is what the channel truly knows (`handed_over`, `written`, `refused`), `reference` its name for the
    message (the Message-ID, or the file in the mail drop). `is_urgent`: it goes before others, which wait for that
    no longer than `PATIENCE`."""

    __tablename__ = "delivery"
    __table_args__ = (
        *tenant_keys(person_id="person"),
        UniqueConstraint("organisation_id", "person_id", "channel", "day", "turn"),
        Index("ix_delivery_waiting", "state", "not_before"),
    )

    person_id: Mapped[int]
    channel: Mapped[str] = mapped_column(String(40))
    day: Mapped[date | None]
    turn: Mapped[int | None]
    gathered_at: Mapped[datetime | None]
    key: Mapped[str] = mapped_column(String(120))
    outcome: Mapped[str | None] = mapped_column(String(20))
    reference: Mapped[str | None] = mapped_column(String(250))
    is_urgent: Mapped[bool] = mapped_column(default=True)

    @classmethod
    def order(cls, now: datetime) -> tuple[Any, ...]:
        """What is urgent first, and whatever has waited long enough."""
        first = or_(cls.is_urgent, cls.not_before <= now - PATIENCE)
        return case((first, 0), else_=1), cls.not_before, cls.id
