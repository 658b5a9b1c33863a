"""Blind lists: what each side gives and hopes to get, and the themes that the steward finds in both."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Revised, Tenant, tenant_keys, word
from reciproca.plugins.types import Side


class Direction(StrEnum):
    """What the person gives, or hopes to get from the other side."""

    GIVE = "give"
    GET = "get"


class Elicitation(Tenant, Revised, Base):
    """A numbered round before the text. Nobody reads the other side's list until it is closed."""

    __tablename__ = "elicitation"
    __table_args__ = (
        *tenant_keys(compact_id="compact"),
        UniqueConstraint("organisation_id", "compact_id", "number"),
    )

    compact_id: Mapped[int]
    number: Mapped[int]
    question: Mapped[str]
    opened_at: Mapped[datetime]
    closes_on: Mapped[date]
    closed_at: Mapped[datetime | None]


class Strand(Tenant, Revised, Base):
    """A theme found in both lists. `identity` is the commitment that answers it (None: none yet)."""

    __tablename__ = "strand"
    __table_args__ = (
        *tenant_keys(elicitation_id="elicitation"),
        UniqueConstraint("organisation_id", "elicitation_id", "title"),
    )

    elicitation_id: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
    identity: Mapped[str | None] = mapped_column(String(36))
    made_at: Mapped[datetime]


class Wish(Tenant, Revised, Base):
    """One line of a blind list, under a random uid. `person_id` lets its author change it while the round is open;
    closing forgets it for good, and keeps no time."""

    __tablename__ = "wish"
    __table_args__ = (
        *tenant_keys(elicitation_id="elicitation", person_id="person", strand_id="strand"),
        Index("ix_wish_of_round", "organisation_id", "elicitation_id", "side", "direction"),
    )

    elicitation_id: Mapped[int]
    person_id: Mapped[int | None]
    side: Mapped[Side] = mapped_column(word(Side, "wish_side"))
    direction: Mapped[Direction] = mapped_column(word(Direction))
    locale: Mapped[str] = mapped_column(String(20))
    text: Mapped[str]
    strand_id: Mapped[int | None]
