"""Let owners say why something is late, and propose what is four weeks late for an agenda"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _table(
        "owner_statement",
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", UtcInstant(), nullable=False),
        points_to={"obligation_id": "obligation", "person_id": "person"},
    )
    _table(
        "agenda_proposal",
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("side", _word("agenda_proposal_side", "organisation", "physicians"), nullable=False),
        sa.Column("state", _word("agenda_proposal_state", "proposed", "placed", "declined"), nullable=False),
        sa.Column("proposed_at", UtcInstant(), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_at", UtcInstant(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        points_to={"obligation_id": "obligation", "decided_by": "person"},
    )


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _table(name: str, *columns: sa.Column[object], points_to: dict[str, str]) -> None:
    op.create_table(
        name,
        *columns,
        sa.Column("revision", sa.Integer(), nullable=False),
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
        sa.UniqueConstraint(
            "organisation_id", "obligation_id", name=op.f(f"uq_{name}_organisation_id_obligation_id")
        ),
        sa.UniqueConstraint("uid", name=op.f(f"uq_{name}_uid")),
    )
    op.create_index(op.f(f"ix_{name}_organisation_id"), name, ["organisation_id"], unique=False)
