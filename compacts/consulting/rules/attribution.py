"""Who is named beside a comment, and to whom: said before anybody writes, and kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reciproca.compacts.drafting.tables import Attribution
from reciproca.core.identity import Role
from reciproca.plugins.types import Side

FLOOR = 5
"""So many people of a unit must have spoken before the unit is named."""


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """How one comment's author is shown: by `name`, else by `unit`, else by side alone ("a member of the staff")."""

    side: Side
    name: str = ""
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who looks: what decides whether a confidential author's name is shown."""

    person_id: int | None
    side: Side
    roles: Collection[Role]

    def may_name(self, attribution: Attribution, *, author_id: int, side: Side) -> bool:
        """Everybody knows their own name. A confidential one is known to the steward and to the drafters of the
        author's own side; nobody sees one that is shown by unit."""
        if attribution is Attribution.NAMED or author_id == self.person_id:
            return True
        if attribution is Attribution.UNIT:
            return False
        return Role.STEWARD in self.roles or (Role.DRAFTER in self.roles and side is self.side)


def shown_units(speakers: Mapping[int, int], parents: Mapping[int, int | None]) -> dict[int, int | None]:
    """Under which unit the comments of each unit are shown (None: under none). `speakers`: people by unit, each person
    counted once; `parents`: the unit above each, None at the root.

    Too few are shown with those above them, and together with the others who were too few, so that nobody can be
    found by taking one named unit away from another."""
    shown: dict[int, int | None] = {}
    pools: dict[int, int] = dict(speakers)
    members: dict[int, list[int]] = {unit: [unit] for unit in speakers}
    for unit in sorted(
        {above for one in speakers for above in _line(one, parents)},
        key=lambda one: -len(_line(one, parents)),
    ):
        if pools.get(unit, 0) >= FLOOR:
            shown.update(dict.fromkeys(members[unit], unit))
        elif (parent := parents.get(unit)) is None:
            shown.update(dict.fromkeys(members.get(unit, ()), None))
        else:
            pools[parent] = pools.get(parent, 0) + pools.get(unit, 0)
            members[parent] = [*members.get(parent, ()), *members.get(unit, ())]
    return shown


def _line(unit: int, parents: Mapping[int, int | None]) -> list[int]:
    line = [unit]
    while (parent := parents.get(line[-1])) is not None:
        line.append(parent)
    return line
