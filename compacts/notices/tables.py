"""A notice is what somebody is told; a delivery is one try to tell it through one channel."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Tenant, tenant_keys, word
from reciproca.core.leases import Leased
from reciproca.plugins.types import Side


class Notice(Tenant, Base):
    """A message to a person. For a reminder, (obligation, step, person) is its occurrence: integers that don't depend
    on the clock, so that a second sweep adds nothing. `kind` is a word of `words.Kind`; `side` is the side that owes;
    `data` is what the words of any other kind need (a reminder's are its obligation's)."""

    __tablename__ = "notice"
    __table_args__ = (
        *tenant_keys(person_id="person", obligation_id="obligation"),
        UniqueConstraint("organisation_id", "obligation_id", "step", "person_id"),
        Index("ix_notice_inbox", "organisation_id", "person_id", "uid"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int]
    obligation_id: Mapped[int | None]
    step: Mapped[int | None]
    side: Mapped[Side | None] = mapped_column(word(Side, "notice_side"))
    data: Mapped[dict[str, Any]]
    written_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Delivery(Leased, Tenant, Base):
    """A notice through one channel. The Message-ID is made of `key`, the occurrence's own name, so that a message that
    is sent twice after a crash is recognised as one. States as in `Leased`, and `dropped` when its reason had passed
    before it was sent; `outcome` is what the channel truly knows (`handed_over`, `written`, `refused`), `reference`
    its name for the message (the Message-ID, or the file in the mail drop)."""

    __tablename__ = "delivery"
    __table_args__ = (
        *tenant_keys(notice_id="notice"),
        UniqueConstraint("organisation_id", "notice_id", "channel"),
        Index("ix_delivery_waiting", "state", "not_before"),
    )

    notice_id: Mapped[int]
    channel: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120))
    outcome: Mapped[str | None] = mapped_column(String(20))
    reference: Mapped[str | None] = mapped_column(String(250))
