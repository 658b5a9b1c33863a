"""Reading messages: a person's own, the operator's list of what was sent, and what the dispatcher needs to send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from reciproca.compacts.access.queries import guests_among
from reciproca.compacts.access.rules import personal_path
from reciproca.compacts.notices.rules import Standing
from reciproca.compacts.notices.tables import Delivery, Notice
from reciproca.compacts.notices.words import WITNESSED, Facts, Kind, facts_of, stage_of
from reciproca.compacts.obligations.rules import MORNING, Family, humane
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.staying import has_left, in_post
from reciproca.compacts.people.tables import Holding, Leave, Person
from reciproca.core.clock import instant_of
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.ledger.proving import newest_checkpoint
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

LOOK_AGAIN = timedelta(days=7)
"""A leave without an end is looked at again after this long."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One notice as its reader finds it."""

    uid: str
    facts: Facts
    written_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One delivery with everything that its mail needs, and where it stands. `checkpoint`: the ledger's newest one,
    which receipts carry, so that both sides' mailboxes can bear witness."""

    key: str
    written_at: datetime
    address: str
    name: str
    locale: str
    organisation: str
    facts: Facts
    standing: Standing
    checkpoint: str = ""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One delivery as the operator sees it: no words, only what, to whom, and what truly became of it."""

    uid: str
    kind: str
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
    known = _obligations(work, rows)
    return [
        Message(uid=row.uid, facts=_facts(row, known), written_at=row.written_at, read_at=row.read_at)
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
    return _facts(row, _obligations(work, [row])).path


def unread(work: Work) -> int:
    """How many of the actor's messages wait to be read."""
    authorize(work, Action.NOTICE_READ, person_id=work.actor.person_id)
    mine = Notice.person_id == work.actor.person_id
    counted = select(func.count(Notice.id)).where(mine, Notice.read_at.is_(None))
    return work.session.scalar(counted) or 0


