"""Let a signer withdraw: the record of it, beside the signature"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signature", sa.Column("withdrawal_uid", sa.String(36), nullable=True))
