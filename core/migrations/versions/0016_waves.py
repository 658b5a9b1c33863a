"""Ask people in waves; keep the calls that they wished for, and which address was somebody else's"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("waves", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("ceremony", sa.Column("read", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("signature_request", sa.Column("wave", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("signature_request", sa.Column("call_number", sa.String(60), nullable=True))
    op.add_column("signature_request", sa.Column("wrong_address", sa.String(254), nullable=True))
    op.add_column("signature_request", sa.Column("called_at", UtcInstant(), nullable=True))