def deliveries(work: Work, *, uid: str | None = None, limit: int = 500) -> list[Sent]:
    """What was to be sent, the newest first; only the one with `uid`, if given."""
    authorize(work, Action.NOTICE_OPERATE)
    found = (
        select(Delivery, Notice, Person)
        .join(Notice, Notice.id == Delivery.notice_id)
        .join(Person, Person.id == Notice.person_id)
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    if uid:
        found = found.where(Delivery.uid == uid)
    return [_sent(delivery, notice, person) for delivery, notice, person in work.session.execute(found)]


def letters(work: Work, *, delivery_ids: Sequence[int]) -> dict[int, Letter]:
    """By delivery id, what the dispatcher needs, in a fixed number of reads."""
    authorize(work, Action.NOTICE_OPERATE)
    found = (
        select(Delivery, Notice, Person)
        .join(Notice, Notice.id == Delivery.notice_id)
        .join(Person, Person.id == Notice.person_id)
        .where(Delivery.id.in_(delivery_ids))
    )
    rows = work.session.execute(found).all()
    notices = [notice for _delivery, notice, _person in rows]
    people = {person.id: person for _delivery, _notice, person in rows}
    checkpoint = newest_checkpoint(work.session)
    known = _obligations(work, notices)
    whereabouts = _whereabouts(work, list(people), known, notices)
    guests = guests_among(work, people=list(people.values()))
    return {
        delivery.id: Letter(
            key=delivery.key,
            written_at=notice.written_at,
            address=person.email or "",
            name=person.name,
            locale=person.locale
            if person.locale in work.organisation.locales
            else work.organisation.locales[0],
            organisation=work.organisation.name,
            facts=_by_mail(work, _facts(notice, known), person, is_guest=person.id in guests),
            standing=_standing(work, notice, person, known, whereabouts),
            checkpoint=checkpoint if notice.kind in WITNESSED else "",
        )
        for delivery, notice, person in rows
    }


# --- facts -----------------------------------------------------------------------------------------------------------


def _obligations(work: Work, notices: Sequence[Notice]) -> dict[int, Obligation]:
    ids = {notice.obligation_id for notice in notices if notice.obligation_id is not None}
    if not ids:
        return {}
    return {row.id: row for row in work.session.scalars(select(Obligation).where(Obligation.id.in_(ids)))}


def _facts(notice: Notice, known: Mapping[int, Obligation]) -> Facts:
    if notice.obligation_id is None:
        return facts_of(notice.kind, notice.data)
    owed = known[notice.obligation_id]
    stage = stage_of(owed.family, step=notice.step or 0, written_at=notice.written_at, due_at=owed.due_at)
    return Facts(
        kind=Kind(notice.kind),
        title=owed.title,
        stage=stage,
        due=date.fromisoformat(owed.due_local[:10]),
        path=owed.path,
        sentence=owed.sentence,
    )


def _by_mail(work: Work, facts: Facts, person: Person, *, is_guest: bool) -> Facts:
    """The facts as they are mailed: to a guest with their personal link, which is written nowhere but into the mail."""
    if not (is_guest and person.email):
        return facts
    path = personal_path(work.keys.secret, path=facts.path, address=person.email)
    return replace(facts, path=path)


def _sent(delivery: Delivery, notice: Notice, person: Person) -> Sent:
    return Sent(
        uid=delivery.uid,
        kind=notice.kind,
        name=person.name,
        address=person.email or "",
        state=delivery.state,
        outcome=delivery.outcome or "",
        reference=delivery.reference or "",
        reason=delivery.failure or "",
        attempts=delivery.attempts,
        written_at=notice.written_at,
        done_at=delivery.done_at,
    )


# --- where people stand ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Whereabouts:
    gone: frozenset[int]
    posts: Mapping[int, frozenset[int]]
    away: Mapping[int, date | None]
    newest: Mapping[tuple[int, int], int]


def _whereabouts(
    work: Work, people: Sequence[int], known: Mapping[int, Obligation], notices: Sequence[Notice]
) -> _Whereabouts:
    today, ask = work.today(), work.session.execute
    gone = work.session.scalars(select(Person.id).where(Person.id.in_(people), has_left(today)))
    holdings = ask(
        select(Holding.person_id, Holding.post_id).where(Holding.person_id.in_(people), in_post(today))
    ).all()
    leaves = ask(
        select(Leave.person_id, Leave.ends).where(
            Leave.person_id.in_(people), Leave.starts <= today, or_(Leave.ends.is_(None), Leave.ends >= today)
        )
    ).all()
    newest = (
        ask(
            select(Notice.obligation_id, Notice.person_id, func.max(Notice.id))
            .where(Notice.obligation_id.in_(known), Notice.person_id.in_(people))
            .group_by(Notice.obligation_id, Notice.person_id)
        )
        if known and notices
        else ()
    )
    return _Whereabouts(
        gone=frozenset(gone),
        posts={one: frozenset(post for person, post in holdings if person == one) for one in people},
        away=dict(leaves),
        newest={(owed, person): last for owed, person, last in newest if owed is not None},
    )


def _standing(
    work: Work, notice: Notice, person: Person, known: Mapping[int, Obligation], whereabouts: _Whereabouts
) -> Standing:
    if notice.obligation_id is None:
        return Standing(has_address=bool(person.email), is_reminder=False)
    owed = known[notice.obligation_id]
    is_post = notice.kind == Kind.REMINDER and owed.post_id is not None
    is_ended = owed.family == Family.INVITATION and owed.due_at <= work.now
    return Standing(
        has_address=bool(person.email),
        is_reminder=True,
        is_open=owed.state == "open" and not is_ended,
        is_here=person.id not in whereabouts.gone,
        is_holder=not is_post or owed.post_id in whereabouts.posts[person.id],
        is_newest=whereabouts.newest[owed.id, person.id] == notice.id,
        not_before=_not_before(work, person, whereabouts.away),
    )


def _not_before(work: Work, person: Person, away: Mapping[int, Any]) -> datetime:
    zone = person.zone or work.organisation.zone
    if person.id not in away:
        return humane(work.now, zone)
    ends: date | None = away[person.id]
    if ends is None:
        return humane(work.now + LOOK_AGAIN, zone)
    return humane(instant_of(ends + timedelta(days=1), MORNING, 0, zone), zone)
