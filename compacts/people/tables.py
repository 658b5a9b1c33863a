"""Who is here: one organisation's units, posts, persons and appointments."""

from datetime import date
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Revised, Row, Tenant, tenant_keys


class Organisation(Row, Revised, Base):
    """A tenant. `locales` in order of preference; `wording` holds its own nouns: {locale: {"agreement", "organisation",
    "physicians"}}."""

    __tablename__ = "organisation"

    name: Mapped[str]
    jurisdiction: Mapped[str] = mapped_column(String(20))
    zone: Mapped[str] = mapped_column(String(64))
    locales: Mapped[list[str]]
    wording: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Unit(Tenant, Base):
    """A node of the tree (hospital › department › division). `path` is its names from the root, joined by " › "."""

    __tablename__ = "unit"
    __table_args__ = (*tenant_keys(parent_id="unit"), UniqueConstraint("organisation_id", "path"))

    parent_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str]
    path: Mapped[str] = mapped_column(String(500))


class Post(Tenant, Base):
    """A seat that somebody holds: what owns a commitment, so that a promise outlives the person."""

    __tablename__ = "post"
    __table_args__ = (*tenant_keys(unit_id="unit"), UniqueConstraint("organisation_id", "unit_id", "title"))

    unit_id: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))


class Holding(Tenant, Base):
    """A person in a post for a time, as holder or as deputy."""

    __tablename__ = "holding"
    __table_args__ = (
        *tenant_keys(post_id="post", person_id="person"),
        UniqueConstraint("organisation_id", "post_id", "person_id"),
    )

    post_id: Mapped[int]
    person_id: Mapped[int]
    is_deputy: Mapped[bool] = mapped_column(default=False)
    starts: Mapped[date | None]
    ends: Mapped[date | None]


class Person(Tenant, Revised, Base):
    """A human, known by the roster's stable `staff_id`; `email` is lower-case and may be missing (then: paper)."""

    __tablename__ = "person"
    __table_args__ = (
        *tenant_keys(),
        UniqueConstraint("organisation_id", "staff_id"),
        UniqueConstraint("organisation_id", "email"),
    )

    staff_id: Mapped[str] = mapped_column(String(60))
    family_name: Mapped[str] = mapped_column(String(200))
    given_name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(20))
    zone: Mapped[str | None] = mapped_column(String(64))

    @property
    def name(self) -> str:
        """The name as it is shown and signed: given name first."""
        return f"{self.given_name} {self.family_name}".strip()


class Licence(Tenant, Base):
    """One identifier of a person (`scheme`, `value` as entered), and what its validator said of the form."""

    __tablename__ = "licence"
    __table_args__ = (*tenant_keys(person_id="person"), UniqueConstraint("organisation_id", "person_id", "scheme"))

    person_id: Mapped[int]
    scheme: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(60))
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str]


class Appointment(Tenant, Base):
    """A person on the staff of a unit in a member category, from `starts` to `ends` (inclusive; open when None)."""

    __tablename__ = "appointment"
    __table_args__ = (
        *tenant_keys(person_id="person", unit_id="unit"),
        UniqueConstraint("organisation_id", "person_id", "unit_id", "starts"),
    )

    person_id: Mapped[int]
    unit_id: Mapped[int]
    category: Mapped[str] = mapped_column(String(40))
    starts: Mapped[date]
    ends: Mapped[date | None]


class Leave(Tenant, Base):
    """A leave of absence (both days inclusive); reminders wait while it lasts."""

    __tablename__ = "leave"
    __table_args__ = (*tenant_keys(person_id="person"), UniqueConstraint("organisation_id", "person_id", "starts"))

    person_id: Mapped[int]
    starts: Mapped[date]
    ends: Mapped[date | None]
