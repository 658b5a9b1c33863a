"""The life of a version: one table of moves, and the guards that stand before them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum

from reciproca.compacts.drafting.tables import VersionState
from reciproca.core.errors import Conflict, Fault, Forbidden, Invalid
from reciproca.core.i18n import _
from reciproca.plugins.types import ChangeClass, LegalEffect, Side

S = VersionState


class Event(StrEnum):
    """What can happen to a version."""

    OPEN_CONSULTATION = "open_consultation"
    CLOSE_CONSULTATION = "close_consultation"
    REVISE = "revise"
    PROPOSE = "propose"
    RATIFIED_BY_ONE_SIDE = "ratified_by_one_side"
    RATIFIED_BY_BOTH_SIDES = "ratified_by_both_sides"
    REFUSE = "refuse"
    SCHEDULE = "schedule"
    WITHDRAW = "withdraw"
    ENTER_FORCE = "enter_force"
    SUPERSEDE = "supersede"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXPIRE = "expire"
    RETIRE = "retire"
    VOID = "void"


MOVES: Mapping[tuple[VersionState, str], VersionState] = {
    (S.DRAFT, Event.OPEN_CONSULTATION): S.IN_CONSULTATION,
    (S.DRAFT, Event.PROPOSE): S.PROPOSED,
    (S.IN_CONSULTATION, Event.OPEN_CONSULTATION): S.IN_CONSULTATION,
    (S.IN_CONSULTATION, Event.CLOSE_CONSULTATION): S.IN_CONSULTATION,
    (S.IN_CONSULTATION, Event.REVISE): S.DRAFT,
    (S.IN_CONSULTATION, Event.PROPOSE): S.PROPOSED,
    (S.PROPOSED, Event.RATIFIED_BY_ONE_SIDE): S.PROPOSED,
    (S.PROPOSED, Event.RATIFIED_BY_BOTH_SIDES): S.RATIFIED,
    (S.PROPOSED, Event.REFUSE): S.REFUSED,
    (S.RATIFIED, Event.SCHEDULE): S.SCHEDULED,
    (S.RATIFIED, Event.WITHDRAW): S.WITHDRAWN,
    (S.SCHEDULED, Event.WITHDRAW): S.WITHDRAWN,
    (S.SCHEDULED, Event.ENTER_FORCE): S.IN_FORCE,
    (S.IN_FORCE, Event.SUPERSEDE): S.SUPERSEDED,
    (S.IN_FORCE, Event.SUSPEND): S.SUSPENDED,
    (S.IN_FORCE, Event.EXPIRE): S.EXPIRED,
    (S.IN_FORCE, Event.RETIRE): S.RETIRED,
    (S.SUSPENDED, Event.RESUME): S.IN_FORCE,
    (S.SUSPENDED, Event.SUPERSEDE): S.SUPERSEDED,
    (S.SUSPENDED, Event.EXPIRE): S.EXPIRED,
    (S.SUSPENDED, Event.RETIRE): S.RETIRED,
    **{(state, Event.VOID): S.VOID for state in (S.RATIFIED, S.SCHEDULED, S.IN_FORCE, S.SUSPENDED)},
}
"""The whole machine; what isn't listed can't happen."""

OPEN = frozenset({S.DRAFT, S.IN_CONSULTATION})
"""The words may still change (while people read them in a round, they stand still too)."""
FROZEN = frozenset(S) - OPEN
"""The words can never change again."""
COMING = frozenset({S.DRAFT, S.IN_CONSULTATION, S.PROPOSED, S.RATIFIED, S.SCHEDULED})
"""On the way into force; an agreement has at most one such version."""
SIGNABLE = frozenset({S.RATIFIED, S.SCHEDULED, S.IN_FORCE})
"""May be offered for signature."""

_REMEDIES: Mapping[VersionState, str] = {
    S.DRAFT: _("It is a draft: it can be edited, consulted on and proposed."),
    S.IN_CONSULTATION: _("People are being consulted on it. Close the round, then propose it or revise it."),
    S.PROPOSED: _(
        "Its text is frozen and waits for both sides. To change it, have it refused and start a new draft."
    ),
    S.REFUSED: _("It was refused and stays as it is. Start a new draft from it."),
    S.RATIFIED: _("Both sides have ratified it. Choose the day on which it comes into force."),
    S.SCHEDULED: _("It comes into force by itself on its day."),
    S.IN_FORCE: _("It is in force. To change it, start the next version."),
    S.VOID: _("Both sides have declared it void, and that is final. Start a new draft from it."),
}


def move(state: VersionState, event: Event) -> VersionState:
    """The state after `event`. Conflict when it can't happen in `state`."""
    after = MOVES.get((state, event))
    if after is None:
        raise Conflict(
            detail=f"This version is {_plain(state)}: {_plain(event)} can't happen now. Nothing was changed.",
            remedy=_REMEDIES.get(
                state, _("This version has ended. Start a new draft from the one in force.")
            ),
        )
    return after


