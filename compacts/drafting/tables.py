"""A compact, its versions, and the commitments that each version holds. Words are a row per language."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
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
    VOID = "void"


class EditKind(StrEnum):
    """What an edit did to a clause."""

    WORDS = "words"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    KEPT_BY = "kept_by"
    PACE = "pace"


class Matter(StrEnum):
    """What both sides must say yes to, each by one person."""

    CHANGE_CLASS = "change_class"
    SUSPEND = "suspend"
    RESUME = "resume"
    RETIRE = "retire"
    VOID = "void"


class Attribution(StrEnum):
    """How what people say in a round is shown: by name, by unit (where enough spoke), or known to the steward only."""

    NAMED = "named"
    UNIT = "unit"
    CONFIDENTIAL = "confidential"


PAPER = "paper"
"""The `origin` of a version that was in force on paper: nobody verified here what is recorded of that time."""


class Compact(Tenant, Revised, Base):
    """One agreement family in one unit's scope. `audience` says who is asked to sign ({"categories": […]}, empty means
    every member); `organisation_signs` is "first" (once per version, before anybody is asked), "once" (the same at any
    time), or "each" record; `signatories` are the groups of people who sign for it (`signing.rules.signatories`; empty:
    one person does); `authoritative` is the language that decides where two differ (None: they are equally
    authoritative). `legal_effect` is what the next version starts with."""

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
    organisation_signs: Mapped[str] = mapped_column(String(10), default="first")
    signatories: Mapped[list[Any]] = mapped_column(default=list)
    grace_days: Mapped[int] = mapped_column(default=60)
    authoritative: Mapped[str | None] = mapped_column(String(20))
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
    """One text of a compact. From `proposed` on, its words can't change. `origin` is "written" here, or "paper" for an
    agreement that was in force before it was recorded."""

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
    legal_effect: Mapped[LegalEffect] = mapped_column(word(LegalEffect), default=LegalEffect.NONE)
    origin: Mapped[str] = mapped_column(String(10), default="written")
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
    the evidence comes from. `checked_at` is when somebody last said that it renders the other languages faithfully;
    `is_machine` marks words that a machine translated and nobody has checked."""

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
    checked_at: Mapped[datetime | None]
    is_machine: Mapped[bool] = mapped_column(default=False)


class Edit(Tenant, Base):
    """One change to a draft, never changed itself: what undo takes back, and a clause's history. `identity` is the
    commitment's; `before` and `after` hold what differs (None: it wasn't there); `undoes_id` is the edit taken back."""

    __tablename__ = "edit"
    __table_args__ = (
        *tenant_keys(version_id="version", undoes_id="edit"),
        Index("ix_edit_clause", "organisation_id", "identity", "id"),
    )

    version_id: Mapped[int]
    identity: Mapped[str] = mapped_column(String(36))
    kind: Mapped[EditKind] = mapped_column(word(EditKind))
    locale: Mapped[str | None] = mapped_column(String(20))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    why: Mapped[str]
    side: Mapped[Side] = mapped_column(word(Side, "edit_side"))
    actor: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    undoes_id: Mapped[int | None]


class RenditionCheck(Tenant, Base):
    """A named person says that a draft reads right in one language. It counts while the words are those of `digest`
    (SHA-256, hexadecimal)."""

    __tablename__ = "rendition_check"
    __table_args__ = (
        *tenant_keys(version_id="version", person_id="person"),
        UniqueConstraint("organisation_id", "version_id", "locale"),
    )

    version_id: Mapped[int]
    locale: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    checked_at: Mapped[datetime]


class Accord(Tenant, Base):
    """One side's yes to something that needs both: `matter` is the change class, a suspension, its end, the
    retirement of a version, or that it is void; `value` says which one it agreed to."""

    __tablename__ = "accord"
    __table_args__ = (
        *tenant_keys(version_id="version"),
        UniqueConstraint("organisation_id", "version_id", "matter", "round", "side"),
    )

    version_id: Mapped[int]
    matter: Mapped[Matter] = mapped_column(word(Matter))
    round: Mapped[int] = mapped_column(default=1)
    side: Mapped[Side] = mapped_column(word(Side, "accord_side"))
    value: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str]
    given_by: Mapped[str] = mapped_column(String(60))
    given_at: Mapped[datetime]


class Addendum(Tenant, Base):
    """A version of a unit's own agreement adds to one version of the whole organisation's."""

    __tablename__ = "addendum"
    __table_args__ = (
        *tenant_keys(version_id="version", main_id="version"),
        UniqueConstraint("organisation_id", "version_id"),
    )

    version_id: Mapped[int]
    main_id: Mapped[int]


class Body(Tenant, Revised, Base):
    """Who ratifies for one side of an agreement: `quorum` of `members` must take part."""

    __tablename__ = "body"
    __table_args__ = (
        *tenant_keys(compact_id="compact"),
        UniqueConstraint("organisation_id", "compact_id", "side"),
    )

    compact_id: Mapped[int]
    side: Mapped[Side] = mapped_column(word(Side, "body_side"))
    name: Mapped[str] = mapped_column(String(200))
    members: Mapped[int]
    quorum: Mapped[int]


class Standing(Tenant, Base):
    """The one side that a person with two hats stands on in an agreement; everybody else's follows from their roles."""

    __tablename__ = "standing"
    __table_args__ = (
        *tenant_keys(compact_id="compact", person_id="person"),
        UniqueConstraint("organisation_id", "compact_id", "person_id"),
    )

    compact_id: Mapped[int]
    person_id: Mapped[int]
    side: Mapped[Side] = mapped_column(word(Side, "standing_side"))


class Consultation(Tenant, Base):
    """A numbered round in which both sides read a draft. Purpose, constraints, decision rule, who decides and how the
    effect will be measured are said first, and so is how comments are attributed. `audience` as in `Compact`, with
    "units" and "locales" too."""

    __tablename__ = "consultation"
    __table_args__ = (
        *tenant_keys(version_id="version"),
        UniqueConstraint("organisation_id", "version_id", "number"),
    )

    version_id: Mapped[int]
    number: Mapped[int]
    purpose: Mapped[str]
    decision_rule: Mapped[str]
    constraints: Mapped[str] = mapped_column(default="")
    decides: Mapped[str] = mapped_column(default="")
    measure: Mapped[str] = mapped_column(default="")
    attribution: Mapped[Attribution] = mapped_column(word(Attribution), default=Attribution.NAMED)
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opened_at: Mapped[datetime]
    closes_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    summary: Mapped[str | None]


class Ratification(Tenant, Base):
    """The recorded act of one side's body on a proposed version. `members` is how many the body had, where it was named
    before; `recorded_by` is the actor's uid: never the same for both sides."""

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
    members: Mapped[int | None]
    recused: Mapped[int] = mapped_column(default=0)
    minute_reference: Mapped[str]
    reason: Mapped[str | None]
    recorded_by: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime]


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
