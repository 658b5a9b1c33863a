"""An addendum adds to what both sides promised in another agreement; it takes nothing away from it."""

from collections.abc import Sequence

from reciproca.compacts.drafting.rules.text import Clause, Gap
from reciproca.compacts.drafting.tables import VersionState
from reciproca.core.errors import Conflict, Fault, Invalid
from reciproca.core.i18n import _


def restated(own: Sequence[Clause], main: Sequence[Clause]) -> list[Gap]:
    """The promises of an addendum on a topic on which the same side promised something already: whoever reads
    both couldn't tell which of them counts, and the second could be less than the first."""
    taken = {(clause.key, clause.side) for clause in main}
    kept = {clause.identity for clause in main}
    return [
        Gap(kind="restates", side=clause.side, uid=clause.uid, topic=clause.topic)
        for clause in own
        if clause.identity in kept or (clause.key, clause.side) in taken
    ]


def require_main(state: VersionState) -> None:
    """Conflict unless there is something in force to add to."""
    if state is not VersionState.IN_FORCE:
        raise Conflict(
            detail=_("An addendum adds to a version in force, and this one isn't. Nothing was changed."),
            remedy=_("Begin it from the version that is in force."),
        )


def require_beneath(unit_path: str, main_path: str) -> None:
    """Invalid unless the unit is one of those that the main agreement covers, and not all of them."""
    if not unit_path.startswith(f"{main_path} › "):
        raise Invalid(
            detail=_(
                "An addendum is for a unit within the one that the agreement is for. Nothing was changed."
            ),
            faults=[Fault(field="unit_uid", reason=_("Choose a unit within it."))],
        )
