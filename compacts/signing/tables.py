"""Who was asked, what they did, and the evidence of it. The evidence is the signature; PDFs are made from it later."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Revised, Tenant, tenant_keys, word
from reciproca.core.ledger.tables import Committed


class RequestState(StrEnum):
    """Where a signature request stands; `rules.py` holds the table of moves."""

    CREATED = "created"
    SENT = "sent"
    DELIVERY_FAILED = "delivery_failed"
    VIEWED = "viewed"
    DISCUSSION_REQUESTED = "discussion_requested"
    SIGNED = "signed"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Campaign(Tenant, Revised, Base):
    """A version offered to an audience until a due date (local, with its zone). `rule` says whom of those whom the
    agreement is for it asks (`rules.audience`; empty: all), `left_out` are the uids of people whom the steward doesn't
    ask; `kept_up_on` is the local day on which it was last compared with the staff; `waves` in which order people are
    asked (`rules.waves`; empty: all at once); `reminders` on which days they are reminded (`rules.reminders`; empty: as
    every invitation is). `state`: open, paused or closed."""

    __tablename__ = "campaign"
    __table_args__ = (*tenant_keys(version_id="version"), UniqueConstraint("organisation_id", "version_id"))

    version_id: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="open")
    opened_at: Mapped[datetime]
    due_local: Mapped[str] = mapped_column(String(16))
    zone: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    left_out: Mapped[list[str]] = mapped_column(default=list)
    rule: Mapped[dict[str, Any]] = mapped_column(default=dict)
    kept_up_on: Mapped[date | None]
    waves: Mapped[list[Any]] = mapped_column(default=list)
    reminders: Mapped[dict[str, Any]] = mapped_column(default=dict)


class SignatureRequest(Tenant, Revised, Base):
    """One person asked to sign one version, in the campaign's wave number `wave`. What the state says of a refusal is
    shown to that person alone. `call_number`: where they wish to be called; `called_at`: when the co-sponsor did.
    `wrong_address`: the address at which the invitation reached somebody else."""

    __tablename__ = "signature_request"
    __table_args__ = (
        *tenant_keys(campaign_id="campaign", version_id="version", person_id="person", confidant_id="person"),
        UniqueConstraint("organisation_id", "campaign_id", "person_id"),
    )

    campaign_id: Mapped[int]
    version_id: Mapped[int]
    person_id: Mapped[int]
    state: Mapped[RequestState] = mapped_column(word(RequestState), default=RequestState.CREATED)
    confidant_id: Mapped[int | None]
    reason: Mapped[str | None]
    created_at: Mapped[datetime]
    viewed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    wave: Mapped[int] = mapped_column(default=0)
    call_number: Mapped[str | None] = mapped_column(String(60))
    called_at: Mapped[datetime | None]
    wrong_address: Mapped[str | None] = mapped_column(String(254))


class Ceremony(Tenant, Base):
    """One opening of the signing page by one person, for one role (`physician`, `organisation`): the nonce that a
    step-up is bound to, and the exact text that was shown. `request_id` is the physician's request; `read` the keys of
    the themes that the person had read by then, by their own word: it is recorded, never timed, and no condition."""

    __tablename__ = "ceremony"
    __table_args__ = (
        *tenant_keys(version_id="version", person_id="person", request_id="signature_request"),
        UniqueConstraint("nonce"),
    )

    version_id: Mapped[int]
    person_id: Mapped[int]
    request_id: Mapped[int | None]
    role: Mapped[str] = mapped_column(String(20))
    nonce: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(20))
    text_sha256: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    read: Mapped[list[str]] = mapped_column(default=list)


class Consent(Tenant, Base):
    """A person's consent to electronic records, to one version of the disclosure."""

    __tablename__ = "consent"
    __table_args__ = (
        *tenant_keys(person_id="person"),
        UniqueConstraint("organisation_id", "person_id", "disclosure_sha256"),
    )

    person_id: Mapped[int]
    disclosure_version: Mapped[str] = mapped_column(String(40))
    disclosure_sha256: Mapped[str] = mapped_column(String(64))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class SignatureEvidence(Committed, Base):
    """The evidence record of one act of signing: every column is covered by its leaf in the ledger."""

    __tablename__ = "signature_evidence"


