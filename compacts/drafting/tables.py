"""A compact, its versions, and the commitments that each version holds. Words are a row per language."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Revised, Tenant, tenant_keys, word
from reciproca.plugins.types import ChangeClass, LegalEffect, Side


class VersionState(StrEnum):
    """Where a version stands; `rules.py` holds the table of moves."""

    DRAFT = "draft"
    IN_CONSULTATION = "in_consultation"
    PROPOSED = "proposed"
    REFUSED = "refused"
    RATIFIED = "ratified"
    SCHEDULED = "scheduled"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    RETIRED = "retired"


class Compact(Tenant, Revised, Base):
    """One agreement family in one unit's scope. `audience` says who is asked to sign ({"categories": […]}, empty means
    every member); `organisation_signs` is "once" per version or "each" record."""

    __tablename__ = "compact"
    __table_args__ = (
        *tenant_keys(
            unit_id="unit",
            steward_id="person",
            sponsor_organisation_id="person",
            sponsor_physicians_id="person",
        ),
    )

    unit_id: Mapped[int]
    template: Mapped[str] = mapped_column(String(80))
    legal_effect: Mapped[LegalEffect] = mapped_column(word(LegalEffect))
    review_cycle: Mapped[str] = mapped_column(String(80))
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    organisation_signs: Mapped[str] = mapped_column(String(10), default="once")
    grace_days: Mapped[int] = mapped_column(default=60)
    sunset: Mapped[date | None]
    steward_id: Mapped[int | None]
    sponsor_organisation_id: Mapped[int | None]
    sponsor_physicians_id: Mapped[int | None]
    created_at: Mapped[datetime]


class CompactText(Tenant, Base):
    """A compact's title in one language."""

    __tablename__ = "compact_text"
    __table_args__ = (
        *tenant_keys(compact_id="compact"),
        UniqueConstraint("organisation_id", "compact_id", "locale"),
    )

    compact_id: Mapped[int]
    locale: Mapped[str] = mapped_column(String(20))
    title: Mapped[str]


class Version(Tenant, Revised, Base):
    """One text of a compact. From `proposed` on, its words can't change."""

    __tablename__ = "version"
    __table_args__ = (
        *tenant_keys(compact_id="compact", parent_id="version"),
        UniqueConstraint("organisation_id", "compact_id", "number"),
    )

    compact_id: Mapped[int]
    parent_id: Mapped[int | None]
    number: Mapped[int]
    state: Mapped[VersionState] = mapped_column(word(VersionState), default=VersionState.DRAFT)
    change_class: Mapped[ChangeClass] = mapped_column(word(ChangeClass), default=ChangeClass.MATERIAL)
    effective_from: Mapped[date | None]
    effective_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    proposed_at: Mapped[datetime | None]
    in_force_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Rendition(Tenant, Base):
    """The frozen form of a version in one language: its canonical JSON and that JSON's SHA-256 (hexadecimal)."""

    __tablename__ = "rendition"
    __table_args__ = (
        *tenant_keys(version_id="version"),
        UniqueConstraint("organisation_id", "version_id", "locale"),
    )

    version_id: Mapped[int]
    locale: Mapped[str] = mapped_column(String(20))
    canonical: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))


class Commitment(Tenant, Revised, Base):
    """One promise by one side in one version. `identity` survives across versions; `pair` names the topic that it
    shares with the other side's answer to it; `theme` groups topics; `owner_post_id` is a post, never a name."""

    __tablename__ = "commitment"
    __table_args__ = (
        *tenant_keys(version_id="version", owner_post_id="post"),
        UniqueConstraint("organisation_id", "version_id", "identity"),
    )

    version_id: Mapped[int]
    identity: Mapped[str] = mapped_column(String(36))
    side: Mapped[Side] = mapped_column(word(Side, "commitment_side"))
    pair: Mapped[str | None] = mapped_column(String(80))
    theme: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    owner_post_id: Mapped[int | None]
    cadence: Mapped[str] = mapped_column(String(40))


class CommitmentText(Tenant, Base):
    """A commitment's words in one language: the promise, its topic and theme as shown, how we will know, and where
    the evidence comes from."""

    __tablename__ = "commitment_text"
    __table_args__ = (
        *tenant_keys(commitment_id="commitment"),
        UniqueConstraint("organisation_id", "commitment_id", "locale"),
    )

    commitment_id: Mapped[int]
    locale: Mapped[str] = mapped_column(String(20))
    text: Mapped[str]
    topic: Mapped[str]
    theme: Mapped[str]
    indicator: Mapped[str]
    evidence: Mapped[str]
    edited_at: Mapped[datetime]


class Consultation(Tenant, Base):
    """A numbered round in which both sides read a draft. Its purpose, constraints and decision rule are said first."""

    __tablename__ = "consultation"
    __table_args__ = (
        *tenant_keys(version_id="version"),
        UniqueConstraint("organisation_id", "version_id", "number"),
    )

    version_id: Mapped[int]
    number: Mapped[int]
    purpose: Mapped[str]
    decision_rule: Mapped[str]
    opened_at: Mapped[datetime]
    closes_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    summary: Mapped[str | None]


class Ratification(Tenant, Base):
    """The recorded act of one side's body on a proposed version. `recorded_by` is the actor's uid: never the same for
    both sides."""

    __tablename__ = "ratification"
    __table_args__ = (
        *tenant_keys(version_id="version"),
        UniqueConstraint("organisation_id", "version_id", "side"),
    )

    version_id: Mapped[int]
    side: Mapped[Side] = mapped_column(word(Side, "ratification_side"))
    body: Mapped[str]
    decided_on: Mapped[date]
    is_ratified: Mapped[bool]
    votes_for: Mapped[int]
    votes_against: Mapped[int]
    abstentions: Mapped[int]
    quorum: Mapped[int]
    minute_reference: Mapped[str]
    reason: Mapped[str | None]
    recorded_by: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime]
