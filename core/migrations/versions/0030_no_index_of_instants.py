"""Drop an index that nothing asks for, and that the sweep was led astray by"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_reminder_step_at", table_name="reminder_step")
