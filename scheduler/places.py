"""Every organisation of the installation: time passes in all of them."""

from sqlalchemy import select

from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.tables import Organisation
from reciproca.core.identity import OrganisationRef
from reciproca.core.work import Installation


def all_places(installation: Installation) -> tuple[OrganisationRef, ...]:
    """The organisations, the oldest first."""
    with installation.database.transaction(write=False) as session:
        return tuple(
            reference(row) for row in session.scalars(select(Organisation).order_by(Organisation.id))
        )
