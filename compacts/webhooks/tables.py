"""Who is told, and what each was told."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Tenant, tenant_keys, word
from reciproca.core.leases import Leased

SCHEDULE = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds until the next try after the 1st, 2nd, … failure: ten tries over 75 h 35 min."""


class Why(StrEnum):
    """Why an endpoint is disabled: somebody here did it, or it said that it is gone (410)."""

    ASKED = "asked"
    GONE = "gone"


DROPPED = "dropped"
"""The state of what was not sent, because its endpoint was disabled before."""


class WebhookEndpoint(Tenant, Base):
    """An address of another system, and the wires of the events that it hears. Its secret isn't stored: it is derived
    from `uid`, `generation` and the installation's own secret, so that a copy of the database can't sign. `rotated_at`:
    when the generation before this one was replaced."""

    __tablename__ = "webhook_endpoint"
    __table_args__ = tenant_keys()

    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]]
    generation: Mapped[int]
    made_at: Mapped[datetime]
    rotated_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_why: Mapped[Why | None] = mapped_column(word(Why, "webhook_disabled_why"))


class WebhookDelivery(Leased, Tenant, Base):
    """One message to one endpoint; its `uid` is the webhook-id, the same at every try. `source` is what it was made
    from (the outbox's item, or itself for a test), so that nothing is told twice. States as in `Leased`, and `dropped`.
    `status` is what the endpoint last answered, at `tried_at`; none when it didn't."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        *tenant_keys(endpoint_id="webhook_endpoint"),
        UniqueConstraint("organisation_id", "endpoint_id", "source"),
        Index("ix_webhook_delivery_waiting", "state", "not_before"),
        Index("ix_webhook_delivery_endpoint", "endpoint_id", "id"),
    )

    backoff: ClassVar[tuple[int, ...]] = SCHEDULE

    endpoint_id: Mapped[int]
    source: Mapped[str] = mapped_column(String(36))
    event: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]]
    written_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    status: Mapped[int | None]
