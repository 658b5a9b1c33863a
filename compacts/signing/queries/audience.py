"""Whom a version would be offered to, and why each of the others on file isn't asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.people.queries import Member, members, on_leave
from reciproca.compacts.people.tables import Person, Unit
from reciproca.compacts.signing.rules.audience import Reach, Why
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class NotAsked:
    """Somebody on file who isn't asked, and why."""

    id: int
    uid: str
    name: str
    why: Why


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who is asked today, in the order of their names; who of them is `away` (ids: asked too, and reminded after it);
    and the others on file."""

    asked: Sequence[Member]
    away: frozenset[int]
    others: Sequence[NotAsked]


def audience(work: Work, *, compact: Compact, left_out: Collection[str] = ()) -> Audience:
    """Everybody on file, sorted into those whom an agreement is for today and those whom it isn't. `left_out`: uids of
    people whom the steward doesn't ask. Six queries, whatever the number of people."""
    authorize(work, Action.CAMPAIGN_RUN)
    today, unit = work.today(), work.session.get_one(Unit, compact.unit_id).uid
    categories = compact.audience.get("categories", [])
    within = members(work, at=today, unit_uid=unit, include_on_leave=True)
    meant = members(work, at=today, categories=categories, unit_uid=unit, include_on_leave=True)
    people = work.session.execute(select(Person.id, Person.uid, Person.given_name, Person.family_name)).all()
    reach = Reach(
        appointed={one.id for one in members(work, at=today, include_on_leave=True)},
        of_unit={one.id for one in within},
        of_category={one.id for one in meant},
        co_sponsor=compact.sponsor_organisation_id,
        left_out={row.id for row in people if row.uid in set(left_out)},
    )
    asked = [one for one in meant if reach.why_not(one.id) is None]
    others = [
        NotAsked(id=row.id, uid=row.uid, name=f"{row.family_name}, {row.given_name}", why=why)
        for row in people
        if (why := reach.why_not(row.id)) is not None
    ]
    away = on_leave(work, person_ids=[one.id for one in asked], day=today)
    return Audience(asked=asked, away=away, others=sorted(others, key=lambda one: (one.why, one.name)))
