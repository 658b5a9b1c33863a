"""What people said of a draft, the points that alike comments make together, and the answer that each point got."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.compacts.drafting.tables import Attribution
from reciproca.core.db import ONLY_ON, Base, Revised, Tenant, tenant_keys, word
from reciproca.plugins.types import Side


class Disposition(StrEnum):
    """What was done about a point. There is no "noted": every answer says what changed, or why nothing did."""

    ACCEPTED = "accepted"
    CHANGED = "changed"
    DECLINED = "declined"


class Point(Tenant, Revised, Base):
    """One thing that was said, by one person or by many: it gets one answer. `consultation_id` is None while it waits
    for the next round. `identity` is the commitment that it is about (None: the whole text)."""

    __tablename__ = "point"
    __table_args__ = (
        *tenant_keys(version_id="version", consultation_id="consultation"),
        Index("ix_point_page", "organisation_id", "version_id", "consultation_id", "disposition", "id"),
    )

    version_id: Mapped[int]
    consultation_id: Mapped[int | None]
    identity: Mapped[str | None] = mapped_column(String(36))
    title: Mapped[str] = mapped_column(String(200))
    disposition: Mapped[Disposition | None] = mapped_column(word(Disposition))
    reason: Mapped[str | None]
    answered_by: Mapped[str | None] = mapped_column(String(60))
    answered_at: Mapped[datetime | None]
    made_at: Mapped[datetime]


class Comment(Tenant, Revised, Base):
    """What one person said: a remark, or a proposed `wording` with the `base` words that it was written against and
    why. `uid` is a random one where `attribution` is confidential.
    `objection` is "that was not my point", said once."""

    __tablename__ = "comment"
    __table_args__ = (
        *tenant_keys(
            version_id="version",
            consultation_id="consultation",
            point_id="point",
            person_id="person",
            unit_id="unit",
        ),
        Index("ix_comment_of_point", "organisation_id", "point_id", "id"),
        Index("ix_comment_of_person", "organisation_id", "person_id", "version_id"),
        # SQLite counts from an index that holds all that is counted. PostgreSQL counts fast enough without; and before
        # it has statistics, it would take that index for one of points, and read it whole for each.
        Index(
            "ix_comment_of_clause", "organisation_id", "version_id", "identity", info={ONLY_ON: "postgresql"}
        ),
        Index(
            "ix_comment_counted",
            "organisation_id",
            "version_id",
            "identity",
            "consultation_id",
            "objected_at",
            "side",
            "point_id",
            "person_id",
            sqlite_where=text("withdrawn_at IS NULL"),
            info={ONLY_ON: "sqlite"},
        ),
    )

    version_id: Mapped[int]
    consultation_id: Mapped[int | None]
    point_id: Mapped[int]
    person_id: Mapped[int]
    unit_id: Mapped[int | None]
    side: Mapped[Side] = mapped_column(word(Side, "comment_side"))
    attribution: Mapped[Attribution] = mapped_column(word(Attribution, "comment_attribution"))
    identity: Mapped[str | None] = mapped_column(String(36))
    locale: Mapped[str] = mapped_column(String(20))
    text: Mapped[str]
    wording: Mapped[str | None]
    base: Mapped[str | None]
    is_adopted: Mapped[bool] = mapped_column(default=False)
    said_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    objection: Mapped[str | None]
    objected_at: Mapped[datetime | None]


class Reply(Tenant, Base):
    """One turn of the talk about a comment."""

    __tablename__ = "reply"
    __table_args__ = (
        *tenant_keys(comment_id="comment", person_id="person"),
        Index("ix_reply_of_comment", "organisation_id", "comment_id", "id"),
    )

    comment_id: Mapped[int]
    person_id: Mapped[int]
    side: Mapped[Side] = mapped_column(word(Side, "reply_side"))
    text: Mapped[str]
    said_at: Mapped[datetime]


class Sight(Tenant, Base):
    """A drafter has seen a point before it is answered: declining needs one of the commenter's own side."""

    __tablename__ = "sight"
    __table_args__ = (
        *tenant_keys(point_id="point", person_id="person"),
        UniqueConstraint("organisation_id", "point_id", "person_id"),
    )

    point_id: Mapped[int]
    person_id: Mapped[int]
    side: Mapped[Side] = mapped_column(word(Side, "sight_side"))
    seen_at: Mapped[datetime]
