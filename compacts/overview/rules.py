"""What the overview makes of what it reads: from where somebody looks, and what is said first."""

from collections.abc import Collection

from reciproca.compacts.reviewing.rules import HATS
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