def is_frozen(state: VersionState) -> bool:
    """Whether the words of a version in `state` can't change any more."""
    return state in FROZEN


def require_open(state: VersionState) -> None:
    """Conflict unless the words may be edited now: only in a draft, not while people read them in a round."""
    if state is not S.DRAFT:
        raise Conflict(
            detail=_("The text of this version can't be edited now. Nothing was changed."),
            remedy=_REMEDIES.get(
                state, _("This version has ended. Start a new draft from the one in force.")
            ),
        )


def event_of_ballot(*, is_ratified: bool, sides_before: Collection[Side]) -> Event:
    """What one side's decision makes of a proposed version, given the sides that have ratified it already."""
    if not is_ratified:
        return Event.REFUSE
    return Event.RATIFIED_BY_BOTH_SIDES if sides_before else Event.RATIFIED_BY_ONE_SIDE


def check_ballot(
    *,
    is_ratified: bool,
    votes_for: int,
    votes_against: int,
    abstentions: int,
    quorum: int,
    reason: str | None,
    decided_on: date,
    proposed_on: date,
    today: date,
) -> None:
    """Invalid, with every fault, unless the recorded decision fits its own numbers and dates."""
    present = votes_for + votes_against + abstentions
    faults = [
        fault
        for is_wrong, fault in (
            (
                min(votes_for, votes_against, abstentions) < 0 or quorum < 1,
                Fault(field="quorum", reason=_("Votes are counted from 0, and a quorum is at least 1.")),
            ),
            (
                present < quorum,
                Fault(
                    field="quorum",
                    reason=f"{present} were present, and the quorum is {quorum}.",
                    remedy=_("Record the decision when the body has met with a quorum."),
                ),
            ),
            (
                is_ratified and votes_for <= votes_against,
                Fault(field="votes_for", reason=_("More voices for it than against are needed to ratify.")),
            ),
            (
                not is_ratified and not reason,
                Fault(
                    field="reason",
                    reason=_("Say why it was refused."),
                    remedy=_("The next draft starts from these words."),
                ),
            ),
            (decided_on > today, Fault(field="decided_on", reason=_("That day is still to come."))),
            (
                decided_on < proposed_on,
                Fault(field="decided_on", reason=_("On that day this text had not been proposed yet.")),
            ),
        )
        if is_wrong
    ]
    if faults:
        raise Invalid(
            detail=_("The decision can't be recorded like this. Nothing was changed."), faults=faults
        )


def check_other_hand(actor: str, recorded_by: Sequence[str]) -> None:
    """Forbidden when `actor` recorded the other side's decision: nobody speaks for both sides."""
    if actor in recorded_by:
        raise Forbidden(
            detail=_(
                "You recorded the other side's decision, so you can't record this one too. Nothing was changed."
            ),
            remedy=_("Ask somebody of this side to record it."),
        )


def check_sponsors(organisation: str | None, physicians: str | None) -> None:
    """Invalid when one person would stand for both sides."""
    if organisation and organisation == physicians:
        raise Invalid(
            detail=_("One person can't be co-sponsor of both sides. Nothing was changed."),
            faults=[
                Fault(
                    field="sponsor_physicians",
                    reason=_("This person already stands for the organisation."),
                    remedy=_("Choose a physician who holds no office of the organisation's side."),
                )
            ],
        )


def check_effective(day: date, *, today: date, sunset: date | None) -> None:
    """Invalid unless a version may come into force on `day`: not in the past, and before the agreement ends."""
    if day < today:
        raise Invalid(
            detail=_("A version can't come into force in the past. Nothing was changed."),
            faults=[
                Fault(
                    field="effective_from",
                    reason=_("That day is over."),
                    remedy=_("Choose today or a later day."),
                )
            ],
        )
    if sunset and day >= sunset:
        raise Invalid(
            detail=_("The agreement ends before that day. Nothing was changed."),
            faults=[Fault(field="effective_from", reason=f"The agreement ends on {sunset.isoformat()}.")],
        )


def _plain(word: StrEnum) -> str:
    return word.value.replace("_", " ")


def overlaps(one: Collection[str], other: Collection[str]) -> bool:
    """Whether two audiences (member categories; empty means all) have a category in common."""
    return not one or not other or bool(set(one) & set(other))


def check_class_of_effect(change_class: ChangeClass, *, before: LegalEffect, after: LegalEffect) -> None:
    """Invalid when what signing does in law changes and the change isn't called material."""
    if before is not after and change_class is not ChangeClass.MATERIAL:
        raise Invalid(
            detail=_("The legal effect would change: that is always a material change. Nothing was changed."),
            faults=[
                Fault(
                    field="change_class",
                    reason=_("A new legal effect changes what everybody owes."),
                    remedy=_("Choose “material”."),
                )
            ],
        )
