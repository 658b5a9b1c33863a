"""Let urgent mail go first, keep a relay's pace, and keep what came back"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

URGENT = sa.text("priority = 0 AND state IN ('pending', 'leased')")


def upgrade() -> None:
    op.add_column(
        "delivery", sa.Column("priority", sa.SmallInteger(), nullable=False, server_default=sa.text("1"))
    )
    op.create_index(
        "ix_delivery_urgent", "delivery", ["not_before"], sqlite_where=URGENT, postgresql_where=URGENT
    )
    op.create_table(
        "pace",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("free_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pace")),
    )
    op.create_table(
        "bounce",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=11), nullable=False),
        sa.Column("said", sa.String(length=300), nullable=False),
        sa.Column("is_lasting", sa.Boolean(), nullable=False),
        sa.Column("heard_at", UtcInstant(), nullable=False),
        sa.Column("settled_at", UtcInstant(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_bounce_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_bounce_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "delivery_id"],
            ["delivery.organisation_id", "delivery.id"],
            name=op.f("fk_bounce_organisation_id_delivery_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_bounce_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "delivery_id", name=op.f("uq_bounce_organisation_id_delivery_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_bounce_uid")),
    )
    op.create_index("ix_bounce_person_id", "bounce", ["person_id"], unique=False)
    op.create_index(op.f("ix_bounce_organisation_id"), "bounce", ["organisation_id"], unique=False)
