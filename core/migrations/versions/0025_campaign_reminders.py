"""Let a campaign say on which days it reminds"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("reminders", sa.JSON(), nullable=False, server_default="{}"))
