"""One kind of row for everything that can be due, on either side."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Revised, Tenant, tenant_keys, word
from reciproca.plugins.types import Side


class Obligation(Tenant, Revised, Base):
    """What `side` owes: `kind` and `subject_uid` say what, `holder` says who ("person:<uid>" or "post:<uid>"),
    `due_local` (YYYY-MM-DDTHH:MM) in `zone` says by when. `title` and `sentence` (what must be said wherever it is
    spoken of, such as what a signature is and is not) are {locale: text}; `path` is its page. `family` is `duty` or
    `invitation`; `next_at` (UTC) is when the sweep must look at it next: at its next reminder, at the end of an
    invitation, or never (None). `state`: open, met, closed (no answer), cancelled. `moved_at`: when its day
    was last changed; what was written before speaks of another. `snoozed_until`: the local day before which
    whoever owes it isn't reminded, by their own wish.
    `compact_uid`: the agreement that it is about, whose policy it has unless `has_own_policy` (as a campaign can).
    `revision` grows with every change of what, whose or when: calendars take it for their SEQUENCE."""

    __tablename__ = "obligation"
    __table_args__ = (
        *tenant_keys(person_id="person", post_id="post"),
        UniqueConstraint("organisation_id", "kind", "subject_uid", "holder"),
        Index("ix_obligation_open_next_at", "state", "next_at"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    subject_uid: Mapped[str] = mapped_column(String(36))
    side: Mapped[Side] = mapped_column(word(Side))
    family: Mapped[str] = mapped_column(String(12))
    holder: Mapped[str] = mapped_column(String(50))
    person_id: Mapped[int | None]
    post_id: Mapped[int | None]
    title: Mapped[dict[str, Any]]
    sentence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    path: Mapped[str] = mapped_column(String(200), default="/")
    due_local: Mapped[str] = mapped_column(String(16))
    zone: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default="open")
    ended_at: Mapped[datetime | None]
    moved_at: Mapped[datetime | None]
    snoozed_until: Mapped[date | None]
    snooze_reason: Mapped[str | None] = mapped_column(Text)
    compact_uid: Mapped[str | None] = mapped_column(String(36))
    has_own_policy: Mapped[bool] = mapped_column(default=False)


class ReminderStep(Tenant, Base):
    """One reminder of an obligation, computed in Python when the obligation is written: `step` counts from 0, `at` is
    its UTC instant; without `by_mail` it is told on the page of messages alone. The sweep turns the due ones into
    notices in one statement."""

    __tablename__ = "reminder_step"
    __table_args__ = (
        *tenant_keys(obligation_id="obligation"),
        UniqueConstraint("organisation_id", "obligation_id", "step"),
    )

    obligation_id: Mapped[int]
    step: Mapped[int]
    offset_days: Mapped[int]
    at: Mapped[datetime]
    by_mail: Mapped[bool] = mapped_column(default=True)
