"""Tables of eliciting"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "elicitation",
        sa.Column("compact_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcInstant(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closed_at", UtcInstant(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "compact_id"],
            ["compact.organisation_id", "compact.id"],
            name=op.f("fk_elicitation_organisation_id_compact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_elicitation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elicitation")),
        sa.UniqueConstraint(
            "organisation_id",
            "compact_id",
            "number",
            name=op.f("uq_elicitation_organisation_id_compact_id_number"),
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_elicitation_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_elicitation_uid")),
    )
    op.create_index(op.f("ix_elicitation_organisation_id"), "elicitation", ["organisation_id"], unique=False)
    op.create_table(
        "strand",
        sa.Column("elicitation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(length=36), nullable=True),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "elicitation_id"],
            ["elicitation.organisation_id", "elicitation.id"],
            name=op.f("fk_strand_organisation_id_elicitation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_strand_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strand")),
        sa.UniqueConstraint(
            "organisation_id",
            "elicitation_id",
            "title",
            name=op.f("uq_strand_organisation_id_elicitation_id_title"),
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_strand_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_strand_uid")),
    )
    op.create_index(op.f("ix_strand_organisation_id"), "strand", ["organisation_id"], unique=False)
    op.create_table(
        "wish",
        sa.Column("elicitation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column(
            "side",
            sa.Enum(
                "organisation",
                "physicians",
                name="wish_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "direction",
            sa.Enum("give", "get", name="direction", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("strand_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "elicitation_id"],
            ["elicitation.organisation_id", "elicitation.id"],
            name=op.f("fk_wish_organisation_id_elicitation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_wish_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "strand_id"],
            ["strand.organisation_id", "strand.id"],
            name=op.f("fk_wish_organisation_id_strand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_wish_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_wish_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_wish_uid")),
    )
    op.create_index(
        "ix_wish_of_round", "wish", ["organisation_id", "elicitation_id", "side", "direction"], unique=False
    )
    op.create_index(op.f("ix_wish_organisation_id"), "wish", ["organisation_id"], unique=False)
