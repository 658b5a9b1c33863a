"""Whose mail comes back: nothing more is sent to an address that a lasting report was about, until the person has
another one, or somebody has said that it is right."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from reciproca.compacts.access.rules import keyed, normal_address
from reciproca.compacts.notices.tables import Bounce
from reciproca.compacts.people.tables import Person
from reciproca.core.work import Work


def returned(work: Work, *, people: Collection[int] | None = None) -> Mapping[int, Bounce]:
    """By the ids of those (among `people`, if given) whose address of today can't be reached, the newest report."""
    asked = (
        select(Bounce, Person.email)
        .join(Person, Person.id == Bounce.person_id)
        .where(Bounce.is_lasting, Bounce.settled_at.is_(None), Person.email.is_not(None))
        .order_by(Bounce.id)
    )
    if people is not None:
        asked = asked.where(Bounce.person_id.in_(people))
    return {
        bounce.person_id: bounce
        for bounce, email in work.session.execute(asked)
        if bounce.address == digest_of(work, email or "")
    }


def digest_of(work: Work, address: str) -> str:
    """What is kept of an address: enough to know it again, and nothing to read it from."""
    return keyed(work.keys.secret, "returned", normal_address(address))
