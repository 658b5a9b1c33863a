"""A dated joint look at both sides' commitments, what each side said, and what was agreed."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reciproca.core.db import Base, Revised, Tenant, tenant_keys, word
from reciproca.plugins.types import Rating, Side


class ReviewState(StrEnum):
    """Where a review stands; `rules.py` holds the table of moves."""

    PLANNED = "planned"
    OPEN = "open"
    GATHERING = "gathering"
    DIALOGUE = "dialogue"
    FINDINGS_DRAFTED = "findings_drafted"
    RESPONSES = "responses"
    CLOSED_AGREED = "closed_agreed"
    CLOSED_WITH_DIFFERENCES = "closed_with_differences"
    POSTPONED = "postponed"
    ESCALATED = "escalated"
    SKIPPED = "skipped"


class AssessmentState(StrEnum):
    """Where the look at one commitment stands."""

    PENDING = "pending"
    EVIDENCE_REQUESTED = "evidence_requested"
    SELF_ASSESSED = "self_assessed"
    COUNTERPART_ASSESSED = "counterpart_assessed"
    RECONCILED = "reconciled"
    DIFFERING = "differing"
    PUBLISHED = "published"
    NOT_ASSESSED = "not_assessed"


class ActionState(StrEnum):
    """Where an agreed action stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MERGED = "merged"
    IN_PROGRESS = "in_progress"
    DEFERRED = "deferred"
    DONE = "done"
    VERIFIED = "verified"
    DROPPED = "dropped"
    OUTCOME_TOLD = "outcome_told"


class Review(Tenant, Revised, Base):
    """Review number `number` of a compact. `seal_opens_at` is fixed when it opens: then what was answered is shown, and
    a side that didn't answer stands as "gave no answer by …"."""

    __tablename__ = "review"
    __table_args__ = (
        *tenant_keys(compact_id="compact", version_id="version"),
        UniqueConstraint("organisation_id", "compact_id", "number"),
    )

    compact_id: Mapped[int]
    version_id: Mapped[int]
    number: Mapped[int]
    cycle: Mapped[str] = mapped_column(String(80))
    state: Mapped[ReviewState] = mapped_column(word(ReviewState), default=ReviewState.PLANNED)
    opens_on: Mapped[date]
    opens_at: Mapped[datetime]
    seal_opens_on: Mapped[date]
    seal_opens_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    revealed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    findings: Mapped[str | None]


class Assessment(Tenant, Revised, Base):
    """The look at one commitment in one review."""

    __tablename__ = "assessment"
    __table_args__ = (
        *tenant_keys(review_id="review", commitment_id="commitment"),
        UniqueConstraint("organisation_id", "review_id", "commitment_id"),
    )

    review_id: Mapped[int]
    commitment_id: Mapped[int]
    state: Mapped[AssessmentState] = mapped_column(word(AssessmentState), default=AssessmentState.PENDING)
    reason: Mapped[str | None]


class Answer(Tenant, Base):
    """What one side said of one commitment: sealed until the review reveals it. Its uid tells no time."""

    __tablename__ = "answer"
    __table_args__ = (
        *tenant_keys(assessment_id="assessment"),
        UniqueConstraint("organisation_id", "assessment_id", "side"),
    )

    assessment_id: Mapped[int]
    side: Mapped[Side] = mapped_column(word(Side, "answer_side"))
    rating: Mapped[Rating] = mapped_column(word(Rating))
    words: Mapped[str]
    is_late: Mapped[bool] = mapped_column(default=False)


class Submission(Tenant, Base):
    """One side has spoken in one review: from then on its answers are fixed."""

    __tablename__ = "submission"
    __table_args__ = (*tenant_keys(review_id="review"), UniqueConstraint("organisation_id", "review_id", "side"))

    review_id: Mapped[int]
    side: Mapped[Side] = mapped_column(word(Side, "submission_side"))
    submitted_at: Mapped[datetime]


class AgreedAction(Tenant, Revised, Base):
    """What was agreed at a review: one side owns it through a post, by a local date."""

    __tablename__ = "agreed_action"
    __table_args__ = (*tenant_keys(review_id="review", commitment_id="commitment", owner_post_id="post"),)

    review_id: Mapped[int]
    commitment_id: Mapped[int | None]
    owner_side: Mapped[Side] = mapped_column(word(Side, "action_side"))
    owner_post_id: Mapped[int | None]
    title: Mapped[str]
    due_on: Mapped[date]
    state: Mapped[ActionState] = mapped_column(word(ActionState), default=ActionState.PROPOSED)
    agreed_at: Mapped[datetime | None]


class OutcomeStatement(Tenant, Base):
    """What became of an action: done or not, why, and who was told in what words."""

    __tablename__ = "outcome_statement"
    __table_args__ = (*tenant_keys(action_id="agreed_action"), UniqueConstraint("organisation_id", "action_id"))

    action_id: Mapped[int]
    is_done: Mapped[bool]
    why: Mapped[str]
    told_to: Mapped[str]
    words: Mapped[str]
    told_at: Mapped[datetime]
