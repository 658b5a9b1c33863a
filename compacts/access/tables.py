"""Accounts belong to the installation; what an account may be in an organisation is a grant."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Revised, Row, Tenant, tenant_keys, word
from reciproca.core.identity import Role


class Account(Row, Revised, Base):
    """Somebody who can sign in. Without a password, only by a mailed link, which never suffices to sign a compact."""

    __tablename__ = "account"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None]
    is_enabled: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]


class Membership(Tenant, Base):
    """An account in an organisation, and the person of the roster that it is, if any."""

    __tablename__ = "membership"
    __table_args__ = (
        *tenant_keys(person_id="person"),
        UniqueConstraint("organisation_id", "account_id"),
        UniqueConstraint("organisation_id", "person_id"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    person_id: Mapped[int | None]


class Grant(Tenant, Base):
    """A role that a membership holds until `ends_at` (None: until it is taken back). `basis` is by what: a by-law, a
    resolution, somebody's delegation; "" where nobody said."""

    __tablename__ = "grant"
    __table_args__ = (
        *tenant_keys(membership_id="membership"),
        UniqueConstraint("organisation_id", "membership_id", "role"),
    )

    membership_id: Mapped[int]
    role: Mapped[Role] = mapped_column(word(Role))
    granted_at: Mapped[datetime]
    basis: Mapped[str] = mapped_column(String(200), default="")
    ends_at: Mapped[datetime | None]


class BrowserSession(Row, Base):
    """A signed-in browser; its cookie's value is stored only as a hash. `proved_at`: when a password was last given.

    A password turns the session: it gets a new value, and the `earlier` one still identifies (never proves) for a
    minute, so that a request that was on its way meets the same person. `last_seen_at` moves with changes only."""

    __tablename__ = "browser_session"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    earlier_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    turned_at: Mapped[datetime]
    method: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]


class OneTimeCode(Row, Base):
    """A code for one purpose (`first_administrator`, `sign_in`), stored as a hash, used once."""

    __tablename__ = "one_time_code"

    purpose: Mapped[str] = mapped_column(String(30))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class GuestVisit(Tenant, Base):
    """A browser of somebody without an account, here for one thing only (`about`, a uid) by a personal link.

    Its cookie's value is stored only as a hash; the code that shows who it is goes to the person's second contact
    (`sent_to` tells which, masked) and is stored nowhere: it is derived from `uid` and from `bound_to`, the digest of
    the opened page that it is for. `used_at`: when the code was given; from then on the visit is the person's. At a
    meeting there is no code: `identified_by` (an account's uid) has seen the person, `identified_how` says what by."""

    __tablename__ = "guest_visit"
    __table_args__ = (
        *tenant_keys(person_id="person"),
        UniqueConstraint("token_sha256"),
        Index("ix_guest_visit_about", "organisation_id", "about"),
    )

    person_id: Mapped[int]
    about: Mapped[str] = mapped_column(String(36))
    bound_to: Mapped[str] = mapped_column(String(64))
    token_sha256: Mapped[str] = mapped_column(String(64))
    sent_to: Mapped[str] = mapped_column(String(254))
    tries: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    code_expires_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    identified_by: Mapped[str | None] = mapped_column(String(60))
    identified_how: Mapped[str | None] = mapped_column(String(40))


class Attempt(Base):
    """One try that counts against a limit: `subject` is a keyed digest of an address or an account, never its name."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime]


class ApiToken(Row, Base):
    """A bearer token of an account in one organisation, stored as a hash; `scopes` are actions, or "*"."""

    __tablename__ = "api_token"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    label: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
