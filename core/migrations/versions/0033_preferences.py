"""Let people choose at which hour they are reminded, and whether courtesy comes by mail"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preference",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=True),
        sa.Column("courtesy_by_mail", sa.Boolean(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_preference_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_preference_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preference")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_preference_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "person_id", name=op.f("uq_preference_organisation_id_person_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_preference_uid")),
    )
    op.create_index(op.f("ix_preference_organisation_id"), "preference", ["organisation_id"], unique=False)
