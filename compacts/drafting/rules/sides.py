"""On which side of an agreement somebody stands, where nobody has said so by name."""

from collections.abc import Collection

from reciproca.core.identity import Role
from reciproca.plugins.types import Side

PHYSICIANS = frozenset({Role.PHYSICIAN, Role.CO_SPONSOR_PHYSICIANS, Role.RATIFIER_PHYSICIANS})


def side_by_roles(roles: Collection[Role]) -> Side:
    """The physicians' side for whoever is one or stands for them; the organisation's for everybody else."""
    return Side.PHYSICIANS if PHYSICIANS & set(roles) else Side.ORGANISATION
