"""The ladders, as parts of the sweep's statements: who is told of what is late, and what is proposed for an agenda."""

from typing import Any

from sqlalchemy import CTE, Select, and_, exists, literal, select, true, union_all
from sqlalchemy.sql.elements import ColumnElement

from reciproca.compacts.escalating.rules import BODY_DAYS, LADDERS, SPONSOR_DAYS
from reciproca.compacts.escalating.tables import AgendaProposal, ProposalState
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.staying import in_post
from reciproca.compacts.people.tables import Holding
from reciproca.compacts.policies.rules import Family
from reciproca.core.db import Base, UtcInstant
from reciproca.core.identity import Role
from reciproca.core.work import Work
from reciproca.scheduler.statements import insert_new
from reciproca.scheduler.uids import time_ordered_each
from reciproca.scheduler.who import with_role

_PROPOSAL = Base.metadata.tables[AgendaProposal.__tablename__]
_SIDE = Obligation.__table__.c.side.type


def climbing(work: Work, latest: CTE, sponsored: int, proposed: int) -> tuple[Select[Any], ...]:
    """Lines (obligation_id, step, person_id, rank) of whoever is told of the late duties among `latest` on the way up:
    rank `sponsored` for the rung of the sponsors, `proposed` for the body's. A rung on which nobody is free passes it
    up; where the body's own has nobody, the stewards hear of it, who can see to that."""
    people = _people(work)
    sponsors, body = people.alias("sponsors"), people.alias("body")
    is_late = _is_late(latest, SPONSOR_DAYS)
    free = _free(work, latest, sponsors, 1)
    told = _line(latest, sponsors, sponsored).where(is_late, free)
    nobody = ~exists().select_from(sponsors).where(free).correlate(latest)
    passed_up = _line(latest, body, sponsored).where(is_late, nobody, _free(work, latest, body, 2))
    is_before_body, hears = _is_late(latest, BODY_DAYS), _free(work, latest, body, 2)
    before_body = _line(latest, body, proposed).where(is_before_body, hears)
    stewards = with_role(work, Role.STEWARD)
    unheard = ~exists().select_from(body).where(hears).correlate(latest)
    looked_after = (
        select(latest.c.id, latest.c.step, stewards.c.person_id, literal(sponsored))
        .join_from(latest, stewards, true())
        .where(is_before_body, unheard)
    )
    return told, passed_up, before_body, looked_after


def propose(work: Work, latest: CTE) -> int:
    """Propose for the agenda of its side's body what is late enough, once; how much was new."""
    rows = select(
        time_ordered_each(work.clock),
        literal(work.organisation.id),
        latest.c.id,
        latest.c.side,
        literal(ProposalState.PROPOSED.value),
        literal(work.now, UtcInstant()),
        literal(1),
    ).where(_is_late(latest, BODY_DAYS))
    columns = ("uid", "organisation_id", "obligation_id", "side", "state", "proposed_at", "revision")
    return insert_new(work, _PROPOSAL, columns, rows.order_by(latest.c.id))


def _people(work: Work) -> CTE:
    """Who stands on which rung of which side's ladder."""
    lines = []
    for side, ladder in LADDERS.items():
        for number, rung in enumerate(ladder, 1):
            them = with_role(work, *rung.roles)
            columns = literal(side, _SIDE).label("side"), literal(number).label("rung")
            lines.append(select(*columns, them.c.person_id))
    return union_all(*lines).cte("people")


def _is_late(latest: CTE, days: int) -> ColumnElement[bool]:
    is_posts_duty = and_(latest.c.family == Family.DUTY.value, latest.c.post_id.is_not(None))
    return and_(is_posts_duty, latest.c.offset_days >= days)


def _free(work: Work, latest: CTE, people: Any, rung: int) -> ColumnElement[bool]:
    """Somebody on a rung of the side that owes it, who doesn't hold the post that does."""
    holding = Holding.__table__.c
    holds = exists().where(
        holding.post_id == latest.c.post_id, holding.person_id == people.c.person_id, in_post(work.today())
    )
    return and_(people.c.side == latest.c.side, people.c.rung == rung, ~holds)


def _line(latest: CTE, people: Any, rank: int) -> Select[Any]:
    return select(
        latest.c.id.label("obligation_id"), latest.c.step, people.c.person_id, literal(rank).label("rank")
    ).join_from(latest, people, people.c.side == latest.c.side)
