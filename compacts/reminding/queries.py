"""The days that count, scope by scope, and the scopes that can have their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reciproca.compacts.drafting.queries import all_titles
from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.people.tables import Unit
from reciproca.compacts.policies.queries import policies
from reciproca.compacts.policies.rules import (
    ORGANISATION,
    POLICIES,
    Days,
    Family,
    Policy,
    days_of,
    policy_of,
    read_days,
)
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Days that count in a `scope`, which is called `name` in each language; `uid` is empty for what nobody chose: the
    product's."""

    family: Family
    scope: str
    name: Mapping[str, str]
    days: Days
    policy: Policy
    uid: str = ""


def choices(work: Work) -> Sequence[Choice]:
    """What counts in the organisation, and where something else does, duties first."""
    authorize(work, Action.ORGANISATION_READ)
    names = scopes(work)
    made = [
        Choice(
            family=Family(row.family),
            scope=row.scope,
            name=names[row.scope],
            days=read_days(row.days),
            policy=policy_of(Family(row.family), read_days(row.days)),
            uid=row.uid,
        )
        for row in policies(work)
        if row.scope in names
    ]
    chosen = {(one.family, one.scope) for one in made}
    usual = [
        Choice(family=family, scope=ORGANISATION, name={}, days=days_of(policy, family), policy=policy)
        for family, policy in POLICIES.items()
        if (family, ORGANISATION) not in chosen
    ]
    return sorted([*usual, *made], key=lambda one: (one.family, one.scope != ORGANISATION, one.scope))


def scopes(work: Work) -> Mapping[str, Mapping[str, str]]:
    """Where days can be chosen: the organisation, each unit, each agreement; with their names."""
    authorize(work, Action.ORGANISATION_READ)
    found: dict[str, Mapping[str, str]] = {ORGANISATION: {}}
    for uid, path in work.session.execute(select(Unit.uid, Unit.path).order_by(Unit.path)):
        found[f"unit:{uid}"] = dict.fromkeys(work.organisation.locales, path)
    if not is_allowed(work, Action.COMPACT_READ):  # an administrator looks after days, and reads no agreement
        return found
    uids = dict(work.session.execute(select(Compact.id, Compact.uid)).all())
    for compact_id, titles in all_titles(work, compact_ids=list(uids)).items():
        found[f"compact:{uids[compact_id]}"] = titles
    return found
