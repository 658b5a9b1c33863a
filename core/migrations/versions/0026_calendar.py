"""Give reviews a meeting of both sides, and people a feed of their own dates"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _table(
        "review_meeting",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("starts_local", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("starts_at", UtcInstant(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcInstant(), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        points_to={"review_id": "review"},
        unique=(("organisation_id", "review_id"),),
    )
    _table(
        "meeting_guest",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("is_invited", sa.Boolean(), nullable=False),
        points_to={"meeting_id": "review_meeting", "person_id": "person"},
        unique=(("organisation_id", "meeting_id", "person_id"),),
    )
    _table(
        "calendar_feed",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        points_to={"person_id": "person"},
        unique=(("organisation_id", "person_id"), ("sha256",)),
    )


def _table(
    name: str, *columns: sa.Column[object], points_to: dict[str, str], unique: tuple[tuple[str, ...], ...]
) -> None:
    op.create_table(
        name,
        *columns,
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{table}.organisation_id", f"{table}.id"],
                name=op.f(f"fk_{name}_organisation_id_{column}"),
            )
            for column, table in points_to.items()
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{name}_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f(f"uq_{name}_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f(f"uq_{name}_uid")),
        *(sa.UniqueConstraint(*them, name=op.f(f"uq_{name}_{'_'.join(them)}")) for them in unique),
    )
    op.create_index(op.f(f"ix_{name}_organisation_id"), name, ["organisation_id"], unique=False)
