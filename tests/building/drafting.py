"""Agreements at every stage of their lives, for tests: each builder ends where its name says."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from reciproca.compacts.drafting import actions, queries
from reciproca.compacts.drafting.tables import Compact, Matter, Version
from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.tables import Organisation, Person, Unit
from reciproca.core.identity import Actor, OrganisationRef, Proof, Role, console, system
from reciproca.core.outbox import OutboxItem
from reciproca.core.work import Installation, Work
from reciproca.plugins.types import ChangeClass, LegalEffect, Side
from tests.building import consulting as rounds
from tests.building.access import a_person

TEMPLATE = "ottawa-14"


def an_actor(*roles: Role, uid: str = "", person_id: int | None = None) -> Actor:
    """Somebody who holds `roles`; without a `uid`, one is made of them."""
    name = uid or "account:" + "+".join(sorted(role.value for role in roles))
    return Actor(uid=name, roles=frozenset(roles), person_id=person_id, proof=Proof(method="password"))


STEWARD = an_actor(Role.STEWARD)
DRAFTER = an_actor(Role.DRAFTER)
SPONSORS = {
    Side.ORGANISATION: an_actor(Role.CO_SPONSOR_ORGANISATION),
    Side.PHYSICIANS: an_actor(Role.CO_SPONSOR_PHYSICIANS),
}
RATIFIERS = {
    Side.ORGANISATION: an_actor(Role.RATIFIER_ORGANISATION),
    Side.PHYSICIANS: an_actor(Role.RATIFIER_PHYSICIANS),
}


def a_place(installation: Installation, name: str = "Riverbend Hospital") -> OrganisationRef:
    """A bilingual hospital in Ontario with nothing but its root unit and one department."""
    with installation.work(system("test")) as work:
        row = Organisation(
            name=name,
            jurisdiction="CA-ON",
            zone="America/Toronto",
            locales=["en", "fr"],
            revision=1,
            wording={},
        )
        work.session.add(row)
        work.session.flush()
        found = reference(row)
    with installation.work(system("test"), found) as work:
        root = Unit(kind="hospital", name=name, path=name)
        work.session.add(root)
        work.session.flush()
        path = f"{name} › Emergency"
        work.session.add(Unit(parent_id=root.id, kind="department", name="Emergency", path=path))
    return found


def as_actor(work: Work, actor: Actor) -> Work:
    """The same transaction, worked in by somebody else."""
    return replace(work, actor=actor)


def a_draft(
    work: Work,
    *,
    unit_uid: str | None = None,
    audience: tuple[str, ...] = (),
    legal_effect: LegalEffect = LegalEffect.NONE,
    organisation_signs: str = "first",
) -> Version:
    """Version 1 of an agreement from the bundled template."""
    return actions.create_compact(
        as_actor(work, STEWARD),
        template_key=TEMPLATE,
        legal_effect=legal_effect,
        review_cycle="annual",
        unit_uid=unit_uid,
        audience=audience,
        organisation_signs=organisation_signs,
    )


def consulted(work: Work, version: Version) -> Version:
    """`version` after one round, opened and closed today."""
    steward = as_actor(work, STEWARD)
    closes_on = work.today() + timedelta(days=14)
    rounds.open_round(steward, version, closes_on)
    rounds.close_round(steward, version)
    return version


def confirmed(work: Work, version: Version) -> Version:
    """`version` with the class of its change confirmed by one person of each side (the first version needs none)."""
    if version.parent_id is not None:
        for sponsor in SPONSORS.values():
            actions.give_accord(
                as_actor(work, sponsor),
                version_uid=version.uid,
                matter=Matter.CHANGE_CLASS,
                reason="So it is.",
            )
    return version


def read(work: Work, version: Version) -> Version:
    """`version` with each language confirmed as it is now, by somebody of the roster (somebody new if it is empty)."""
    reviewer = work.session.scalar(select(Person.staff_id).order_by(Person.id).limit(1))
    if reviewer is None:
        reviewer = a_person(work, None, "R1", given="Rita", family="Reader").staff_id
    operator = as_actor(work, console())
    for view in queries.rendition_views(operator, version=version):
        actions.confirm_rendition(
            operator, version_uid=version.uid, locale=view.locale, sha256=view.sha256, reviewer=reviewer
        )
    return version


def proposed(work: Work, version: Version) -> Version:
    """`version` with its text frozen."""
    confirmed(work, version)
    read(work, consulted(work, version))
    return actions.propose(as_actor(work, STEWARD), version_uid=version.uid)


def decide(work: Work, version: Version, side: Side, *, is_ratified: bool = True) -> None:
    """Record one side's decision of today."""
    actions.record_ratification(
        as_actor(work, RATIFIERS[side]),
        version_uid=version.uid,
        side=side,
        body="Board of directors" if side is Side.ORGANISATION else "Medical staff association",
        decided_on=work.today(),
        is_ratified=is_ratified,
        votes_for=11 if is_ratified else 2,
        votes_against=1,
        quorum=3,
        minute_reference="2026-41",
        reason=None if is_ratified else "Answers within 60 days come too late.",
    )


def ratified(work: Work, version: Version) -> Version:
    """`version` adopted by both sides."""
    proposed(work, version)
    for side in Side:
        decide(work, version, side)
    return version


def scheduled(work: Work, version: Version, day: date | None = None) -> Version:
    """`version` with a day (today when none is named)."""
    ratified(work, version)
    return actions.schedule(
        as_actor(work, STEWARD), version_uid=version.uid, effective_from=day or work.today()
    )


def in_force(work: Work, version: Version) -> Version:
    """`version` in force since the beginning of today."""
    scheduled(work, version)
    return actions.enter_force(as_actor(work, system("scheduler")), version_uid=version.uid)


def next_version(work: Work, version: Version, change_class: ChangeClass = ChangeClass.MATERIAL) -> Version:
    """A draft that begins where `version` stands."""
    uid = work.session.scalars(select(Compact.uid).filter_by(id=version.compact_id)).one()
    return actions.start_version(as_actor(work, STEWARD), compact_uid=uid, change_class=change_class)


def told(work: Work) -> list[str]:
    """Wire names of the events that wait to be told, in the order in which they happened."""
    items = work.session.scalars(select(OutboxItem).filter_by(kind="event").order_by(OutboxItem.id))
    return [item.payload["wire"] for item in items]
