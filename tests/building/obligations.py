"""Things owed, by people and by posts of either side, and the reminders that they call for."""

from datetime import date

from sqlalchemy import select

from reciproca.compacts.access.tables import Account, Grant, Membership
from reciproca.compacts.notices.tables import Delivery, Notice
from reciproca.compacts.obligations.actions import Owed, owe
from reciproca.compacts.people.tables import Holding, Person, Post, Unit
from reciproca.compacts.policies.rules import Family
from reciproca.core.db import ACROSS
from reciproca.core.identity import OrganisationRef, Role, system
from reciproca.core.work import Installation, Work
from reciproca.plugins.types import Side
from tests.building.access import a_hospital

TITLE = {"en": "Answer within 30 days", "fr": "Répondre en 30 jours"}
DUE = date(2026, 10, 15)  # a Thursday


def a_reminded_hospital(installation: Installation) -> OrganisationRef:
    """A hospital with its root unit."""
    place = a_hospital(installation)
    with installation.work(system("test"), place) as work:
        work.session.add(Unit(kind="hospital", name=place.name, path=place.name))
    return place


def someone(
    work: Work, staff_id: str, *, email: str | None = "", locale: str = "en", zone: str | None = None
) -> Person:
    """A person of the roster; `email` "" means one made of the staff id."""
    address = f"{staff_id.lower()}@riverbend.example" if email == "" else email
    person = Person(
        staff_id=staff_id, given_name="Sam", family_name=staff_id, email=address, locale=locale, zone=zone
    )
    work.session.add(person)
    work.session.flush()
    return person


def a_post(work: Work, title: str, *holders: Person, deputy: Person | None = None) -> Post:
    """A post of the root unit, with whoever holds it."""
    unit_id = work.session.scalars(select(Unit.id).where(Unit.parent_id.is_(None))).one()
    post = Post(unit_id=unit_id, title=title)
    work.session.add(post)
    work.session.flush()
    for person in holders:
        work.session.add(Holding(post_id=post.id, person_id=person.id))
    if deputy:
        work.session.add(Holding(post_id=post.id, person_id=deputy.id, is_deputy=True))
    work.session.flush()
    return post


def granted(work: Work, person: Person, role: Role) -> None:
    """`person` with an account that holds `role`."""
    account = Account(email=f"account-{person.staff_id}@riverbend.example", created_at=work.now)
    work.session.add(account)
    work.session.flush()
    membership = Membership(account_id=account.id, person_id=person.id)
    work.session.add(membership)
    work.session.flush()
    work.session.add(Grant(membership_id=membership.id, role=role, granted_at=work.now))
    work.session.flush()


def owed_by(
    work: Work,
    holder: Person | Post,
    *,
    side: Side = Side.PHYSICIANS,
    due: date = DUE,
    family: Family = Family.DUTY,
    subject_uid: str = "subject",
) -> None:
    """One thing owed by a person or a post."""
    person_id = holder.id if isinstance(holder, Person) else None
    post_id = holder.id if isinstance(holder, Post) else None
    owe(
        work,
        owed=Owed(
            kind="commitment",
            subject_uid=subject_uid,
            side=side,
            title=TITLE,
            due=due,
            family=family,
            person_id=person_id,
            post_id=post_id,
            path="/reviews/1",
        ),
    )


def told(installation: Installation) -> list[tuple[str, str, int | None]]:
    """Every notice, as (staff id, kind, step), in that order."""
    with installation.database.transaction(write=False) as session:
        rows = session.execute(
            select(Person.staff_id, Notice.kind, Notice.step).join(Notice, Notice.person_id == Person.id),
            execution_options=ACROSS,
        )
        return sorted(rows.all(), key=str)


def states(installation: Installation) -> list[str]:
    """The state of every delivery, the oldest first."""
    with installation.database.transaction(write=False) as session:
        return list(session.scalars(select(Delivery.state).order_by(Delivery.id), execution_options=ACROSS))
