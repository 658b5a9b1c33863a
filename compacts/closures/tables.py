"""The hospital's own closed days. Public holidays are no rows: they are worked out from the jurisdiction's calendar."""

from datetime import date
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Tenant, tenant_keys


class ClosedDay(Tenant, Base):
    """A local day on which the offices are closed; `name` is {locale: text}."""

    __tablename__ = "closed_day"
    __table_args__ = (*tenant_keys(), UniqueConstraint("organisation_id", "day"))

    day: Mapped[date]
    name: Mapped[dict[str, Any]] = mapped_column(default=dict)
