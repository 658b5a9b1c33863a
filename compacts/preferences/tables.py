"""What somebody has chosen; who has chosen nothing has no row."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Tenant, tenant_keys


class Preference(Tenant, Base):
    """How a person is written to. `hour`: reminders come within this hour of their own clock, None: in the daytime.
    `courtesy_by_mail`: whether what is a courtesy comes by mail, or waits on the page of messages alone."""

    __tablename__ = "preference"
    __table_args__ = (*tenant_keys(person_id="person"), UniqueConstraint("organisation_id", "person_id"))

    person_id: Mapped[int]
    hour: Mapped[int | None]
    courtesy_by_mail: Mapped[bool] = mapped_column(default=True)
