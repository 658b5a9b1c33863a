"""Ask physicians one by one in a review, and keep only what they say together"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

RATINGS = ("kept", "partly_kept", "not_kept", "too_early", "not_applicable", "cannot_judge")


def upgrade() -> None:
    op.create_table(
        "poll",
        sa.Column("compact_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("subject_uid", sa.String(length=36), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("closed_at", UtcInstant(), nullable=True),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "compact_id"],
            ["compact.organisation_id", "compact.id"],
            name=op.f("fk_poll_organisation_id_compact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_poll_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_poll_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_poll_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "subject_uid", name=op.f("uq_poll_organisation_id_subject_uid")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_poll_uid")),
    )
    op.create_index(op.f("ix_poll_organisation_id"), "poll", ["organisation_id"], unique=False)
    op.create_table(
        "poll_asked",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=500), nullable=False),
        sa.Column("commitment_ids", sa.JSON(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_poll_asked_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "poll_id"],
            ["poll.organisation_id", "poll.id"],
            name=op.f("fk_poll_asked_organisation_id_poll_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_poll_asked_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_asked")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_poll_asked_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "poll_id",
            "person_id",
            name=op.f("uq_poll_asked_organisation_id_poll_id_person_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_poll_asked_uid")),
    )
    op.create_index(op.f("ix_poll_asked_organisation_id"), "poll_asked", ["organisation_id"], unique=False)
    op.create_table(
        "poll_finding",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column(
            "rating",
            sa.Enum(*RATINGS, name="finding_rating", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "commitment_id"],
            ["commitment.organisation_id", "commitment.id"],
            name=op.f("fk_poll_finding_organisation_id_commitment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "poll_id"],
            ["poll.organisation_id", "poll.id"],
            name=op.f("fk_poll_finding_organisation_id_poll_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_poll_finding_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_finding")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_poll_finding_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "poll_id",
            "commitment_id",
            name=op.f("uq_poll_finding_organisation_id_poll_id_commitment_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_poll_finding_uid")),
    )
    op.create_index(
        op.f("ix_poll_finding_organisation_id"), "poll_finding", ["organisation_id"], unique=False
    )
    op.create_table(
        "poll_opinion",
        sa.Column("asked_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column(
            "rating",
            sa.Enum(*RATINGS, name="opinion_rating", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "asked_id"],
            ["poll_asked.organisation_id", "poll_asked.id"],
            name=op.f("fk_poll_opinion_organisation_id_asked_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "commitment_id"],
            ["commitment.organisation_id", "commitment.id"],
            name=op.f("fk_poll_opinion_organisation_id_commitment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_poll_opinion_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_opinion")),
        sa.UniqueConstraint(
            "organisation_id",
            "asked_id",
            "commitment_id",
            name=op.f("uq_poll_opinion_organisation_id_asked_id_commitment_id"),
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_poll_opinion_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_poll_opinion_uid")),
    )
    op.create_index(
        op.f("ix_poll_opinion_organisation_id"), "poll_opinion", ["organisation_id"], unique=False
    )
    op.add_column(
        "review", sa.Column("asks_physicians", sa.Boolean(), nullable=False, server_default=sa.false())
    )
