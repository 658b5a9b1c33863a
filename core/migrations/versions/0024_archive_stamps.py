"""Keep in mind which documents want an archive stamp, until when theirs is good, and why one failed"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sealed_document", sa.Column("archive_due_at", UtcInstant(), nullable=True))
    op.add_column("sealed_document", sa.Column("archive_until", UtcInstant(), nullable=True))
    op.add_column("sealed_document", sa.Column("archive_failure", sa.String(500), nullable=True))
    op.execute("UPDATE sealed_document SET archive_due_at = sealed_at")
