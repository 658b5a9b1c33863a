"""Where the people stand whom a message is for, and whether what it says still holds, in a fixed number of reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select

from reciproca.compacts.closures.queries import closed_days
from reciproca.compacts.notices.facts import facts_by_notice
from reciproca.compacts.notices.returned import returned
from reciproca.compacts.notices.rules import Standing
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.notices.words import Kind, is_courtesy
from reciproca.compacts.obligations.rules import humane
from reciproca.compacts.obligations.tables import Obligation, ReminderStep
from reciproca.compacts.people.staying import has_left, in_post
from reciproca.compacts.people.tables import Holding, Leave, Person
from reciproca.compacts.policies.rules import Family
from reciproca.compacts.preferences.queries import USUAL, Chosen, choices
from reciproca.core.clock import instant_of
from reciproca.core.work import Work

LOOK_AGAIN = timedelta(days=7)
"""A leave without an end is looked at again after this long."""

A_YEAR = timedelta(days=366)
"""Closed days are looked up this far ahead: whoever is away longer is looked at again when they are back."""


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """Of the people and obligations asked about: who has left, who holds which posts, who is away until when, which
    days are closed, which reminders (obligation, step) are still planned, the newest notice of each obligation to each
    person, how whoever has chosen something is written to, and whose mail comes back."""

    gone: frozenset[int]
    posts: Mapping[int, frozenset[int]]
    away: Mapping[int, date | None]
    closed: frozenset[date]
    planned: frozenset[tuple[int, int]]
    newest: Mapping[tuple[int, int], int]
    chosen: Mapping[int, Chosen]
    returned: frozenset[int]


def whereabouts(work: Work, people: Sequence[int], known: Mapping[int, Obligation]) -> Whereabouts:
    """What is true today of `people` and of the obligations `known` by id."""
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
    return Whereabouts(
        gone=frozenset(gone),
        posts={one: frozenset(post for person, post in holdings if person == one) for one in people},
        away=dict(leaves),
        closed=closed_days(work, first=today - timedelta(days=1), last=today + A_YEAR),
        planned=_planned(work, known),
        newest=_newest(work, people, known),
        chosen=choices(work, people=people),
        returned=frozenset(returned(work, people=people)),
    )


def _planned(work: Work, known: Mapping[int, Obligation]) -> frozenset[tuple[int, int]]:
    if not known:
        return frozenset()
    asked = select(ReminderStep.obligation_id, ReminderStep.step).where(ReminderStep.obligation_id.in_(known))
    return frozenset((owed, step) for owed, step in work.session.execute(asked))


def _newest(
    work: Work, people: Sequence[int], known: Mapping[int, Obligation]
) -> Mapping[tuple[int, int], int]:
    if not known:
        return {}
    asked = (
        select(Notice.obligation_id, Notice.person_id, func.max(Notice.id))
        .where(Notice.obligation_id.in_(known), Notice.person_id.in_(people))
        .group_by(Notice.obligation_id, Notice.person_id)
    )
    rows = work.session.execute(asked)
    return {(owed, person): last for owed, person, last in rows if owed is not None}


def standing_of(
    work: Work, notice: Notice, person: Person, known: Mapping[int, Obligation], where: Whereabouts
) -> Standing:
    """Where one notice to `person` stands at `work.now`."""
    facts, chosen = facts_by_notice(notice, known), where.chosen.get(person.id, USUAL)
    is_wanted = chosen.courtesy_by_mail or not is_courtesy(facts.kind, facts.stage)
    is_reachable = person.id not in where.returned
    if notice.obligation_id is None:
        return Standing(
            has_address=bool(person.email), is_reachable=is_reachable, is_wanted=is_wanted, is_reminder=False
        )
    owed = known[notice.obligation_id]
    is_invitation = owed.family == Family.INVITATION
    is_ended = is_invitation and owed.due_at <= work.now
    return Standing(
        has_address=bool(person.email),
        is_reachable=is_reachable,
        is_wanted=is_wanted,
        is_reminder=True,
        is_open=owed.state == "open" and not is_ended,
        is_here=person.id not in where.gone,
        is_holder=notice.kind != Kind.REMINDER or _owes(person.id, owed, where),
        is_planned=(owed.id, notice.step) in where.planned,
        is_of_day=owed.moved_at is None or notice.written_at >= owed.moved_at,
        is_going=not (is_invitation and owed.next_at is None),
        is_awake=notice.kind != Kind.REMINDER or not _sleeps(work, owed),
        is_newest=where.newest[owed.id, person.id] == notice.id,
        not_before=_not_before(work, person, where, chosen.hours),
    )


def _owes(person_id: int, owed: Obligation, where: Whereabouts) -> bool:
    return owed.person_id == person_id if owed.post_id is None else owed.post_id in where.posts[person_id]


def _sleeps(work: Work, owed: Obligation) -> bool:
    return owed.snoozed_until is not None and work.today() < owed.snoozed_until


def _not_before(work: Work, person: Person, where: Whereabouts, hours: tuple[int, int]) -> datetime:
    zone, wished = person.zone or work.organisation.zone, work.now
    if person.id in where.away:
        ends = where.away[person.id]
        back = instant_of(ends + timedelta(days=1), hours[0], 0, zone) if ends else work.now + LOOK_AGAIN
        wished = max(wished, back)
    return humane(wished, zone, where.closed, hours)
