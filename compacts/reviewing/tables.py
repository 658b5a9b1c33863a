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
    """Review number `number` of a compact. Both days are fixed when it opens: at `seal_opens_at` what was answered is
    shown, and a side that didn't answer stands as "gave no answer by …"; at `closes_at` it closes, whoever is silent.
    `findings` are what both sides were asked to respond to."""

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
    closes_on: Mapped[date]
    closes_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    revealed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    findings: Mapped[str | None]
    asks_physicians: Mapped[bool] = mapped_column(default=False)
    """Whether physicians are asked one by one how the organisation kept its promises; chosen before it opens."""


class Assessment(Tenant, Base):
    """The look at one commitment in one review. `rating` is what the review found in the end; `reason` is a word of
    `rules.Reason` that says why there is none, or what is to be known of it."""

    __tablename__ = "assessment"
    __table_args__ = (
        *tenant_keys(review_id="review", commitment_id="commitment"),
        UniqueConstraint("organisation_id", "review_id", "commitment_id"),
    )

    review_id: Mapped[int]
    commitment_id: Mapped[int]
    state: Mapped[AssessmentState] = mapped_column(word(AssessmentState), default=AssessmentState.PENDING)
    rating: Mapped[Rating | None] = mapped_column(word(Rating, "assessment_rating"))
    reason: Mapped[str | None] = mapped_column(String(40))


class Answer(Tenant, Base):
    """What one side said of one commitment: sealed until the review opens it. Its uid tells no time."""

    __tablename__ = "answer"
    __table_args__ = (
        *tenant_keys(assessment_id="assessment"),
        UniqueConstraint("organisation_id", "assessment_id", "side"),
    )

    assessment_id: Mapped[int]
    side: Mapped[Side] = mapped_column(word(Side, "answer_side"))
    rating: Mapped[Rating] = mapped_column(word(Rating, "answer_rating"))
    words: Mapped[str]


class Voice(Tenant, Revised, Base):
    """One side in one review, from its opening on. Once `submitted_at` is set its answers are fixed, and `sha256`
    (over `salt` and the answers) is in the ledger while they are still sealed. `agrees` and `response` are what it
    says to the findings. Its `revision` counts this side's changes only, so that it tells the other side nothing."""

    __tablename__ = "voice"
    __table_args__ = (
        *tenant_keys(review_id="review"),
        UniqueConstraint("organisation_id", "review_id", "side"),
    )

    review_id: Mapped[int]
    side: Mapped[Side] = mapped_column(word(Side, "voice_side"))
    spoken_by: Mapped[str | None] = mapped_column(String(60))
    submitted_at: Mapped[datetime | None]
    is_late: Mapped[bool] = mapped_column(default=False)
    salt: Mapped[str | None] = mapped_column(String(36))
    sha256: Mapped[str | None] = mapped_column(String(64))
    responded_at: Mapped[datetime | None]
    agrees: Mapped[bool | None]
    response: Mapped[str | None]


class ReviewMeeting(Tenant, Base):
    """When and where both sides meet over a review: `starts_local` (YYYY-MM-DDTHH:MM) in `zone` is what was agreed,
    `starts_at` the instant that it comes to. `link` (https) is for those who take part. `sequence` grows with each
    change that they are told of; its uid is the one that their calendars know it by, also after it was called off."""

    __tablename__ = "review_meeting"
    __table_args__ = (*tenant_keys(review_id="review"), UniqueConstraint("organisation_id", "review_id"))

    review_id: Mapped[int]
    starts_local: Mapped[str] = mapped_column(String(16))
    zone: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(300))
    link: Mapped[str] = mapped_column(String(500), default="")
    agenda: Mapped[str] = mapped_column(default="")
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    is_cancelled: Mapped[bool] = mapped_column(default=False)


class MeetingGuest(Tenant, Base):
    """Somebody who was invited to a meeting, and whether they still are: who no longer is was told so."""

    __tablename__ = "meeting_guest"
    __table_args__ = (
        *tenant_keys(meeting_id="review_meeting", person_id="person"),
        UniqueConstraint("organisation_id", "meeting_id", "person_id"),
    )

    meeting_id: Mapped[int]
    person_id: Mapped[int]
    is_invited: Mapped[bool] = mapped_column(default=True)


class AgreedAction(Tenant, Revised, Base):
    """Something to do that came out of a review: `proposed_by` one side, owned by `owner_side` through a post, by a
    local date. What a side proposes for itself is agreed at once; for the other, when that side accepts it."""

    __tablename__ = "agreed_action"
    __table_args__ = (*tenant_keys(review_id="review", commitment_id="commitment", owner_post_id="post"),)

    review_id: Mapped[int]
    commitment_id: Mapped[int | None]
    proposed_by: Mapped[Side] = mapped_column(word(Side, "action_proposer"))
    owner_side: Mapped[Side] = mapped_column(word(Side, "action_side"))
    owner_post_id: Mapped[int | None]
    title: Mapped[str]
    due_on: Mapped[date]
    state: Mapped[ActionState] = mapped_column(word(ActionState), default=ActionState.PROPOSED)
    reason: Mapped[str | None]
    agreed_at: Mapped[datetime | None]


class OutcomeStatement(Tenant, Base):
    """What became of an action: done or not, why, and who was told. `is_silence` when nobody said by the day on which
    the next review closed."""

    __tablename__ = "outcome_statement"
    __table_args__ = (
        *tenant_keys(action_id="agreed_action"),
        UniqueConstraint("organisation_id", "action_id"),
    )

    action_id: Mapped[int]
    is_done: Mapped[bool]
    is_silence: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str]
    told_to: Mapped[str]
    told_at: Mapped[datetime]
