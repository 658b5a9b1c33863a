"""Let a campaign ask by rule: unit, category, post, language"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("rule", sa.JSON(), nullable=False, server_default="{}"))
