"""Tables of people"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=20), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("locales", sa.JSON(), nullable=False),
        sa.Column("wording", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("uid", name=op.f("uq_organisation_uid")),
    )
    op.create_table(
        "person",
        sa.Column("staff_id", sa.String(length=60), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("given_name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("searchable", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_person_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("organisation_id", "email", name=op.f("uq_person_organisation_id_email")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_person_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "staff_id", name=op.f("uq_person_organisation_id_staff_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_person_uid")),
    )
    op.create_index(op.f("ix_person_organisation_id"), "person", ["organisation_id"], unique=False)
    op.create_table(
        "roster_file",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sent_by", sa.String(length=60), nullable=False),
        sa.Column("sent_at", UtcInstant(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_roster_file_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_file")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_roster_file_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_roster_file_uid")),
    )
    op.create_index(op.f("ix_roster_file_organisation_id"), "roster_file", ["organisation_id"], unique=False)
    op.create_table(
        "unit",
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "parent_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_unit_organisation_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_unit_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_unit_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "path", name=op.f("uq_unit_organisation_id_path")),
        sa.UniqueConstraint("uid", name=op.f("uq_unit_uid")),
    )
    op.create_index(op.f("ix_unit_organisation_id"), "unit", ["organisation_id"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_appointment_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_appointment_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_appointment_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_appointment_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "person_id",
            "unit_id",
            "starts",
            name=op.f("uq_appointment_organisation_id_person_id_unit_id_starts"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_appointment_uid")),
    )
    op.create_index(op.f("ix_appointment_organisation_id"), "appointment", ["organisation_id"], unique=False)
    op.create_table(
        "leave",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_leave_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_leave_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_leave_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "person_id", "starts", name=op.f("uq_leave_organisation_id_person_id_starts")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_leave_uid")),
    )
    op.create_index(op.f("ix_leave_organisation_id"), "leave", ["organisation_id"], unique=False)
    op.create_table(
        "licence",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_licence_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_licence_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_licence_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "person_id", "scheme", name=op.f("uq_licence_organisation_id_person_id_scheme")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_licence_uid")),
    )
    op.create_index(op.f("ix_licence_organisation_id"), "licence", ["organisation_id"], unique=False)
    op.create_table(
        "post",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_post_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_post_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_post_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "unit_id", "title", name=op.f("uq_post_organisation_id_unit_id_title")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_post_uid")),
    )
    op.create_index(op.f("ix_post_organisation_id"), "post", ["organisation_id"], unique=False)
    op.create_table(
        "holding",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("is_deputy", sa.Boolean(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_holding_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "post_id"],
            ["post.organisation_id", "post.id"],
            name=op.f("fk_holding_organisation_id_post_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_holding_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holding")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_holding_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "post_id",
            "person_id",
            name=op.f("uq_holding_organisation_id_post_id_person_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_holding_uid")),
    )
    op.create_index(op.f("ix_holding_organisation_id"), "holding", ["organisation_id"], unique=False)
