"""Which policy counts for what, and the policies of an organisation as people read them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from reciproca.compacts.people.tables import Appointment, Post, Unit
from reciproca.compacts.policies.rules import ORGANISATION, Family, Policy, nearest, policy_of, read_days
from reciproca.compacts.policies.tables import ReminderPolicy
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Something to be reminded of, as far as its policy depends on it: who owes it, and the agreement."""

    family: Family
    person_id: int | None = None
    post_id: int | None = None
    compact_uid: str | None = None


def policies(work: Work) -> Sequence[ReminderPolicy]:
    """All that the organisation has chosen."""
    authorize(work, Action.ORGANISATION_READ)
    order = ReminderPolicy.family, ReminderPolicy.scope
    return work.session.scalars(select(ReminderPolicy).order_by(*order)).all()


def are_any(work: Work) -> bool:
    """Whether the organisation has chosen any days of its own."""
    authorize(work, Action.ORGANISATION_READ)
    return work.session.scalar(select(ReminderPolicy.id).limit(1)) is not None


def inherited(work: Work, *, subjects: Sequence[Subject]) -> list[Policy | None]:
    """For each of `subjects` the policy that it inherits, None where the product's counts; in a fixed number of
    reads."""
    authorize(work, Action.ORGANISATION_READ)
    kept = {
        (Family(row.family), row.scope): policy_of(Family(row.family), read_days(row.days))
        for row in policies(work)
    }
    if not kept:
        return [None] * len(subjects)
    chains = _chains(work)
    units = _units(work, subjects)
    return [nearest(one.family, _scopes(one, units, chains), kept) for one in subjects]


def _scopes(
    one: Subject, units: Mapping[tuple[str, int], int], chains: Mapping[int, Sequence[str]]
) -> list[str]:
    """Where a policy for it may be, the nearest first."""
    key = ("post", one.post_id) if one.post_id is not None else ("person", one.person_id or 0)
    unit = units.get(key)
    about = [f"compact:{one.compact_uid}"] if one.compact_uid else []
    return [*about, *(chains[unit] if unit is not None else ()), ORGANISATION]


def _chains(work: Work) -> dict[int, list[str]]:
    """Of each unit its scope and those of the units around it, the innermost first."""
    rows = {row.id: row for row in work.session.execute(select(Unit.id, Unit.uid, Unit.parent_id))}

    def chain(unit: int | None) -> list[str]:
        return [] if unit is None else [f"unit:{rows[unit].uid}", *chain(rows[unit].parent_id)]

    return {unit: chain(unit) for unit in rows}


def _units(work: Work, subjects: Collection[Subject]) -> dict[tuple[str, int], int]:
    """The unit of each post; of each person the one whose staff they have been on the longest."""
    posts = {one.post_id for one in subjects if one.post_id is not None}
    people = {one.person_id for one in subjects if one.person_id is not None}
    today, found = work.today(), {}
    of_posts = select(Post.id, Post.unit_id).where(Post.id.in_(posts))
    found.update({("post", post): unit for post, unit in work.session.execute(of_posts)})
    current = Appointment.starts <= today, or_(Appointment.ends.is_(None), Appointment.ends >= today)
    appointed = select(Appointment.person_id, Appointment.unit_id).where(
        Appointment.person_id.in_(people), *current
    )
    for person, unit in work.session.execute(appointed.order_by(Appointment.starts, Appointment.id)):
        found.setdefault(("person", person), unit)
    return found
