"""Let several people sign for the organisation"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("compact", sa.Column("signatories", sa.JSON(), nullable=False, server_default="[]"))
