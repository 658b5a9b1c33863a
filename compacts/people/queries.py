"""Reads of organisations and people."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from reciproca.compacts.people.tables import Organisation
from reciproca.core.errors import Invalid, NotFound
from reciproca.core.identity import OrganisationRef


def reference(organisation: Organisation) -> OrganisationRef:
    """The organisation as every floor knows it."""
    return OrganisationRef(
        id=organisation.id,
        uid=organisation.uid,
        name=organisation.name,
        zone=organisation.zone,
        locales=tuple(organisation.locales),
        jurisdiction=organisation.jurisdiction,
    )


def find_organisation(session: Session, uid: str | None) -> OrganisationRef:
    """The organisation `uid`, or the only one when None. Read before there is any work, so it takes a session."""
    found = session.scalars(select(Organisation).where(Organisation.uid == uid if uid else True).limit(2)).all()
    if not found:
        raise NotFound(detail="There is no such organisation here.", remedy="Create one with `reciproca init`.")
    if len(found) > 1:
        raise Invalid(detail="This installation has several organisations.", remedy="Say which: --organisation UID.")
    return reference(found[0])
