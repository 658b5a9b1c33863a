"""Let one message carry several notices, and an obligation know when its day was moved"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("obligation", sa.Column("moved_at", UtcInstant(), nullable=True))
    op.add_column("delivery", sa.Column("person_id", sa.Integer(), nullable=True))
    op.add_column("delivery", sa.Column("day", sa.Date(), nullable=True))
    op.add_column("delivery", sa.Column("turn", sa.Integer(), nullable=True))
    op.add_column("delivery", sa.Column("gathered_at", UtcInstant(), nullable=True))
    op.add_column("notice", sa.Column("delivery_id", sa.Integer(), nullable=True))
    op.add_column("notice", sa.Column("left_out", sa.String(length=20), nullable=True))
    op.execute(
        "UPDATE delivery SET person_id = (SELECT person_id FROM notice WHERE notice.id = delivery.notice_id)"
    )
    op.execute(
        "UPDATE notice SET delivery_id = (SELECT max(delivery.id) FROM delivery WHERE delivery.notice_id = notice.id)"
    )
    _turn_round_delivery()
    _turn_round_notice()


def _turn_round_delivery() -> None:
    """A message no longer belongs to one notice, but to a person. Before the notices' table, which refers to it."""
    with op.batch_alter_table("delivery") as table:
        table.drop_constraint(op.f("fk_delivery_organisation_id_notice_id"), type_="foreignkey")
        table.drop_constraint(op.f("uq_delivery_organisation_id_notice_id_channel"), type_="unique")
        table.drop_column("notice_id")
        table.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
        table.create_foreign_key(
            op.f("fk_delivery_organisation_id_person_id"),
            "person",
            ["organisation_id", "person_id"],
            ["organisation_id", "id"],
        )
        table.create_unique_constraint(
            op.f("uq_delivery_organisation_id_person_id_channel_day_turn"),
            ["organisation_id", "person_id", "channel", "day", "turn"],
        )


def _turn_round_notice() -> None:
    # SQLite's copy of the table would lose its check, which a reflection doesn't see.
    check = sa.CheckConstraint("side IN ('organisation', 'physicians')", name=op.f("ck_notice_notice_side"))
    with op.batch_alter_table("notice", table_args=(check,)) as table:
        table.create_foreign_key(
            op.f("fk_notice_organisation_id_delivery_id"),
            "delivery",
            ["organisation_id", "delivery_id"],
            ["organisation_id", "id"],
        )
    op.create_index("ix_notice_delivery_id", "notice", ["delivery_id"])
