"""Keep how many members a body had when it decided"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ratification", sa.Column("members", sa.Integer(), nullable=True))
