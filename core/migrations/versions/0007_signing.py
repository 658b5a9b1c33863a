"""Tables of signing"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signature_evidence",
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("record", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_signature_evidence")),
        info={"ledger_guard": "erasable"},
    )
    op.create_table(
        "consent",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("disclosure_version", sa.String(length=40), nullable=False),
        sa.Column("disclosure_sha256", sa.String(length=64), nullable=False),
        sa.Column("given_at", UtcInstant(), nullable=False),
        sa.Column("withdrawn_at", UtcInstant(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_consent_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_consent_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_consent_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "person_id",
            "disclosure_sha256",
            name=op.f("uq_consent_organisation_id_person_id_disclosure_sha256"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_consent_uid")),
    )
    op.create_index(op.f("ix_consent_organisation_id"), "consent", ["organisation_id"], unique=False)
    op.create_table(
        "campaign",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", UtcInstant(), nullable=False),
        sa.Column("due_local", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("due_at", UtcInstant(), nullable=False),
        sa.Column("closed_at", UtcInstant(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_campaign_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_campaign_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_campaign_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "version_id", name=op.f("uq_campaign_organisation_id_version_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_campaign_uid")),
    )
    op.create_index(op.f("ix_campaign_organisation_id"), "campaign", ["organisation_id"], unique=False)
    op.create_table(
        "signature_request",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "created",
                "sent",
                "delivery_failed",
                "viewed",
                "discussion_requested",
                "signed",
                "declined",
                "expired",
                "cancelled",
                "superseded",
                "withdrawn",
                name="requeststate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("confidant_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("viewed_at", UtcInstant(), nullable=True),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "campaign_id"],
            ["campaign.organisation_id", "campaign.id"],
            name=op.f("fk_signature_request_organisation_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "confidant_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_signature_request_organisation_id_confidant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_signature_request_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_signature_request_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_signature_request_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature_request")),
        sa.UniqueConstraint(
            "organisation_id",
            "campaign_id",
            "person_id",
            name=op.f("uq_signature_request_organisation_id_campaign_id_person_id"),
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_signature_request_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_signature_request_uid")),
    )
    op.create_index(
        op.f("ix_signature_request_organisation_id"), "signature_request", ["organisation_id"], unique=False
    )
    op.create_table(
        "ceremony",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("opened_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("used_at", UtcInstant(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_ceremony_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "request_id"],
            ["signature_request.organisation_id", "signature_request.id"],
            name=op.f("fk_ceremony_organisation_id_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_ceremony_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_ceremony_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ceremony")),
        sa.UniqueConstraint("nonce", name=op.f("uq_ceremony_nonce")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ceremony_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_ceremony_uid")),
    )
    op.create_index(op.f("ix_ceremony_organisation_id"), "ceremony", ["organisation_id"], unique=False)
    op.create_table(
        "signature",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("covers_id", sa.Integer(), nullable=True),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("name_as_signed", sa.String(length=400), nullable=False),
        sa.Column("evidence_uid", sa.String(length=36), nullable=False),
        sa.Column("record_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_at", UtcInstant(), nullable=False),
        sa.Column("withdrawn_at", UtcInstant(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "covers_id"],
            ["signature.organisation_id", "signature.id"],
            name=op.f("fk_signature_organisation_id_covers_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_signature_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "request_id"],
            ["signature_request.organisation_id", "signature_request.id"],
            name=op.f("fk_signature_organisation_id_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_signature_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_signature_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("evidence_uid", name=op.f("uq_signature_evidence_uid")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_signature_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "version_id", "slot", name=op.f("uq_signature_organisation_id_version_id_slot")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_signature_uid")),
    )
    op.create_index(op.f("ix_signature_organisation_id"), "signature", ["organisation_id"], unique=False)
    op.create_table(
        "sealed_document",
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("pdf", sa.String(length=200), nullable=False),
        sa.Column("bundle", sa.String(length=200), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_bound", sa.Boolean(), nullable=False),
        sa.Column("sealed_at", UtcInstant(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "signature_id"],
            ["signature.organisation_id", "signature.id"],
            name=op.f("fk_sealed_document_organisation_id_signature_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_sealed_document_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_document")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_sealed_document_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "signature_id", name=op.f("uq_sealed_document_organisation_id_signature_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_sealed_document_uid")),
    )
    op.create_index(
        op.f("ix_sealed_document_organisation_id"), "sealed_document", ["organisation_id"], unique=False
    )
