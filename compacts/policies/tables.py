"""The days that an organisation has chosen for itself; where it has chosen none, the product's count."""

from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Revised, Tenant, tenant_keys


class ReminderPolicy(Tenant, Revised, Base):
    """On which days everything of one `family` is reminded of. `scope` is where it counts: "organisation", "unit:<uid>"
    (and the units in it), or "compact:<uid>". `days` is what `rules.Days.to_json` writes."""

    __tablename__ = "reminder_policy"
    __table_args__ = (*tenant_keys(), UniqueConstraint("organisation_id", "family", "scope"))

    family: Mapped[str] = mapped_column(String(12))
    scope: Mapped[str] = mapped_column(String(50))
    days: Mapped[dict[str, Any]]
