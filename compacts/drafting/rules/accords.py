"""What needs a yes of both sides, each by one person, and what it leads to."""

from collections.abc import Mapping, Sequence

from reciproca.compacts.drafting.rules.moves import MOVES, Event
from reciproca.compacts.drafting.tables import Accord, Matter, VersionState
from reciproca.core.errors import Conflict, Fault, Invalid
from reciproca.core.i18n import _
from reciproca.plugins.types import Side

EFFECTS: Mapping[Matter, Event] = {
    Matter.SUSPEND: Event.SUSPEND,
    Matter.RESUME: Event.RESUME,
    Matter.RETIRE: Event.RETIRE,
    Matter.VOID: Event.VOID,
}
"""What happens to a version once both sides have agreed."""
_WHEN: Mapping[Matter, frozenset[VersionState]] = {
    Matter.CHANGE_CLASS: frozenset({VersionState.DRAFT, VersionState.IN_CONSULTATION}),
    Matter.SUSPEND: frozenset({VersionState.IN_FORCE}),
    Matter.RESUME: frozenset({VersionState.SUSPENDED}),
    Matter.RETIRE: frozenset({VersionState.IN_FORCE, VersionState.SUSPENDED}),
    Matter.VOID: frozenset(state for state, event in MOVES if event == Event.VOID),
}


def matters_of(state: VersionState) -> list[Matter]:
    """What both sides could agree on while a version is in `state`."""
    return [matter for matter, states in _WHEN.items() if state in states]


def require_matter(matter: Matter, state: VersionState) -> None:
    """Conflict when a version in `state` offers nothing to agree on in this matter."""
    if state not in _WHEN[matter]:
        raise Conflict(
            detail=_("Both sides can't decide that of this version now. Nothing was changed."),
            remedy=_("Look at the version again: it may have changed meanwhile."),
        )


def require_reason(matter: Matter, reason: str) -> None:
    """Invalid where a version would be declared void without a word why: everybody who signed it is told."""
    if matter is Matter.VOID and not reason.strip():
        raise Invalid(
            detail=_("Nothing was changed."),
            faults=[
                Fault(
                    field="reason",
                    reason=_("Say why it is void."),
                    remedy=_("Everybody whom it concerns can read it on the page of the version."),
                )
            ],
        )


def sides_for(accords: Sequence[Accord], matter: Matter, value: str) -> set[Side]:
    """The sides that have said yes to `value` in the newest round of `matter`."""
    of_matter = [row for row in accords if row.matter is matter]
    latest = max((row.round for row in of_matter), default=0)
    return {row.side for row in of_matter if row.round == latest and row.value == value}
