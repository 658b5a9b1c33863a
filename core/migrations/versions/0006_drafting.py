"""Tables of drafting"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "compact",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column(
            "legal_effect",
            sa.Enum(
                "none",
                "policy",
                "bylaw",
                "contract",
                name="legaleffect",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("review_cycle", sa.String(length=80), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("organisation_signs", sa.String(length=10), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("sunset", sa.Date(), nullable=True),
        sa.Column("steward_id", sa.Integer(), nullable=True),
        sa.Column("sponsor_organisation_id", sa.Integer(), nullable=True),
        sa.Column("sponsor_physicians_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "sponsor_organisation_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_compact_organisation_id_sponsor_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "sponsor_physicians_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_compact_organisation_id_sponsor_physicians_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "steward_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_compact_organisation_id_steward_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_compact_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_compact_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compact")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_compact_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_compact_uid")),
    )
    op.create_index(op.f("ix_compact_organisation_id"), "compact", ["organisation_id"], unique=False)
    op.create_table(
        "compact_text",
        sa.Column("compact_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "compact_id"],
            ["compact.organisation_id", "compact.id"],
            name=op.f("fk_compact_text_organisation_id_compact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_compact_text_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compact_text")),
        sa.UniqueConstraint(
            "organisation_id",
            "compact_id",
            "locale",
            name=op.f("uq_compact_text_organisation_id_compact_id_locale"),
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_compact_text_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_compact_text_uid")),
    )
    op.create_index(
        op.f("ix_compact_text_organisation_id"), "compact_text", ["organisation_id"], unique=False
    )
    op.create_table(
        "version",
        sa.Column("compact_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_consultation",
                "proposed",
                "refused",
                "ratified",
                "scheduled",
                "in_force",
                "suspended",
                "superseded",
                "withdrawn",
                "expired",
                "retired",
                name="versionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "change_class",
            sa.Enum(
                "editorial",
                "minor",
                "material",
                name="changeclass",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_at", UtcInstant(), nullable=True),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("proposed_at", UtcInstant(), nullable=True),
        sa.Column("in_force_at", UtcInstant(), nullable=True),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "compact_id"],
            ["compact.organisation_id", "compact.id"],
            name=op.f("fk_version_organisation_id_compact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "parent_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_version_organisation_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_version_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint(
            "organisation_id",
            "compact_id",
            "number",
            name=op.f("uq_version_organisation_id_compact_id_number"),
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_version_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_version_uid")),
    )
    op.create_index(op.f("ix_version_organisation_id"), "version", ["organisation_id"], unique=False)
    op.create_table(
        "commitment",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(length=36), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "organisation",
                "physicians",
                name="commitment_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("pair", sa.String(length=80), nullable=True),
        sa.Column("theme", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("owner_post_id", sa.Integer(), nullable=True),
        sa.Column("cadence", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "owner_post_id"],
            ["post.organisation_id", "post.id"],
            name=op.f("fk_commitment_organisation_id_owner_post_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_commitment_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_commitment_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_commitment_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "version_id",
            "identity",
            name=op.f("uq_commitment_organisation_id_version_id_identity"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_commitment_uid")),
    )
    op.create_index(op.f("ix_commitment_organisation_id"), "commitment", ["organisation_id"], unique=False)
    op.create_table(
        "consultation",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("decision_rule", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcInstant(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closed_at", UtcInstant(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_consultation_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_consultation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_consultation_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "version_id",
            "number",
            name=op.f("uq_consultation_organisation_id_version_id_number"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_consultation_uid")),
    )
    op.create_index(
        op.f("ix_consultation_organisation_id"), "consultation", ["organisation_id"], unique=False
    )
    op.create_table(
        "ratification",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "organisation",
                "physicians",
                name="ratification_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("is_ratified", sa.Boolean(), nullable=False),
        sa.Column("votes_for", sa.Integer(), nullable=False),
        sa.Column("votes_against", sa.Integer(), nullable=False),
        sa.Column("abstentions", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("minute_reference", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.String(length=60), nullable=False),
        sa.Column("recorded_at", UtcInstant(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_ratification_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_ratification_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratification")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ratification_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "version_id",
            "side",
            name=op.f("uq_ratification_organisation_id_version_id_side"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_ratification_uid")),
    )
    op.create_index(
        op.f("ix_ratification_organisation_id"), "ratification", ["organisation_id"], unique=False
    )
    op.create_table(
        "rendition",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_rendition_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_rendition_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendition")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_rendition_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "version_id",
            "locale",
            name=op.f("uq_rendition_organisation_id_version_id_locale"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_rendition_uid")),
    )
    op.create_index(op.f("ix_rendition_organisation_id"), "rendition", ["organisation_id"], unique=False)
    op.create_table(
        "commitment_text",
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("edited_at", UtcInstant(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "commitment_id"],
            ["commitment.organisation_id", "commitment.id"],
            name=op.f("fk_commitment_text_organisation_id_commitment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_commitment_text_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_text")),
        sa.UniqueConstraint(
            "organisation_id",
            "commitment_id",
            "locale",
            name=op.f("uq_commitment_text_organisation_id_commitment_id_locale"),
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_commitment_text_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_commitment_text_uid")),
    )
    op.create_index(
        op.f("ix_commitment_text_organisation_id"), "commitment_text", ["organisation_id"], unique=False
    )
