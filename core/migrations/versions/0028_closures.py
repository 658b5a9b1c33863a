"""Let a hospital close days of its own"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closed_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_closed_day_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_day")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_closed_day_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "day", name=op.f("uq_closed_day_organisation_id_day")),
        sa.UniqueConstraint("uid", name=op.f("uq_closed_day_uid")),
    )
    op.create_index(op.f("ix_closed_day_organisation_id"), "closed_day", ["organisation_id"], unique=False)
