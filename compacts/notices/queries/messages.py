"""Reading messages: a person's own, and the operator's list of what was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from reciproca.compacts.notices.facts import facts_by_notice, obligations_of
from reciproca.compacts.notices.returned import returned
from reciproca.compacts.notices.tables import Bounce, Delivery, Notice
from reciproca.compacts.notices.words import Facts
from reciproca.compacts.people.tables import Person
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

DIGEST = "digest"
"""What the operator's list calls a message that carries several notices."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One notice as its reader finds it."""

    uid: str
    facts: Facts
    written_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One message as the operator sees it: no words, only what, how many `notices`, to whom, and what truly became of
    it. Its `kind` is its notice's, or DIGEST where there are several."""

    uid: str
    kind: str
    notices: int
    name: str
    address: str
    state: str
    outcome: str
    reference: str
    reason: str
    attempts: int
    written_at: datetime
    done_at: datetime | None


def inbox(work: Work, *, before: str | None = None, limit: int = 50) -> list[Message]:
    """The actor's own messages, the newest first; `before` is the uid of the last one of the page before."""
    authorize(work, Action.NOTICE_READ, person_id=work.actor.person_id)
    mine = select(Notice).where(Notice.person_id == work.actor.person_id)
    if before:
        mine = mine.where(Notice.uid < before)
    rows = work.session.scalars(mine.order_by(Notice.uid.desc()).limit(limit)).all()
    known = obligations_of(work, rows)
    return [
        Message(
            uid=row.uid, facts=facts_by_notice(row, known), written_at=row.written_at, read_at=row.read_at
        )
        for row in rows
    ]


def path_of(work: Work, *, uid: str) -> str:
    """The page that one of the actor's own messages is about. NotFound when it is another's."""
    authorize(work, Action.NOTICE_READ, person_id=work.actor.person_id)
    row = work.session.scalars(
        select(Notice).filter_by(uid=uid, person_id=work.actor.person_id)
    ).one_or_none()
    if row is None:
        raise NotFound(
            detail=_("There is no such message for you."), remedy=_("Open the list of your messages.")
        )
    return facts_by_notice(row, obligations_of(work, [row])).path


def unread(work: Work) -> int:
    """How many of the actor's messages wait to be read."""
    authorize(work, Action.NOTICE_READ, person_id=work.actor.person_id)
    mine = Notice.person_id == work.actor.person_id
    counted = select(func.count(Notice.id)).where(mine, Notice.read_at.is_(None))
    return work.session.scalar(counted) or 0


def came_back(work: Work) -> tuple[str, Bounce] | None:
    """The actor's own address, and the report because of which nothing is mailed to it; None where mail goes to it."""
    authorize(work, Action.NOTICE_READ, person_id=work.actor.person_id)
    person = work.session.get(Person, work.actor.person_id) if work.actor.person_id else None
    found = returned(work, people=[person.id]).get(person.id) if person else None
    return (person.email or "", found) if person and found else None


def deliveries(work: Work, *, uid: str | None = None, limit: int = 500) -> list[Sent]:
    """What was to be sent, the newest first; only the one with `uid`, if given."""
    authorize(work, Action.NOTICE_OPERATE)
    found = (
        select(Delivery, Person)
        .join(Person, Person.id == Delivery.person_id)
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    if uid:
        found = found.where(Delivery.uid == uid)
    rows = work.session.execute(found).all()
    carried = select(Notice).where(Notice.delivery_id.in_([delivery.id for delivery, _person in rows]))
    notices: dict[int | None, list[Notice]] = {}
    for notice in work.session.scalars(carried.order_by(Notice.id)):
        notices.setdefault(notice.delivery_id, []).append(notice)
    return [_sent(delivery, person, notices[delivery.id]) for delivery, person in rows]


def _sent(delivery: Delivery, person: Person, notices: Sequence[Notice]) -> Sent:
    return Sent(
        uid=delivery.uid,
        kind=notices[0].kind if len(notices) == 1 else DIGEST,
        notices=len(notices),
        name=person.name,
        address=person.email or "",
        state=delivery.state,
        outcome=delivery.outcome or "",
        reference=delivery.reference or "",
        reason=delivery.failure or "",
        attempts=delivery.attempts,
        written_at=notices[0].written_at,
        done_at=delivery.done_at,
    )
