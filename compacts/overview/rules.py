"""What the overview makes of what it reads: from where somebody looks, and what is said first."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from reciproca.compacts.reviewing.rules import HATS
from reciproca.compacts.signing.rules import Group, shown
from reciproca.core.identity import Role
from reciproca.plugins.types import Side


def viewpoint(roles: Collection[Role]) -> Side | None:
    """The side from which somebody reads their own page: that of an office they hold, else the physicians' for a
    physician; None for whoever belongs to neither."""
    held = [side for side, hats in HATS.items() if set(roles) & hats]
    if held:
        return held[0]
    if Role.PHYSICIAN in roles:
        return Side.PHYSICIANS
    return Side.ORGANISATION if Role.STEWARD in roles or Role.COMMITMENT_OWNER in roles else None


def above_floor(groups: Sequence[Group]) -> list[Group]:
    """`groups` with the number of signatures left out where it, or the number of those who haven't signed, is below
    the floor, or could be worked out from the others."""
    known = [group for group in groups if group.asked is not None and group.signed is not None]
    signed = shown({group.name: group.signed or 0 for group in known})
    others = shown({group.name: (group.asked or 0) - (group.signed or 0) for group in known})
    hidden = {group.name for group in known if signed[group.name] is None or others[group.name] is None}
    return [replace(group, signed=None) if group.name in hidden else group for group in groups]
