"""One message for one person and day: what comes due on one day goes in one mail.

While the sweep is at work a message is `gathering`: nobody takes it. When nothing is left to sweep it is let go. What
comes due later joins a message that still waits (for a night, for the end of a leave), also on another day; else it
begins the next one of its day.
"""

from datetime import date, timedelta

from sqlalchemy import Date, String, Subquery, and_, case, cast, exists, func, literal, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from reciproca.compacts.notices.actions import MAIL
from reciproca.compacts.notices.tables import GATHERING, URGENT, USUAL, Delivery, Notice
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.tables import Person
from reciproca.compacts.policies.rules import Family
from reciproca.core.db import Base, UtcInstant
from reciproca.core.work import Work
from reciproca.scheduler.statements import among, insert_from, run
from reciproca.scheduler.uids import time_ordered_each

_TABLES = Base.metadata.tables
_NOTICE, _DELIVERY = _TABLES[Notice.__tablename__], _TABLES[Delivery.__tablename__]
_OBLIGATION = _TABLES[Obligation.__tablename__]
_N, _D, _O, _PERSON = _NOTICE.c, _DELIVERY.c, _OBLIGATION.c, _TABLES[Person.__tablename__].c
LOOKED_BACK = timedelta(days=60)
"""A message that has waited longer is left as it is: nobody's whole past is looked through for each reminder."""
_DAYS_MESSAGE = ("organisation_id", "person_id", "channel", "day", "turn")


def gather(work: Work, ids: list[int], notices: int) -> int:
    """Put each of the `notices` that were just written of the obligations `ids` into its person's message; how many
    messages that concerned. Tried again where a worker took the message away in the same moment."""
    messages, left = 0, notices
    while left and work.session.scalar(select(exists().where(_waiting(work, ids)))):
        messages += _begin_or_lock(work, ids)
        left -= _join(work, ids)
    return messages


def let_go(work: Work) -> None:
    """Let messages be sent when nothing is due any more, in the eyes of every sweeper."""
    due = Obligation.__table__.c
    is_due = exists().where(
        due.organisation_id == work.organisation.id, due.state == "open", due.next_at <= work.now
    )
    mine = (_D.organisation_id == work.organisation.id) & (_D.state == GATHERING)
    run(work, update(_DELIVERY).where(mine, ~is_due).values(state="pending", not_before=work.now))


def _waiting(work: Work, ids: list[int]) -> ColumnElement[bool]:
    """A notice that was just written and has no message yet, of somebody who has an address."""
    address = select(_PERSON.email).where(_PERSON.id == _N.person_id).scalar_subquery()
    return and_(
        among(work, _N.obligation_id, ids),
        _N.written_at == work.now,
        _N.delivery_id.is_(None),
        _N.left_out.is_(None),
        address.is_not(None),
    )


def _begin_or_lock(work: Work, ids: list[int]) -> int:
    is_asked = (_N.kind == Kind.REMINDER.value) & (_N.step == 0) & (_O.family == Family.INVITATION.value)
    priority = case((or_(_N.kind != Kind.REMINDER.value, is_asked), URGENT), else_=USUAL)
    waiting = (
        select(_N.person_id, func.min(priority).label("priority"))
        .join_from(_NOTICE, _OBLIGATION, _O.id == _N.obligation_id)
        .where(_waiting(work, ids))
        .group_by(_N.person_id)
        .subquery("waiting")
    )
    day, turn = _day_and_turn(work, waiting)
    key = literal("reminders:") + _PERSON.uid + f":{work.today()}:" + cast(turn, String())
    rows = (
        select(
            time_ordered_each(work.clock),
            literal(work.organisation.id),
            waiting.c.person_id,
            literal(MAIL),
            day,
            turn,
            literal(work.now, UtcInstant()),
            key,
            literal(GATHERING),
            literal(0),
            literal(work.now, UtcInstant()),
            waiting.c.priority,
        )
        .join_from(waiting, Person.__table__, _PERSON.id == waiting.c.person_id)
        .order_by(waiting.c.person_id)  # two sweepers lock in one order
    )
    columns = ("uid", *_DAYS_MESSAGE, "gathered_at", "key", "state", "attempts", "not_before", "priority")
    begun = insert_from(work, _DELIVERY, columns, rows)
    locked = begun.on_conflict_do_update(
        # One that waits is looked at again: why it waited may be over.
        index_elements=_DAYS_MESSAGE,
        set_={
            "gathered_at": work.now,
            "state": GATHERING,
            "priority": case(
                (begun.excluded.priority < _D.priority, begun.excluded.priority), else_=_D.priority
            ),
        },
        where=_is_open(),
    )
    return run(work, locked)


def _day_and_turn(work: Work, waiting: Subquery) -> tuple[ColumnElement[date], ColumnElement[int]]:
    """Of somebody's first message that can still be put into; else today, after the last that can't."""
    mine = (_D.person_id == waiting.c.person_id) & _recent(work)
    still_open = mine & _is_open()
    first_day = select(_D.day).where(still_open).order_by(_D.day, _D.turn).limit(1).scalar_subquery()
    first_turn = select(_D.turn).where(still_open).order_by(_D.day, _D.turn).limit(1).scalar_subquery()
    today = literal(work.today(), Date())
    following = select(func.max(_D.turn) + 1).where(mine, _D.day == today).scalar_subquery()
    return func.coalesce(first_day, today), func.coalesce(first_turn, following, 0)


def _join(work: Work, ids: list[int]) -> int:
    mine = (_D.person_id == _N.person_id) & _recent(work)
    held = mine & _is_open() & (_D.gathered_at == work.now)  # locked by the statement before
    # No min(id): databases would look for it along the table instead of by the message's key.
    first = select(_D.id).where(held).order_by(_D.day, _D.turn).limit(1)
    message = first.correlate(_NOTICE).scalar_subquery()
    return run(work, update(_NOTICE).where(_waiting(work, ids)).values(delivery_id=message))


def _recent(work: Work) -> ColumnElement[bool]:
    since = work.today() - LOOKED_BACK
    return and_(_D.organisation_id == work.organisation.id, _D.channel == MAIL, _D.day >= since)


def _is_open() -> ColumnElement[bool]:
    """Nobody has taken it to send it yet."""
    return or_(_D.state == GATHERING, and_(_D.state == "pending", _D.attempts == 0))
