"""The sweep: turns what is due into notices and messages, a chunk at a time, each in a few set-based statements.

An occurrence is (obligation, step, person): integers that no clock has touched, under a unique key. So a second sweep
adds nothing, two sweeps at once add what one would, and a machine that was off sends only the latest reminder.
Who is told: the person who owes it; of a post, whoever holds it and isn't away, else the deputy, else the stewards.
What is late goes up the ladder of the side that owes it, on the same days for both (`climbing`).
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    JSON,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from reciproca.compacts.notices.rules import Reason
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.obligations.tables import Obligation, ReminderStep
from reciproca.compacts.people.tables import Person
from reciproca.compacts.policies.rules import Family
from reciproca.core.db import Base, UtcInstant
from reciproca.core.identity import Role
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.scheduler.climbing import climbing, propose
from reciproca.scheduler.gathering import gather, let_go
from reciproca.scheduler.statements import among, insert_new, run
from reciproca.scheduler.uids import time_ordered_each
from reciproca.scheduler.who import holders, with_role

CHUNK = 10_000
_TABLES = Base.metadata.tables
_OBLIGATION, _NOTICE, _PERSON = (_TABLES[row.__tablename__] for row in (Obligation, Notice, Person))
_O, _STEP = _OBLIGATION.c, _TABLES[ReminderStep.__tablename__].c
_RANK = {0: Kind.REMINDER, 1: Kind.VACANT, 2: Kind.ESCALATED, 3: Kind.PROPOSED}


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What one chunk came to: obligations `looked` at, invitations `closed`, `notices` written, and the messages
    (`deliveries`) that they went into."""

    looked: int = 0
    closed: int = 0
    notices: int = 0
    deliveries: int = 0

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(
            looked=self.looked + other.looked,
            closed=self.closed + other.closed,
            notices=self.notices + other.notices,
            deliveries=self.deliveries + other.deliveries,
        )


def sweep(work: Work, *, chunk: int = CHUNK) -> Swept:
    """One chunk of the organisation's due obligations. `looked` is 0 when nothing is due: until then, call it again,
    each time in a transaction of its own."""
    authorize(work, Action.NOTICE_OPERATE)
    due = _O.organisation_id == work.organisation.id, _O.state == "open", _O.next_at <= work.now
    # Rows that another sweeper holds are left to it; SQLite has one writer at a time anyway.
    chosen = select(_O.id).where(*due).order_by(_O.id).limit(chunk).with_for_update(skip_locked=True)
    ids = list(work.session.scalars(chosen))
    if not ids:
        let_go(work)
        return Swept()
    closed = _close_ended(work, ids)
    notices = _write_notices(work, ids)
    deliveries = gather(work, ids, notices) if notices else 0
    _move_on(work, ids)
    return Swept(looked=len(ids), closed=closed, notices=notices, deliveries=deliveries)


def _close_ended(work: Work, ids: list[int]) -> int:
    is_over = (_O.family == Family.INVITATION.value) & (_O.due_at <= work.now)
    ended = update(_OBLIGATION).where(among(work, _O.id, ids), is_over)
    return run(work, ended.values(state="closed", ended_at=work.now, next_at=None))


def _write_notices(work: Work, ids: list[int]) -> int:
    latest = _latest(work, ids)
    propose(work, latest)
    told = _told(work, latest)
    kind = case(*((told.c.rank == rank, kind.value) for rank, kind in _RANK.items()))
    rows = (
        select(
            time_ordered_each(work.clock),
            _O.organisation_id,
            kind,
            told.c.person_id,
            _O.id,
            told.c.step,
            _O.side,
            literal({}, JSON()),
            literal(work.now, UtcInstant()),
            case((~latest.c.by_mail, Reason.NOT_BY_MAIL.value)),
        )
        .join_from(told, _OBLIGATION, told.c.obligation_id == _O.id)
        .join(latest, latest.c.id == _O.id)
        .where(told.c.person_id.is_not(None))
    )
    columns = (
        "uid",
        "organisation_id",
        "kind",
        "person_id",
        "obligation_id",
        "step",
        "side",
        "data",
        "written_at",
        "left_out",
    )
    return insert_new(work, _NOTICE, columns, rows.order_by(_O.id, told.c.step, told.c.person_id))


def _move_on(work: Work, ids: list[int]) -> None:
    mine = (_STEP.organisation_id == work.organisation.id) & (_STEP.obligation_id == _O.id)
    later = select(func.min(_STEP.at)).where(mine, _STEP.at > work.now)
    at_its_end = case((_O.family == Family.INVITATION.value, _O.due_at))
    following = func.coalesce(later.correlate(_OBLIGATION).scalar_subquery(), at_its_end)
    still = update(_OBLIGATION).where(among(work, _O.id, ids), _O.state == "open")
    run(work, still.values(next_at=following))


# --- who is told of what ---------------------------------------------------------------------------------------------


def _latest(work: Work, ids: list[int]) -> CTE:
    """Of each open obligation, its latest reminder that is due: what a week without power left behind is one."""
    last = (
        select(_STEP.obligation_id, func.max(_STEP.at).label("at"))
        .where(
            _STEP.organisation_id == work.organisation.id,
            among(work, _STEP.obligation_id, ids),
            _STEP.at <= work.now,
        )
        .group_by(_STEP.obligation_id)
        .subquery()
    )
    same = and_(
        _STEP.organisation_id == work.organisation.id,
        _STEP.obligation_id == last.c.obligation_id,
        _STEP.at == last.c.at,
    )
    return (
        select(
            _O.id, _O.person_id, _O.post_id, _O.side, _O.family, _STEP.step, _STEP.offset_days, _STEP.by_mail
        )
        .join_from(ReminderStep.__table__, last, same)
        .join(_OBLIGATION, _O.id == _STEP.obligation_id)
        .where(_O.state == "open")
        .cte("latest")
    )


def _told(work: Work, latest: CTE) -> Subquery:
    here = holders(work)
    person = _line(latest, latest.c.person_id, 0).where(latest.c.person_id.is_not(None))
    holder = _line(latest, here.c.person_id, 0).join(here, here.c.post_id == latest.c.post_id)
    is_vacant = latest.c.post_id.is_not(None) & ~exists().where(here.c.post_id == latest.c.post_id)
    stewards = with_role(work, Role.STEWARD)
    vacant = _line(latest, stewards.c.person_id, 1).join(stewards, true()).where(is_vacant)
    everyone = union_all(person, holder, vacant, *climbing(work, latest, 2, 3)).subquery()
    return (  # who is told for two reasons is told once, for the nearer one
        select(
            everyone.c.obligation_id,
            everyone.c.step,
            everyone.c.person_id,
            func.min(everyone.c.rank).label("rank"),
        )
        .group_by(everyone.c.obligation_id, everyone.c.step, everyone.c.person_id)
        .subquery("told")
    )


def _line(latest: CTE, person_id: ColumnElement[Any], rank: int) -> Select[Any]:
    return select(
        latest.c.id.label("obligation_id"),
        latest.c.step,
        person_id.label("person_id"),
        literal(rank).label("rank"),
    ).select_from(latest)
