"""Let campaigns keep up with the staff: whom the steward left out, and the day of the last look"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("left_out", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("campaign", sa.Column("kept_up_on", sa.Date(), nullable=True))
