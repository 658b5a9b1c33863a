"""Who decides for each side of an agreement, and who of some people still held a post on a day."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select

from reciproca.compacts.drafting.tables import Body, Compact
from reciproca.compacts.people.tables import Appointment, Holding, Person
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side


def bodies(work: Work, *, compact: Compact) -> dict[Side, Body]:
    """The bodies that were named for an agreement, by side."""
    authorize(work, Action.COMPACT_READ)
    return {row.side: row for row in work.session.scalars(select(Body).filter_by(compact_id=compact.id))}


def still_in_post(work: Work, *, staff_ids: Collection[str], on: date) -> set[str]:
    """Of these staff numbers, those who held a post or an appointment on a day."""
    authorize(work, Action.COMPACT_READ)
    found: set[str] = set()
    for table in (Holding, Appointment):
        asked = select(Person.staff_id).join(table, table.person_id == Person.id)
        asked = asked.where(
            Person.staff_id.in_(staff_ids),
            or_(table.starts.is_(None), table.starts <= on),
            or_(table.ends.is_(None), table.ends >= on),
        )
        found |= set(work.session.scalars(asked))
    return found
