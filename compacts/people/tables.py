"""Who is here: one organisation's units, posts, persons and appointments."""

import unicodedata
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Revised, Row, Tenant, tenant_keys

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe", "’": "'"}
)


def folded(text: str) -> str:
    """`text` for comparing and searching: without case, accents and doubled blanks ("o suil" finds Ó  Súilleabháin)."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    if not plain.isascii():
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_LETTERS)
    return " ".join(plain.split())


def _searchable(context: DefaultExecutionContext) -> str:
    row: dict[str, str] = context.get_current_parameters()  # type: ignore[no-untyped-call]  # SQLAlchemy's, untyped
    return searchable(row["family_name"], row["given_name"], row["staff_id"])


def searchable(family_name: str, given_name: str, staff_id: str) -> str:
    """What a person is sorted by and found under, family name first."""
    return folded(f"{family_name} {given_name} {staff_id}")


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
    """A seat that somebody holds: what owns a commitment, so that a promise outlives the person. `key` is the
    jurisdiction's name for it ("" for a post of the organisation's own), under which its label in each language is."""

    __tablename__ = "post"
    __table_args__ = (*tenant_keys(unit_id="unit"), UniqueConstraint("organisation_id", "unit_id", "title"))

    unit_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(40), default="")
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
    """A human, known by the roster's stable `staff_id`; `email` is lower-case and may be missing (then: paper).
    `second_email` is another mailbox of theirs: a code that is sent there shows who opens a link sent to the first."""

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
    second_email: Mapped[str | None] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(20))
    zone: Mapped[str | None] = mapped_column(String(64))
    searchable: Mapped[str] = mapped_column(default=_searchable)

    @property
    def name(self) -> str:
        """The name as it is shown and signed: given name first."""
        return f"{self.given_name} {self.family_name}".strip()


class Licence(Tenant, Base):
    """One identifier of a person (`scheme`, `value` as entered), and what its validator said of the form."""

    __tablename__ = "licence"
    __table_args__ = (
        *tenant_keys(person_id="person"),
        UniqueConstraint("organisation_id", "person_id", "scheme"),
    )

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
    __table_args__ = (
        *tenant_keys(person_id="person"),
        UniqueConstraint("organisation_id", "person_id", "starts"),
    )

    person_id: Mapped[int]
    starts: Mapped[date]
    ends: Mapped[date | None]


class RosterFile(Tenant, Base):
    """A roster that somebody sent in by the page: kept until it is applied or a day old, then only its report is."""

    __tablename__ = "roster_file"
    __table_args__ = (*tenant_keys(),)

    name: Mapped[str] = mapped_column(String(200))
    sent_by: Mapped[str] = mapped_column(String(60))
    sent_at: Mapped[datetime]
    data: Mapped[bytes | None]
    report: Mapped[dict[str, Any] | None]
