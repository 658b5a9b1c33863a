"""A notice is what somebody is told; a delivery is one message that carries notices through one channel."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Tenant, tenant_keys, word
from reciproca.core.leases import Leased
from reciproca.plugins.types import Side

GATHERING = "gathering"
"""A message of the day that the sweep still puts notices into: nobody takes it yet."""


URGENT, USUAL = 0, 1
"""What a message's `priority` says: whether it goes before others."""

IS_URGENT = text("priority = 0 AND state IN ('pending', 'leased')")
"""Those that go before others, in the words of their index: only so do databases use it."""


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
    `outcome` is what the channel truly knows (`handed_over`, `written`, `refused`), or `bounced` when it came back
    later; `reference` is its name for the message (the Message-ID, or the file in the mail drop)."""

    __tablename__ = "delivery"
    __table_args__ = (
        *tenant_keys(person_id="person"),
        UniqueConstraint("organisation_id", "person_id", "channel", "day", "turn"),
        Index("ix_delivery_waiting", "state", "not_before"),
        Index("ix_delivery_urgent", "not_before", sqlite_where=IS_URGENT, postgresql_where=IS_URGENT),
    )

    person_id: Mapped[int]
    channel: Mapped[str] = mapped_column(String(40))
    day: Mapped[date | None]
    turn: Mapped[int | None]
    gathered_at: Mapped[datetime | None]
    key: Mapped[str] = mapped_column(String(120))
    priority: Mapped[int] = mapped_column(SmallInteger(), default=USUAL, server_default=text("1"))
    outcome: Mapped[str | None] = mapped_column(String(20))
    reference: Mapped[str | None] = mapped_column(String(250))


class Bounce(Tenant, Base):
    """A message that came back. `address` is a digest of where it had been sent (the installation's secret is in it);
    `is_lasting`: that address can't be reached, by what the report says, and nothing more is mailed to it until the
    person has another, or `settled_at`: somebody said that it is right. `status` is the enhanced code (RFC 3463),
    `said` what the other server said."""

    __tablename__ = "bounce"
    __table_args__ = (
        *tenant_keys(person_id="person", delivery_id="delivery"),
        UniqueConstraint("organisation_id", "delivery_id"),
        Index("ix_bounce_person_id", "person_id"),
    )

    person_id: Mapped[int]
    delivery_id: Mapped[int]
    address: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(11))
    said: Mapped[str] = mapped_column(String(300))
    is_lasting: Mapped[bool]
    heard_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
