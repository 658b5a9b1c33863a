"""Tables of notices"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column(
            "side",
            sa.Enum(
                "organisation",
                "physicians",
                name="notice_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("written_at", UtcInstant(), nullable=False),
        sa.Column("read_at", UtcInstant(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "obligation_id"],
            ["obligation.organisation_id", "obligation.id"],
            name=op.f("fk_notice_organisation_id_obligation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_notice_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_notice_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_notice_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "obligation_id",
            "step",
            "person_id",
            name=op.f("uq_notice_organisation_id_obligation_id_step_person_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_notice_uid")),
    )
    op.create_index("ix_notice_inbox", "notice", ["organisation_id", "person_id", "uid"], unique=False)
    op.create_index(op.f("ix_notice_organisation_id"), "notice", ["organisation_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("reference", sa.String(length=250), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("not_before", UtcInstant(), nullable=False),
        sa.Column("lease_until", UtcInstant(), nullable=True),
        sa.Column("lease_token", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("done_at", UtcInstant(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "notice_id"],
            ["notice.organisation_id", "notice.id"],
            name=op.f("fk_delivery_organisation_id_notice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_delivery_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_delivery_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "notice_id",
            "channel",
            name=op.f("uq_delivery_organisation_id_notice_id_channel"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_delivery_uid")),
    )
    op.create_index(op.f("ix_delivery_organisation_id"), "delivery", ["organisation_id"], unique=False)
    op.create_index("ix_delivery_waiting", "delivery", ["state", "not_before"], unique=False)
