"""A poll, whom it asked about what, what each said while it is open, and what all said together once it is closed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Tenant, tenant_keys, word
from reciproca.plugins.types import Rating


class Poll(Tenant, Base):
    """What the people of an agreement are asked for `subject_uid` (a review), until the day `last_day` is over.
    `minimum`: how many must be able to judge a thing before anything is said of it, fixed at the opening. `answered`
    is known once it is closed, and not even then where they were too few to tell."""

    __tablename__ = "poll"
    __table_args__ = (
        *tenant_keys(compact_id="compact", version_id="version"),
        UniqueConstraint("organisation_id", "subject_uid"),
    )

    compact_id: Mapped[int]
    version_id: Mapped[int]
    subject_uid: Mapped[str] = mapped_column(String(36))
    minimum: Mapped[int]
    asked: Mapped[int]
    last_day: Mapped[date]
    closed_at: Mapped[datetime | None]
    answered: Mapped[int | None]


class Asked(Tenant, Base):
    """Somebody who is asked, about at most seven commitments (ids). `unit` is where they stood when they were asked:
    the path of names in the tree. Whether they answered isn't kept once the poll is closed."""

    __tablename__ = "poll_asked"
    __table_args__ = (
        *tenant_keys(poll_id="poll", person_id="person"),
        UniqueConstraint("organisation_id", "poll_id", "person_id"),
    )

    poll_id: Mapped[int]
    person_id: Mapped[int]
    unit: Mapped[str] = mapped_column(String(500))
    commitment_ids: Mapped[list[Any]]


class Opinion(Tenant, Base):
    """What one person says of one commitment, while the poll is open: closing it deletes every one of them."""

    __tablename__ = "poll_opinion"
    __table_args__ = (
        *tenant_keys(asked_id="poll_asked", commitment_id="commitment"),
        UniqueConstraint("organisation_id", "asked_id", "commitment_id"),
    )

    asked_id: Mapped[int]
    commitment_id: Mapped[int]
    rating: Mapped[Rating] = mapped_column(word(Rating, "opinion_rating"))


class Finding(Tenant, Base):
    """What all said together of one commitment: `rating` in a word, if enough could judge; `groups` as
    `core.suppression` lets them be published: units, how many answered, and how many gave which answers."""

    __tablename__ = "poll_finding"
    __table_args__ = (
        *tenant_keys(poll_id="poll", commitment_id="commitment"),
        UniqueConstraint("organisation_id", "poll_id", "commitment_id"),
    )

    poll_id: Mapped[int]
    commitment_id: Mapped[int]
    rating: Mapped[Rating | None] = mapped_column(word(Rating, "finding_rating"))
    groups: Mapped[list[Any]]
