"""Let an organisation choose its own days for reminders, and say of what is owed which agreement it is about"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminder_policy",
        sa.Column("family", sa.String(length=12), nullable=False),
        sa.Column("scope", sa.String(length=50), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_reminder_policy_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_policy")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_reminder_policy_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "family", "scope", name=op.f("uq_reminder_policy_organisation_id_family_scope")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_reminder_policy_uid")),
    )
    op.create_index(
        op.f("ix_reminder_policy_organisation_id"), "reminder_policy", ["organisation_id"], unique=False
    )
    op.add_column("obligation", sa.Column("compact_uid", sa.String(36), nullable=True))
    op.add_column(
        "obligation", sa.Column("has_own_policy", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "reminder_step", sa.Column("by_mail", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.execute(
        "UPDATE obligation SET has_own_policy = true WHERE EXISTS (SELECT 1 FROM signature_request"
        " JOIN campaign ON campaign.id = signature_request.campaign_id"
        " WHERE signature_request.uid = obligation.subject_uid AND CAST(campaign.reminders AS TEXT) <> '{}')"
    )
