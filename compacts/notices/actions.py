"""Telling people, and writing down what became of it. `notify` is called inside the use case that has the news."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from reciproca.compacts.notices.rules import Reason
from reciproca.compacts.notices.tables import URGENT, USUAL, Delivery, Notice
from reciproca.compacts.notices.words import Kind, facts_of, goes_first
from reciproca.compacts.people.tables import Person
from reciproca.core import ids
from reciproca.core.clock import instant_of
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.leases import give_back
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Outcome, Receipt, Side

MAIL = "mail"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one leased delivery: a receipt, a reason why it wasn't sent, a time to look again, or a failure of
    the channel as a whole. `left_out`: the notices (by id) that it went without, and why."""

    delivery: Delivery
    receipt: Receipt | None = None
    dropped: Reason | None = None
    wait_until: datetime | None = None
    failure: str = ""
    left_out: Mapping[int, Reason] = field(default_factory=dict)


def notify(
    work: Work, *, kind: Kind, person_id: int, data: Mapping[str, Any], side: Side | None = None
) -> None:
    """Tell one person something now. `data`: title {locale: text}, path, due (ISO date), sentence {locale: text}, and
    for Kind.MESSAGE text {locale: text}; all but title optional."""
    authorize(work, Action.NOTICE_WRITE)
    notify_all(work, kind=kind, person_ids=[person_id], data=data, side=side)


def notify_daily(
    work: Work, *, kind: Kind, person_id: int, data: Mapping[str, Any], side: Side | None = None
) -> None:
    """As `notify`, but at most once in a day of the organisation for one kind and page: what comes in dozens should
    be told once. `data` must have the path."""
    authorize(work, Action.NOTICE_WRITE)
    morning = instant_of(work.today(), 0, 0, work.organisation.zone)
    known = select(Notice.data).where(
        Notice.kind == str(kind), Notice.person_id == person_id, Notice.written_at >= morning
    )
    if not any(one["path"] == data["path"] for one in work.session.scalars(known)):
        notify_all(work, kind=kind, person_ids=[person_id], data=data, side=side)


def notify_all(
    work: Work, *, kind: Kind, person_ids: Sequence[int], data: Mapping[str, Any], side: Side | None = None
) -> None:
    """Tell several people the same, in a fixed number of statements; each is told once. Who has no address finds it
    on the page of messages."""
    authorize(work, Action.NOTICE_WRITE)
    facts_of(kind, data)  # what can't be said must not be written
    wanted = sorted(set(person_ids))
    if not wanted:
        return
    common = {
        "organisation_id": work.organisation.id,
        "kind": str(kind),
        "side": side,
        "data": dict(data),
        "written_at": work.now,
    }
    uids = {person_id: ids.time_ordered(work.clock) for person_id in wanted}
    carriers = _carriers(work, uids, URGENT if goes_first(kind) else USUAL)
    rows = [
        {**common, "uid": uid, "person_id": person_id, "delivery_id": carriers.get(person_id)}
        for person_id, uid in uids.items()
    ]
    work.session.execute(insert(Notice), rows)


def _carriers(work: Work, uids: Mapping[int, str], priority: int) -> dict[int, int]:
    """By person, the message that is to carry their notice (whose uid is given); none to whoever has no address."""
    asked = select(Person.id).where(Person.id.in_(uids), Person.email.is_not(None))
    reachable = sorted(work.session.scalars(asked))
    rows = [
        {
            "organisation_id": work.organisation.id,
            "uid": ids.time_ordered(work.clock),
            "person_id": person_id,
            "channel": MAIL,
            "key": f"notice:{uids[person_id]}",
            "priority": priority,
            "state": "pending",
            "attempts": 0,
            "not_before": work.now,
        }
        for person_id in reachable
    ]
    if not rows:
        return {}
    made = work.session.scalars(insert(Delivery).returning(Delivery.id, sort_by_parameter_order=True), rows)
    return dict(zip(reachable, made, strict=True))


def mark_read(work: Work, *, uid: str) -> None:
    """The person has read one of their messages; reading it again changes nothing. NotFound when it is another's."""
    authorize(work, Action.NOTICE_READ, person_id=work.actor.person_id)
    mine = select(Notice).filter_by(uid=uid, person_id=work.actor.person_id)
    notice = work.session.scalars(mine).one_or_none()
    if notice is None:
        raise NotFound(
            detail=_("There is no such message for you."), remedy=_("Open the list of your messages.")
        )
    notice.read_at = notice.read_at or work.now


def mark_all_read(work: Work) -> None:
    """The person has read all of their messages."""
    authorize(work, Action.NOTICE_READ, person_id=work.actor.person_id)
    unread = update(Notice).where(Notice.person_id == work.actor.person_id, Notice.read_at.is_(None))
    work.session.execute(unread.values(read_at=work.now), execution_options={"synchronize_session": False})


def settle(work: Work, *, results: Sequence[Result]) -> Sequence[Result]:
    """Write down what became of leased deliveries; those for which that was done. One whose lease another worker has
    taken over is left alone."""
    authorize(work, Action.NOTICE_OPERATE)
    return [result for result in results if _settle(work, result)]


def _settle(work: Work, result: Result) -> bool:
    if result.failure or _is_deferred(result):
        said = result.failure or (result.receipt.reason if result.receipt else "")
        is_ours = give_back(work.session, result.delivery, now=work.now, reason=said)
    else:
        is_ours = _finish(work, result.delivery, **_values(result, work.now))
    for reason in sorted(set(result.left_out.values())) if is_ours else ():
        _leave_out(work, [one for one, why in result.left_out.items() if why is reason], reason)
    return is_ours


def _leave_out(work: Work, notice_ids: Sequence[int], reason: Reason) -> None:
    without = update(Notice).where(Notice.id.in_(notice_ids)).values(left_out=str(reason))
    work.session.execute(without, execution_options={"synchronize_session": False})


def _is_deferred(result: Result) -> bool:
    return result.receipt is not None and result.receipt.outcome is Outcome.DEFERRED


def _values(result: Result, now: datetime) -> dict[str, Any]:
    if result.wait_until:  # looking again is no failed try
        return {"state": "pending", "not_before": result.wait_until, "attempts": result.delivery.attempts - 1}
    if result.dropped or result.receipt is None:
        return {"state": "dropped", "failure": str(result.dropped), "done_at": now}
    receipt = result.receipt
    said = {"outcome": receipt.outcome.value, "reference": receipt.reference or None}
    if receipt.outcome is Outcome.REFUSED:
        return {**said, "state": "failed", "failure": receipt.reason}
    return {**said, "state": "done", "failure": None, "done_at": now}


def _finish(work: Work, row: Delivery, **values: Any) -> bool:
    held = (Delivery.id == row.id) & (Delivery.lease_token == row.lease_token) & (Delivery.state == "leased")
    statement = update(Delivery).where(held).values(**values).returning(Delivery.id)
    return work.session.scalar(statement, execution_options={"synchronize_session": False}) is not None
