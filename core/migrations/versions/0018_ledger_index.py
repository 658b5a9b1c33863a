"""Find a leaf and make its proof without reading the log; know whether the ledger verified"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from reciproca.core.db import UtcInstant
from reciproca.core.ledger import index

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ledger_place",
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("idx", _POSITION, nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_ledger_place")),
    )
    op.create_table(
        "ledger_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", _POSITION, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_ledger_node")),
    )
    op.create_table(
        "ledger_health",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("checked_at", UtcInstant(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("size", _POSITION, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_health")),
    )
    op.create_table(
        "ledger_witness",
        sa.Column("witness", sa.String(length=60), nullable=False),
        sa.Column("size", _POSITION, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcInstant(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("witness", name=op.f("pk_ledger_witness")),
    )
    index.rebuild(Session(op.get_bind()))
