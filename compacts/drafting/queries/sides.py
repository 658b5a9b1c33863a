"""On which side of an agreement the actor stands."""

from sqlalchemy import select

from reciproca.compacts.drafting.rules.sides import side_by_roles
from reciproca.compacts.drafting.tables import Compact, Standing
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side


def side_of(work: Work, *, compact: Compact | int) -> Side:
    """The actor's side in an agreement (a row or its id): as its `Standing` says, else by their roles."""
    authorize(work, Action.COMPACT_READ)
    compact_id = compact if isinstance(compact, int) else compact.id
    asked = select(Standing.side).filter_by(compact_id=compact_id, person_id=work.actor.person_id)
    named = work.session.scalar(asked) if work.actor.person_id else None
    return named or side_by_roles(work.actor.roles)