class Signature(Tenant, Base):
    """A signature given: who, on which text, in which role. `slot` makes it the only one of its kind in its version:
    "physician:<person uid>", "organisation", or "organisation:<signature uid>" where each record is countersigned.
    `evidence_uid` names the row of `signature_evidence`, `withdrawal_uid` that of `ledger_record` in which its signer
    withdrew it; `covers_id` is the countersigned signature."""

    __tablename__ = "signature"
    __table_args__ = (
        *tenant_keys(
            version_id="version", person_id="person", request_id="signature_request", covers_id="signature"
        ),
        UniqueConstraint("organisation_id", "version_id", "slot"),
        UniqueConstraint("evidence_uid"),
    )

    version_id: Mapped[int]
    slot: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int]
    request_id: Mapped[int | None]
    covers_id: Mapped[int | None]
    locale: Mapped[str] = mapped_column(String(20))
    text_sha256: Mapped[str] = mapped_column(String(64))
    name_as_signed: Mapped[str] = mapped_column(String(400))
    evidence_uid: Mapped[str] = mapped_column(String(36))
    record_sha256: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawal_uid: Mapped[str | None] = mapped_column(String(36))

    @property
    def is_erased(self) -> bool:
        """Whether the evidence, and the name with it, was erased by law."""
        return not self.name_as_signed


class PaperState(StrEnum):
    """Where a scanned paper signature stands."""

    RECORDED = "recorded"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DISPUTED = "disputed"


class PaperScan(Tenant, Revised, Base):
    """The scan of a paper that somebody signed, recorded by one account and checked by another; `file` is its name in
    HOME/documents. Accepted, it is a signature; disputed by the person, that signature is set aside."""

    __tablename__ = "paper_scan"
    __table_args__ = (
        *tenant_keys(request_id="signature_request", person_id="person", signature_id="signature"),
        UniqueConstraint("organisation_id", "sha256"),
    )

    request_id: Mapped[int]
    person_id: Mapped[int]
    state: Mapped[PaperState] = mapped_column(word(PaperState), default=PaperState.RECORDED)
    locale: Mapped[str] = mapped_column(String(20))
    signed_on: Mapped[date]
    file: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    recorded_by: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime]
    checked_by: Mapped[str | None] = mapped_column(String(60))
    checked_at: Mapped[datetime | None]
    signature_id: Mapped[int | None]


class SealedDocument(Tenant, Base):
    """The sealed PDF and evidence bundle of a physician's signature: file names inside HOME/documents, and a digest.
    `detail` says what may be said of the seal, and the SHA-256 of each revision that archive stamps made of the PDF.
    `archive_due_at`: when it wants its next archive stamp (None: never); `archive_until`: until when the last is good;
    `archive_failure`: why the last try gave none."""

    __tablename__ = "sealed_document"
    __table_args__ = (
        *tenant_keys(signature_id="signature"),
        UniqueConstraint("organisation_id", "signature_id"),
    )

    signature_id: Mapped[int]
    locale: Mapped[str] = mapped_column(String(20))
    pdf: Mapped[str] = mapped_column(String(200))
    bundle: Mapped[str] = mapped_column(String(200))
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    is_bound: Mapped[bool]
    sealed_at: Mapped[datetime]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    archive_due_at: Mapped[datetime | None]
    archive_until: Mapped[datetime | None]
    archive_failure: Mapped[str | None] = mapped_column(String(500))

    @property
    def archived_at(self) -> datetime | None:
        """When it had its last archive stamp; None when it has none."""
        said = self.detail.get("archived_at")
        return datetime.fromisoformat(said) if said else None

    @property
    def stamped_at(self) -> datetime | None:
        """When an authority confirmed the time of the seal; None when none has."""
        said = self.detail.get("stamped_at")
        return datetime.fromisoformat(said) if said else None
