"""Tables of obligations"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "obligation",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_uid", sa.String(length=36), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "organisation",
                "physicians",
                name="side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("family", sa.String(length=12), nullable=False),
        sa.Column("holder", sa.String(length=50), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("sentence", sa.JSON(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("due_local", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("due_at", UtcInstant(), nullable=False),
        sa.Column("next_at", UtcInstant(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_obligation_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "post_id"],
            ["post.organisation_id", "post.id"],
            name=op.f("fk_obligation_organisation_id_post_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_obligation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_obligation_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "kind",
            "subject_uid",
            "holder",
            name=op.f("uq_obligation_organisation_id_kind_subject_uid_holder"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_obligation_uid")),
    )
    op.create_index("ix_obligation_open_next_at", "obligation", ["state", "next_at"], unique=False)
    op.create_index(op.f("ix_obligation_organisation_id"), "obligation", ["organisation_id"], unique=False)
    op.create_table(
        "reminder_step",
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("offset_days", sa.Integer(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "obligation_id"],
            ["obligation.organisation_id", "obligation.id"],
            name=op.f("fk_reminder_step_organisation_id_obligation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_reminder_step_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_step")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_reminder_step_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "obligation_id",
            "step",
            name=op.f("uq_reminder_step_organisation_id_obligation_id_step"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_reminder_step_uid")),
    )
    op.create_index("ix_reminder_step_at", "reminder_step", ["at"], unique=False)
    op.create_index(
        op.f("ix_reminder_step_organisation_id"), "reminder_step", ["organisation_id"], unique=False
    )
