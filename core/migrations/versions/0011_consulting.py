"""Tables of consulting"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "point",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=True),
        sa.Column("identity", sa.String(length=36), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "disposition",
            sa.Enum(
                "accepted",
                "changed",
                "declined",
                name="disposition",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=60), nullable=True),
        sa.Column("answered_at", UtcInstant(), nullable=True),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "consultation_id"],
            ["consultation.organisation_id", "consultation.id"],
            name=op.f("fk_point_organisation_id_consultation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_point_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_point_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_point_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_point_uid")),
    )
    op.create_index(op.f("ix_point_organisation_id"), "point", ["organisation_id"], unique=False)
    op.create_index(
        "ix_point_page",
        "point",
        ["organisation_id", "version_id", "consultation_id", "disposition", "id"],
        unique=False,
    )
    op.create_table(
        "comment",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=True),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column(
            "side",
            sa.Enum(
                "organisation",
                "physicians",
                name="comment_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "attribution",
            sa.Enum(
                "named",
                "unit",
                "confidential",
                name="comment_attribution",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("identity", sa.String(length=36), nullable=True),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("is_adopted", sa.Boolean(), nullable=False),
        sa.Column("said_at", UtcInstant(), nullable=False),
        sa.Column("withdrawn_at", UtcInstant(), nullable=True),
        sa.Column("objection", sa.Text(), nullable=True),
        sa.Column("objected_at", UtcInstant(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "consultation_id"],
            ["consultation.organisation_id", "consultation.id"],
            name=op.f("fk_comment_organisation_id_consultation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_comment_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "point_id"],
            ["point.organisation_id", "point.id"],
            name=op.f("fk_comment_organisation_id_point_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_comment_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_comment_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_comment_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_comment_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_comment_uid")),
    )
    op.create_index(
        "ix_comment_of_clause", "comment", ["organisation_id", "version_id", "identity"], unique=False
    )
    op.create_index(
        "ix_comment_of_person", "comment", ["organisation_id", "person_id", "version_id"], unique=False
    )
    op.create_index("ix_comment_of_point", "comment", ["organisation_id", "point_id", "id"], unique=False)
    op.create_index(op.f("ix_comment_organisation_id"), "comment", ["organisation_id"], unique=False)
    op.create_table(
        "sight",
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "organisation",
                "physicians",
                name="sight_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("seen_at", UtcInstant(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_sight_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "point_id"],
            ["point.organisation_id", "point.id"],
            name=op.f("fk_sight_organisation_id_point_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_sight_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sight")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_sight_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "point_id",
            "person_id",
            name=op.f("uq_sight_organisation_id_point_id_person_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_sight_uid")),
    )
    op.create_index(op.f("ix_sight_organisation_id"), "sight", ["organisation_id"], unique=False)
    op.create_table(
        "reply",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "organisation",
                "physicians",
                name="reply_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", UtcInstant(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "comment_id"],
            ["comment.organisation_id", "comment.id"],
            name=op.f("fk_reply_organisation_id_comment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_reply_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_reply_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_reply_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_reply_uid")),
    )
    op.create_index("ix_reply_of_comment", "reply", ["organisation_id", "comment_id", "id"], unique=False)
    op.create_index(op.f("ix_reply_organisation_id"), "reply", ["organisation_id"], unique=False)
