"""What two sides' answers make of one commitment, and what the balance says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reciproca.compacts.reviewing.rules.moves import AssessmentEvent, move_assessment
from reciproca.compacts.reviewing.tables import AssessmentState
from reciproca.plugins.types import Rating, Side

OTHER: Mapping[Side, Side] = {Side.ORGANISATION: Side.PHYSICIANS, Side.PHYSICIANS: Side.ORGANISATION}


class Reason(StrEnum):
    """Why a commitment has no rating, or what is to be known of the one that it has."""

    OWNER_SILENT = "owner_silent"
    COUNTERPART_SILENT = "counterpart_silent"
    BOTH_SILENT = "both_silent"
    TOO_FEW = "too_few"
    DIFFERING = "differing"


class Standing(StrEnum):
    """How a promise stands on the balance: the same five words for both sides."""

    KEPT = "kept"
    PARTLY = "partly"
    NOT_KEPT = "not_kept"
    OVERDUE = "overdue"
    NOT_ASSESSED = "not_assessed"


_STANDINGS: Mapping[Rating, Standing] = {
    Rating.KEPT: Standing.KEPT,
    Rating.PARTLY_KEPT: Standing.PARTLY,
    Rating.NOT_KEPT: Standing.NOT_KEPT,
}


@dataclass(frozen=True, kw_only=True)
class Look:
    """Where an assessment comes to stand when the seal opens: its state, its rating, and what must be said with it."""

    state: AssessmentState
    rating: Rating | None = None
    reason: Reason | None = None


def look(
    *,
    own: Rating | None,
    counterpart: Rating | None,
    state: AssessmentState = AssessmentState.PENDING,
    are_too_few: bool = False,
) -> Look:
    """What the owner's answer and the other side's make of a commitment; None is a side that gave no answer, or of
    whose people `are_too_few` could judge.

    A promise is rated by the side that it was made to: where the two differ, its rating counts and both views are
    kept; a silent owner can't keep it from counting; and nobody's rating of themselves counts alone."""
    if own is not None:
        state = move_assessment(state, AssessmentEvent.OWNER_ANSWERED)
    if counterpart is None and are_too_few:
        return Look(state=move_assessment(state, AssessmentEvent.LEAVE), reason=Reason.TOO_FEW)
    if counterpart is None:
        reason = Reason.BOTH_SILENT if own is None else Reason.COUNTERPART_SILENT
        return Look(state=move_assessment(state, AssessmentEvent.LEAVE), reason=reason)
    state = move_assessment(state, AssessmentEvent.COUNTERPART_ANSWERED)
    if own is None:
        return Look(state=state, rating=counterpart, reason=Reason.OWNER_SILENT)
    if own is counterpart:
        return Look(state=move_assessment(state, AssessmentEvent.RECONCILE), rating=counterpart)
    after = move_assessment(state, AssessmentEvent.DIFFER)
    return Look(state=after, rating=counterpart, reason=Reason.DIFFERING)


def published(state: AssessmentState) -> AssessmentState:
    """The state of an assessment when its review closes: what has none stays "not assessed because"."""
    if state is AssessmentState.NOT_ASSESSED:
        return state
    return move_assessment(state, AssessmentEvent.PUBLISH)


def standing(rating: Rating | None, *, is_overdue: bool) -> Standing:
    """The one word of the balance for a commitment. Something agreed for it that is late outweighs its rating; too
    early, not applicable and "can't judge" are not assessed, and never kept."""
    if is_overdue:
        return Standing.OVERDUE
    return _STANDINGS.get(rating, Standing.NOT_ASSESSED) if rating else Standing.NOT_ASSESSED
