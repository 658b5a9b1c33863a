"""Who may speak for a side, what is still missing, and when a review may close: pure decisions."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reciproca.compacts.reviewing.rules.moves import AGREED, CLOSED, ENDED, REVEALED
from reciproca.compacts.reviewing.tables import ActionState, AssessmentState, ReviewState
from reciproca.core.clock import instant_of
from reciproca.core.errors import Conflict, Fault, Forbidden, Invalid
from reciproca.core.i18n import _
from reciproca.core.identity import Role
from reciproca.plugins.types import Side

DIALOGUE_DAYS = 28
"""A review closes this many days after its seal opens, whoever is silent."""

HATS = {
    Side.ORGANISATION: frozenset(
        {Role.CO_SPONSOR_ORGANISATION, Role.RATIFIER_ORGANISATION, Role.SIGNATORY, Role.EXECUTIVE_SPONSOR}
    ),
    Side.PHYSICIANS: frozenset({Role.CO_SPONSOR_PHYSICIANS, Role.RATIFIER_PHYSICIANS}),
}
"""Roles that declare a side. Being a physician doesn't: a leader who is one has the side of the leader's role."""


def closing_day(seal_opens: date) -> date:
    """The local day on which a review closes by itself."""
    return seal_opens + timedelta(days=DIALOGUE_DAYS)


def require_voice(
    side: Side,
    *,
    roles: Collection[Role],
    actor: str,
    person_id: int | None,
    sponsor_id: int | None,
    spoken_on_other: str | None,
) -> None:
    """Forbidden unless the actor may speak for `side`: the agreement's named co-sponsor where there is one, nobody who
    also stands for the other side, nobody who has spoken for it in this review."""
    if any(set(roles) & hats for other, hats in HATS.items() if other is not side):
        raise Forbidden(
            detail=_(
                "You hold an office of the other side, so you can't speak for this one. Nothing was changed."
            ),
            remedy=_("Ask somebody who stands for this side alone."),
        )
    if actor == spoken_on_other:
        raise Forbidden(
            detail=_("You spoke for the other side in this review. Nothing was changed."),
            remedy=_("Ask somebody who stands for this side alone."),
        )
    if sponsor_id is not None and sponsor_id != person_id:
        raise Forbidden(
            detail=_("This agreement names somebody else to speak for this side. Nothing was changed."),
            remedy=_("Ask the co-sponsor who is named on the agreement’s page."),
        )


def is_sealed(state: ReviewState, revealed_at: datetime | None) -> bool:
    """Whether a side's answers may be read by that side alone. Closed in doubt: the reveal must have been written."""
    return revealed_at is None or state not in REVEALED


def require_answering(state: ReviewState, *, is_submitted: bool) -> None:
    """Conflict unless answers may be given: from the opening until the end, and until this side has sent them."""
    if is_submitted:
        raise Conflict(
            detail=_("This side has sent its answers: they are fixed. Nothing was changed."),
            remedy=_("What changed since then belongs into the conversation, and into the next review."),
        )
    if state is not ReviewState.GATHERING and state not in REVEALED - CLOSED:
        raise Conflict(
            detail=_("Answers aren't taken now. Nothing was changed."),
            remedy=_("A review takes answers from the day it opens until it closes."),
        )


def require_whole(missing: Sequence[str]) -> None:
    """Invalid, with a fault for each commitment (uid) that has no rating yet."""
    if missing:
        raise Invalid(
            detail=_("Not every commitment is rated yet, so nothing was sent."),
            faults=[
                Fault(
                    field=f"rating-{uid}",
                    reason=_("This commitment has no rating."),
                    remedy=_("Where you can't judge, say so: that is an answer too."),
                )
                for uid in missing
            ],
        )


def require_left(answered: Sequence[str]) -> None:
    """Invalid, with a fault for each commitment (uid) that physicians are asked about one by one."""
    if answered:
        raise Invalid(
            detail=_("Physicians answer some of these themselves. Nothing was changed."),
            faults=[
                Fault(
                    field=f"rating-{uid}",
                    reason=_("Every physician is asked about this one, so nobody answers for them."),
                    remedy=_("Leave it out."),
                )
                for uid in answered
            ],
        )


