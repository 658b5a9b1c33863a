"""Count comments from an index alone (SQLite)"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        said = ["organisation_id", "version_id", "identity", "consultation_id", "objected_at", "side"]
        living = sa.text("withdrawn_at IS NULL")
        op.drop_index("ix_comment_of_clause", table_name="comment")
        op.create_index(
            "ix_comment_counted", "comment", [*said, "point_id", "person_id"], sqlite_where=living
        )
