"""The address of a person's own feed."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Tenant, tenant_keys


class CalendarFeed(Tenant, Base):
    """A person's feed, there as long as it may be read. Its secret is stored only as a hash: it is derived from `uid`
    and the installation's own secret, so that the person can see it again, and a copy of the database can't."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        *tenant_keys(person_id="person"),
        UniqueConstraint("organisation_id", "person_id"),
        UniqueConstraint("sha256"),
    )

    person_id: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
