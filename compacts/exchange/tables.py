"""What came from paper: kept as it was told, and never called verified."""

from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Tenant, tenant_keys, word
from reciproca.plugins.types import Side


class PaperSignature(Tenant, Base):
    """Somebody's signature on paper under a version, as its recorder told it: "recorded from paper, not verified
    here". `person_id` is None for somebody who isn't on the roster any more."""

    __tablename__ = "paper_signature"
    __table_args__ = (
        *tenant_keys(version_id="version", person_id="person"),
        Index("ix_paper_signature_version", "organisation_id", "version_id", "id"),
    )

    version_id: Mapped[int]
    person_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(200))
    side: Mapped[Side] = mapped_column(word(Side, "paper_side"))
    signed_on: Mapped[date]
    where_kept: Mapped[str] = mapped_column(String(200))
    recorded_by: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime]


class Leftover(Tenant, Base):
    """A piece of an imported document that found no place in the two columns: listed and kept, never dropped."""

    __tablename__ = "leftover"
    __table_args__ = (
        *tenant_keys(version_id="version"),
        Index("ix_leftover_version", "organisation_id", "version_id", "position"),
    )

    version_id: Mapped[int]
    position: Mapped[int]
    locale: Mapped[str] = mapped_column(String(20))
    text: Mapped[str]
    reason: Mapped[str] = mapped_column(String(60))
    settled_at: Mapped[datetime | None]
