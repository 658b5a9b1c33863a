"""Say by what somebody holds a role, and until when"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("grant", sa.Column("basis", sa.String(200), nullable=False, server_default=""))
    op.add_column("grant", sa.Column("ends_at", UtcInstant(), nullable=True))
