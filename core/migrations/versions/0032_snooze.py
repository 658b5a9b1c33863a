"""Let whoever owes something be reminded later"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("obligation", sa.Column("snoozed_until", sa.Date(), nullable=True))
    op.add_column("obligation", sa.Column("snooze_reason", sa.Text(), nullable=True))
