"""Tables of co-writing a draft, and what its versions and rounds say besides"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Each of the columns has a constant default, and its check stands in its own line: SQLite can add nothing else.
    op.add_column("commitment_text", sa.Column("checked_at", UtcInstant(), nullable=True))
    op.execute("ALTER TABLE commitment_text ADD COLUMN is_machine BOOLEAN DEFAULT FALSE NOT NULL")
    op.add_column("compact", sa.Column("authoritative", sa.String(length=20), nullable=True))
    for column in ("constraints", "decides", "measure"):
        op.execute(f"ALTER TABLE consultation ADD COLUMN {column} TEXT DEFAULT '' NOT NULL")
    op.execute("""ALTER TABLE consultation ADD COLUMN attribution VARCHAR(40) DEFAULT 'named' NOT NULL
        CONSTRAINT ck_consultation_attribution CHECK (attribution IN ('named', 'unit', 'confidential'))""")
    op.execute("ALTER TABLE consultation ADD COLUMN audience JSON DEFAULT '{}' NOT NULL")
    op.execute("ALTER TABLE ratification ADD COLUMN recused INTEGER DEFAULT 0 NOT NULL")
    op.execute("""ALTER TABLE version ADD COLUMN legal_effect VARCHAR(40) DEFAULT 'none' NOT NULL
        CONSTRAINT ck_version_legaleffect CHECK (legal_effect IN ('none', 'policy', 'bylaw', 'contract'))""")
    op.execute("ALTER TABLE version ADD COLUMN origin VARCHAR(10) DEFAULT 'written' NOT NULL")
    op.execute(
        """UPDATE version SET legal_effect =
        (SELECT legal_effect FROM compact WHERE compact.id = version.compact_id)"""
    )
    op.create_table(
        "body",
        sa.Column("compact_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "organisation",
                "physicians",
                name="body_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "compact_id"],
            ["compact.organisation_id", "compact.id"],
            name=op.f("fk_body_organisation_id_compact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_body_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body")),
        sa.UniqueConstraint(
            "organisation_id", "compact_id", "side", name=op.f("uq_body_organisation_id_compact_id_side")
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_body_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_body_uid")),
    )
    op.create_index(op.f("ix_body_organisation_id"), "body", ["organisation_id"], unique=False)
    op.create_table(
        "standing",
        sa.Column("compact_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "organisation",
                "physicians",
                name="standing_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "compact_id"],
            ["compact.organisation_id", "compact.id"],
            name=op.f("fk_standing_organisation_id_compact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_standing_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_standing_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing")),
        sa.UniqueConstraint(
            "organisation_id",
            "compact_id",
            "person_id",
            name=op.f("uq_standing_organisation_id_compact_id_person_id"),
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_standing_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_standing_uid")),
    )
    op.create_index(op.f("ix_standing_organisation_id"), "standing", ["organisation_id"], unique=False)
    op.create_table(
        "accord",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "matter",
            sa.Enum(
                "change_class",
                "suspend",
                "resume",
                "retire",
                name="matter",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "organisation",
                "physicians",
                name="accord_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by", sa.String(length=60), nullable=False),
        sa.Column("given_at", UtcInstant(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_accord_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_accord_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accord")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_accord_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "version_id",
            "matter",
            "round",
            "side",
            name=op.f("uq_accord_organisation_id_version_id_matter_round_side"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_accord_uid")),
    )
    op.create_index(op.f("ix_accord_organisation_id"), "accord", ["organisation_id"], unique=False)
    op.create_table(
        "addendum",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("main_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "main_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_addendum_organisation_id_main_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_addendum_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_addendum_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addendum")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_addendum_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "version_id", name=op.f("uq_addendum_organisation_id_version_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_addendum_uid")),
    )
    op.create_index(op.f("ix_addendum_organisation_id"), "addendum", ["organisation_id"], unique=False)
    op.create_table(
        "edit",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(length=36), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "words",
                "added",
                "removed",
                "moved",
                "kept_by",
                "pace",
                name="editkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("locale", sa.String(length=20), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "organisation",
                "physicians",
                name="edit_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "undoes_id"],
            ["edit.organisation_id", "edit.id"],
            name=op.f("fk_edit_organisation_id_undoes_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_edit_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_edit_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_edit_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_edit_uid")),
    )
    op.create_index("ix_edit_clause", "edit", ["organisation_id", "identity", "id"], unique=False)
    op.create_index(op.f("ix_edit_organisation_id"), "edit", ["organisation_id"], unique=False)
    op.create_table(
        "rendition_check",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("checked_at", UtcInstant(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_rendition_check_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_rendition_check_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_rendition_check_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendition_check")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_rendition_check_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "version_id",
            "locale",
            name=op.f("uq_rendition_check_organisation_id_version_id_locale"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_rendition_check_uid")),
    )
    op.create_index(
        op.f("ix_rendition_check_organisation_id"), "rendition_check", ["organisation_id"], unique=False
    )
