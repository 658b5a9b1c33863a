"""Let people sign who have no account: a second contact, visits by a personal link, scans of paper"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("second_email", sa.String(length=254), nullable=True))
    op.create_table(
        "guest_visit",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=36), nullable=False),
        sa.Column("bound_to", sa.String(length=64), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_to", sa.String(length=254), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcInstant(), nullable=False),
        sa.Column("code_expires_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("used_at", UtcInstant(), nullable=True),
        sa.Column("identified_by", sa.String(length=60), nullable=True),
        sa.Column("identified_how", sa.String(length=40), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_guest_visit_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_guest_visit_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_visit")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_guest_visit_organisation_id_id")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_guest_visit_token_sha256")),
        sa.UniqueConstraint("uid", name=op.f("uq_guest_visit_uid")),
    )
    op.create_index(op.f("ix_guest_visit_organisation_id"), "guest_visit", ["organisation_id"], unique=False)
    op.create_index("ix_guest_visit_about", "guest_visit", ["organisation_id", "about"], unique=False)
    op.create_table(
        "paper_scan",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "recorded",
                "accepted",
                "refused",
                "disputed",
                name="paperstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("file", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_by", sa.String(length=60), nullable=False),
        sa.Column("recorded_at", UtcInstant(), nullable=False),
        sa.Column("checked_by", sa.String(length=60), nullable=True),
        sa.Column("checked_at", UtcInstant(), nullable=True),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{table}.organisation_id", f"{table}.id"],
                name=op.f(f"fk_paper_scan_organisation_id_{column}"),
            )
            for column, table in (
                ("request_id", "signature_request"),
                ("person_id", "person"),
                ("signature_id", "signature"),
            )
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_paper_scan_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_scan")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_paper_scan_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "sha256", name=op.f("uq_paper_scan_organisation_id_sha256")),
        sa.UniqueConstraint("uid", name=op.f("uq_paper_scan_uid")),
    )
    op.create_index(op.f("ix_paper_scan_organisation_id"), "paper_scan", ["organisation_id"], unique=False)
