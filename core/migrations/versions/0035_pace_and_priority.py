"""Count what goes to a relay in a minute, and send first what can't wait"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("left", sa.Double(), nullable=False),
        sa.Column("counted_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pace")),
        sa.UniqueConstraint("name", name=op.f("uq_pace_name")),
    )
    op.add_column("delivery", sa.Column("is_urgent", sa.Boolean(), nullable=False, server_default=sa.true()))
