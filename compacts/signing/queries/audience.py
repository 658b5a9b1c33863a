"""Whom a version would be offered to, and why each of the others on file isn't asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.people.queries import Member, members, on_leave
from reciproca.compacts.people.staying import in_post
from reciproca.compacts.people.tables import Holding, Person, Post, Unit
from reciproca.compacts.signing.rules.audience import Reach, Rule, Why
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

ANYBODY = Rule()


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


def audience(
    work: Work, *, compact: Compact, left_out: Collection[str] = (), rule: Rule = ANYBODY
) -> Audience:
    """Everybody on file, sorted into those whom a campaign by `rule` asks today and those whom it doesn't. `left_out`:
    uids of people whom the steward doesn't ask. The number of queries doesn't depend on that of people. NotFound for a
    unit that isn't there."""
    authorize(work, Action.CAMPAIGN_RUN)
    within = _members(work, compact)
    meant = _members(work, compact, categories=compact.audience.get("categories", []))
    people = work.session.execute(
        select(Person.id, Person.uid, Person.given_name, Person.family_name, Person.locale)
    ).all()
    everybody = {row.id for row in people}
    in_units = [
        _ids(members(work, at=work.today(), unit_uid=uid, include_on_leave=True)) for uid in rule.units
    ]
    in_categories = _members(work, compact, categories=rule.categories) if rule.categories else meant
    reach = Reach(
        appointed=_ids(members(work, at=work.today(), include_on_leave=True)),
        of_unit=_ids(within) & (frozenset().union(*in_units) if in_units else everybody),
        of_category=_ids(meant) & _ids(in_categories),
        of_post=_holders(work, rule.posts) if rule.posts else everybody,
        of_language={row.id for row in people if not rule.locales or row.locale in rule.locales},
        co_sponsor=compact.sponsor_organisation_id,
        left_out={row.id for row in people if row.uid in set(left_out)},
    )
    asked = [one for one in meant if reach.why_not(one.id) is None]
    others = [
        NotAsked(id=row.id, uid=row.uid, name=f"{row.family_name}, {row.given_name}", why=why)
        for row in people
        if (why := reach.why_not(row.id)) is not None
    ]
    away = on_leave(work, person_ids=[one.id for one in asked], day=work.today())
    return Audience(asked=asked, away=away, others=sorted(others, key=lambda one: (one.why, one.name)))


def _members(work: Work, compact: Compact, *, categories: Collection[str] = ()) -> Sequence[Member]:
    unit = work.session.get_one(Unit, compact.unit_id).uid
    return members(work, at=work.today(), categories=categories, unit_uid=unit, include_on_leave=True)


def _ids(people: Sequence[Member]) -> frozenset[int]:
    return frozenset(one.id for one in people)


def _holders(work: Work, posts: Collection[str]) -> frozenset[int]:
    asked = (
        select(Holding.person_id)
        .join(Post, Post.id == Holding.post_id)
        .where(or_(Post.key.in_(posts), Post.uid.in_(posts)), in_post(work.today()))
    )
    return frozenset(work.session.scalars(asked))