def require_planned(state: ReviewState) -> None:
    """Conflict once a review has opened: whom it asks was fixed then."""
    if state is not ReviewState.PLANNED:
        raise Conflict(
            detail=_("This review has opened, so whom it asks can’t be changed. Nothing was changed."),
            remedy=_("Choose it for the next one, before it opens."),
        )


def gate(assessments: Collection[AssessmentState], earlier: Collection[ActionState]) -> list[Fault]:
    """What keeps a review from closing: commitments of either side without an assessment or a reason, and actions of
    the review before without a word on what became of them."""
    looked_at = {AssessmentState.RECONCILED, AssessmentState.DIFFERING, AssessmentState.COUNTERPART_ASSESSED,
                 AssessmentState.NOT_ASSESSED, AssessmentState.PUBLISHED}  # fmt: skip
    open_looks = [state for state in assessments if state not in looked_at]
    untold = [state for state in earlier if state in AGREED]
    found = []
    if open_looks or not assessments:
        found.append(Fault(field="", reason=_("Not every commitment of both sides has been looked at.")))
    if untold:
        reason = _("Not everything that was agreed last time has a word on what became of it.")
        found.append(
            Fault(field="outcomes", reason=reason, remedy=_("Say of each what was done, or why not."))
        )
    return found


def require_gate(faults: Sequence[Fault]) -> None:
    """Conflict, with every fault, unless the review may close."""
    if faults:
        raise Conflict(
            detail=_("This review can't be closed yet. Nothing was changed."),
            remedy=" ".join(fault.reason for fault in faults),
            faults=faults,
        )


def require_responses(*, is_missing: bool, closes_at: datetime, now: datetime) -> None:
    """Conflict while a side hasn't said what it says to the findings, and the closing day hasn't come."""
    if is_missing and now < closes_at:
        raise Conflict(
            detail=_("Both sides haven't responded to the findings yet. Nothing was changed."),
            remedy=_(
                "It closes when both have, or by itself on its closing day, with the differences recorded."
            ),
        )


def require_postponable(*, times: int, confirmed_by: Collection[Side]) -> None:
    """Conflict unless both co-sponsors ask for it and it was never postponed before."""
    if times or set(confirmed_by) != set(Side):
        raise Conflict(
            detail=_("A review is postponed at most once, and by both co-sponsors. Nothing was changed."),
            remedy=_("Otherwise it opens, and closes, on its days."),
        )


def require_due(due_on: date, *, today: date) -> None:
    """Invalid for an action that would be due in the past."""
    if due_on < today:
        raise Invalid(
            detail=_("An action can't be due in the past. Nothing was changed."),
            faults=[
                Fault(field="due_on", reason=_("That day is over."), remedy=_("Choose today or a later day."))
            ],
        )


def require_dialogue(state: ReviewState, revealed_at: datetime | None) -> None:
    """Conflict unless the answers are open and the review isn't closed: then something can be agreed."""
    if is_sealed(state, revealed_at) or state in CLOSED:
        raise Conflict(
            detail=_("Nothing can be agreed in this review now. Nothing was changed."),
            remedy=_("Actions are agreed after the answers are opened, and before the review closes."),
        )


def meeting_start(day: date, at: time, *, zone: str, now: datetime) -> datetime:
    """The instant (UTC) at which a meeting begins. Invalid for a time that is over, or that clocks skip that day."""
    starts = instant_of(day, at.hour, at.minute, zone)
    if starts.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != datetime.combine(day, at):
        raise Invalid(
            detail=_(
                "Clocks are put forward over that time, so it doesn’t exist that day. Nothing was changed."
            ),
            faults=[
                Fault(field="at", reason=_("Clocks skip this time that day."), remedy=_("Choose another."))
            ],
        )
    if starts <= now:
        raise Invalid(
            detail=_("A meeting can’t be in the past. Nothing was changed."),
            faults=[Fault(field="on", reason=_("That time is over."), remedy=_("Choose a later one."))],
        )
    return starts


def require_meeting(state: ReviewState) -> None:
    """Conflict once the review has ended: then there is nothing to meet for."""
    if state in ENDED:
        raise Conflict(
            detail=_("This review has ended, so no meeting is set or changed any more. Nothing was changed."),
            remedy=_("The next review gets its own meeting."),
        )
