"""Tables of reviewing"""

import sqlalchemy as sa
from alembic import op

from reciproca.core.db import UtcInstant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review",
        sa.Column("compact_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.String(length=80), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "open",
                "gathering",
                "dialogue",
                "findings_drafted",
                "responses",
                "closed_agreed",
                "closed_with_differences",
                "postponed",
                "escalated",
                "skipped",
                name="reviewstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("opens_at", UtcInstant(), nullable=False),
        sa.Column("seal_opens_on", sa.Date(), nullable=False),
        sa.Column("seal_opens_at", UtcInstant(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closes_at", UtcInstant(), nullable=False),
        sa.Column("opened_at", UtcInstant(), nullable=True),
        sa.Column("revealed_at", UtcInstant(), nullable=True),
        sa.Column("closed_at", UtcInstant(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "compact_id"],
            ["compact.organisation_id", "compact.id"],
            name=op.f("fk_review_organisation_id_compact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["version.organisation_id", "version.id"],
            name=op.f("fk_review_organisation_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_review_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint(
            "organisation_id",
            "compact_id",
            "number",
            name=op.f("uq_review_organisation_id_compact_id_number"),
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_review_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_review_uid")),
    )
    op.create_index(op.f("ix_review_organisation_id"), "review", ["organisation_id"], unique=False)
    op.create_table(
        "agreed_action",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column(
            "proposed_by",
            sa.Enum(
                "organisation",
                "physicians",
                name="action_proposer",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "owner_side",
            sa.Enum(
                "organisation",
                "physicians",
                name="action_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("owner_post_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "accepted",
                "declined",
                "merged",
                "in_progress",
                "deferred",
                "done",
                "verified",
                "dropped",
                "outcome_told",
                name="actionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("agreed_at", UtcInstant(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "commitment_id"],
            ["commitment.organisation_id", "commitment.id"],
            name=op.f("fk_agreed_action_organisation_id_commitment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "owner_post_id"],
            ["post.organisation_id", "post.id"],
            name=op.f("fk_agreed_action_organisation_id_owner_post_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "review_id"],
            ["review.organisation_id", "review.id"],
            name=op.f("fk_agreed_action_organisation_id_review_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_agreed_action_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_action")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_agreed_action_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_agreed_action_uid")),
    )
    op.create_index(
        op.f("ix_agreed_action_organisation_id"), "agreed_action", ["organisation_id"], unique=False
    )
    op.create_table(
        "assessment",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "evidence_requested",
                "self_assessed",
                "counterpart_assessed",
                "reconciled",
                "differing",
                "published",
                "not_assessed",
                name="assessmentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "rating",
            sa.Enum(
                "kept",
                "partly_kept",
                "not_kept",
                "too_early",
                "not_applicable",
                "cannot_judge",
                name="assessment_rating",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "commitment_id"],
            ["commitment.organisation_id", "commitment.id"],
            name=op.f("fk_assessment_organisation_id_commitment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "review_id"],
            ["review.organisation_id", "review.id"],
            name=op.f("fk_assessment_organisation_id_review_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_assessment_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_assessment_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "review_id",
            "commitment_id",
            name=op.f("uq_assessment_organisation_id_review_id_commitment_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_assessment_uid")),
    )
    op.create_index(op.f("ix_assessment_organisation_id"), "assessment", ["organisation_id"], unique=False)
    op.create_table(
        "voice",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "organisation",
                "physicians",
                name="voice_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("spoken_by", sa.String(length=60), nullable=True),
        sa.Column("submitted_at", UtcInstant(), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("salt", sa.String(length=36), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("responded_at", UtcInstant(), nullable=True),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.Column("response", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "review_id"],
            ["review.organisation_id", "review.id"],
            name=op.f("fk_voice_organisation_id_review_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_voice_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_voice_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "review_id", "side", name=op.f("uq_voice_organisation_id_review_id_side")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_voice_uid")),
    )
    op.create_index(op.f("ix_voice_organisation_id"), "voice", ["organisation_id"], unique=False)
    op.create_table(
        "answer",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "organisation",
                "physicians",
                name="answer_side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "rating",
            sa.Enum(
                "kept",
                "partly_kept",
                "not_kept",
                "too_early",
                "not_applicable",
                "cannot_judge",
                name="answer_rating",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "assessment_id"],
            ["assessment.organisation_id", "assessment.id"],
            name=op.f("fk_answer_organisation_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_answer_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint(
            "organisation_id",
            "assessment_id",
            "side",
            name=op.f("uq_answer_organisation_id_assessment_id_side"),
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_answer_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_answer_uid")),
    )
    op.create_index(op.f("ix_answer_organisation_id"), "answer", ["organisation_id"], unique=False)
    op.create_table(
        "outcome_statement",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("is_silence", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("told_to", sa.Text(), nullable=False),
        sa.Column("told_at", UtcInstant(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "action_id"],
            ["agreed_action.organisation_id", "agreed_action.id"],
            name=op.f("fk_outcome_statement_organisation_id_action_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_outcome_statement_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_statement")),
        sa.UniqueConstraint(
            "organisation_id", "action_id", name=op.f("uq_outcome_statement_organisation_id_action_id")
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_outcome_statement_organisation_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_outcome_statement_uid")),
    )
    op.create_index(
        op.f("ix_outcome_statement_organisation_id"), "outcome_statement", ["organisation_id"], unique=False
    )
