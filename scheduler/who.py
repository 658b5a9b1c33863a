"""Who is there to be told: whoever holds a post today, or has a role; as parts of set-based statements."""

from datetime import date
from typing import Any

from sqlalchemy import CTE, Select, Subquery, and_, case, exists, func, or_, select

from reciproca.compacts.access.queries import held
from reciproca.compacts.access.tables import Account, Grant, Membership
from reciproca.compacts.people.staying import has_left, in_post
from reciproca.compacts.people.tables import Holding, Leave, Person
from reciproca.core.identity import Role
from reciproca.core.work import Work


def holders(work: Work) -> CTE:
    """Whoever holds each post today and isn't away; deputies where that is nobody."""
    here = _present(work.organisation.id, work.today()).subquery("here")
    first = (
        select(here.c.post_id, func.min(here.c.deputy).label("deputy")).group_by(here.c.post_id).subquery()
    )
    same = and_(here.c.post_id == first.c.post_id, here.c.deputy == first.c.deputy)
    return select(here.c.post_id, here.c.person_id).join_from(here, first, same).cte("holders")


def _present(organisation_id: int, today: date) -> Select[Any]:
    holding, leave = Holding.__table__.c, Leave.__table__.c
    is_away = exists().where(
        leave.person_id == holding.person_id,
        leave.starts <= today,
        or_(leave.ends.is_(None), leave.ends >= today),
    )
    return select(
        holding.post_id, holding.person_id, case((holding.is_deputy, 1), else_=0).label("deputy")
    ).where(holding.organisation_id == organisation_id, in_post(today), ~is_away)


def with_role(work: Work, *roles: Role) -> Subquery:
    """Whoever has one of the roles today, can still sign in, and hasn't left."""
    grant, membership, account = Grant.__table__.c, Membership.__table__.c, Account.__table__.c
    return (
        select(membership.person_id)
        .join_from(Grant.__table__, Membership.__table__, membership.id == grant.membership_id)
        .join(Account.__table__, account.id == membership.account_id)
        .join(Person.__table__, Person.__table__.c.id == membership.person_id)
        .where(
            grant.organisation_id == work.organisation.id,
            Grant.role.in_(roles),
            held(work.now),
            account.is_enabled,
            ~has_left(work.today()),
        )
        .distinct()
        .subquery()
    )
