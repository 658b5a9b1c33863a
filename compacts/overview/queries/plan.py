"""What will be sent, when and why, and why not: the reminders ahead of one person, or about one agreement."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, or_, select

from reciproca.compacts.closures.queries import closed_days
from reciproca.compacts.drafting.queries import all_titles
from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.notices.returned import returned
from reciproca.compacts.obligations.rules import humane
from reciproca.compacts.obligations.tables import Obligation, ReminderStep
from reciproca.compacts.people.staying import in_post
from reciproca.compacts.people.tables import Holding, Leave, Person, Post
from reciproca.compacts.policies.rules import Family
from reciproca.compacts.preferences.queries import USUAL, Chosen, choices
from reciproca.compacts.reviewing.tables import AgreedAction, Review, Voice
from reciproca.compacts.signing.rules import FLOOR
from reciproca.compacts.signing.tables import SignatureRequest
from reciproca.core.clock import instant_of
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side

FAR = datetime.max.replace(tzinfo=UTC)
AHEAD = timedelta(days=3 * 366)
"""How far ahead closed days are looked up."""


class Held(StrEnum):
    """Why a reminder doesn't go, or not on its day."""

    STOPPED = "stopped"
    ON_LEAVE = "on_leave"
    CLOSED = "closed"
    NO_ADDRESS = "no_address"
    CAME_BACK = "came_back"
    UNWANTED = "unwanted"
    HOUR = "hour"


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """One reminder to come: at the instant `at` (None: none comes any more), of what is due on `due`, `offset_days`
    from that day, or after the beginning where `from_opening`. `to`: whose it is, by name or post; `people`: how many
    get it (None: fewer than may be counted). `held`: why it doesn't go, or later than its day; what somebody has
    stopped and what has simply no reminders left look the same."""

    at: datetime | None
    kind: str
    family: str
    side: Side
    title: Mapping[str, str]
    due: date
    offset_days: int | None
    to: str
    people: int | None = 1
    held: Held | None = None

    @property
    def from_opening(self) -> bool:
        """Whether its day is counted from the beginning."""
        return self.family == Family.INVITATION.value and (self.offset_days or 0) >= 0


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """Where and when somebody can be reached."""

    zone: str
    has_address: bool
    is_reachable: bool
    leaves: Sequence[Leave]
    closed: Collection[date]
    chosen: Chosen


def plan_for_person(work: Work, *, person: Person) -> list[Ahead]:
    """What will reach somebody, for themselves and for the posts that they hold, the nearest first."""
    authorize(work, Action.OBLIGATION_READ, person_id=person.id)
    posts = select(Holding.post_id).where(Holding.person_id == person.id, in_post(work.today()))
    mine = or_(Obligation.person_id == person.id, Obligation.post_id.in_(posts))
    leaves = work.session.scalars(select(Leave).filter_by(person_id=person.id)).all()
    closed = closed_days(work, first=work.today(), last=work.today() + AHEAD)
    chosen = choices(work, people=[person.id]).get(person.id, USUAL)
    zone = person.zone or work.organisation.zone
    one = _Reader(
        zone=zone,
        has_address=bool(person.email),
        is_reachable=person.id not in returned(work, people=[person.id]),
        leaves=leaves,
        closed=closed,
        chosen=chosen,
    )
    found = [
        _ahead(row, at, days, _delayed(one, row, days, at), to=title or person.name)
        for row, at, days, _name, _given, title in work.session.execute(_steps(work).where(mine))
    ]
    return sorted(found, key=_nearest)


def plan_for_compact(work: Work, *, compact: Compact) -> list[Ahead]:
    """What will be sent about an agreement, the nearest first: duties with who owes them, invitations as counts."""
    authorize(work, Action.OBLIGATION_READ)
    duties = _steps(work).where(
        Obligation.family == Family.DUTY.value, Obligation.subject_uid.in_(_subjects(compact))
    )
    found = [
        _ahead(row, at, days, (at, None), to=title or f"{given} {family}".strip())
        for row, at, days, family, given, title in work.session.execute(duties)
    ]
    return sorted([*found, *_invitations(work, compact)], key=_nearest)


def _steps(work: Work) -> Select[Obligation, datetime, int, str, str, str]:
    """What is open, once for each reminder ahead, or once where none is; and whose it is."""
    ahead = (ReminderStep.obligation_id == Obligation.id) & (ReminderStep.at > work.now)
    columns = (
        Obligation, ReminderStep.at, ReminderStep.offset_days, Person.family_name, Person.given_name, Post.title,
    )  # fmt: skip
    return (
        select(*columns)
        .outerjoin(ReminderStep, ahead)
        .outerjoin(Person, Person.id == Obligation.person_id)
        .outerjoin(Post, Post.id == Obligation.post_id)
        .where(Obligation.state == "open")
    )


def _subjects(compact: Compact) -> Select[str]:
    """The uids of everything of an agreement that duties are about."""
    reviews = select(Review.id).where(Review.compact_id == compact.id)
    about = (
        select(Version.uid).where(Version.compact_id == compact.id),
        select(Review.uid).where(Review.compact_id == compact.id),
        select(Voice.uid).where(Voice.review_id.in_(reviews)),
        select(AgreedAction.uid).where(AgreedAction.review_id.in_(reviews)),
    )
    together = select(Compact.uid).where(Compact.id == compact.id).union(*about).subquery()
    return select(together.c.uid)


def _invitations(work: Work, compact: Compact) -> list[Ahead]:
    requests = select(SignatureRequest.uid).join(Version, Version.id == SignatureRequest.version_id)
    alike = Obligation.kind, Obligation.due_local, ReminderStep.at, ReminderStep.offset_days
    counted = (
        select(*alike, func.count().label("people"))
        .join(ReminderStep, ReminderStep.obligation_id == Obligation.id)
        .where(
            Obligation.subject_uid.in_(requests.where(Version.compact_id == compact.id)),
            Obligation.family == Family.INVITATION.value,
            Obligation.state == "open",
            ReminderStep.at > work.now,
        )
        .group_by(*alike)
    )
    titles = all_titles(work, compact_ids=[compact.id]).get(compact.id, {})
    return [
        Ahead(
            at=row.at,
            kind=row.kind,
            family=Family.INVITATION.value,
            side=Side.PHYSICIANS,
            title=titles,
            due=date.fromisoformat(row.due_local[:10]),
            offset_days=row.offset_days,
            to="",
            people=row.people if row.people >= FLOOR else None,
        )
        for row in work.session.execute(counted)
    ]


def _ahead(
    row: Obligation, at: datetime | None, days: int | None, moved: tuple[datetime | None, Held | None], *, to: str
) -> Ahead:  # fmt: skip
    when, held = moved
    return Ahead(
        at=when,
        kind=row.kind,
        family=row.family,
        side=row.side,
        title=row.title,
        due=date.fromisoformat(row.due_local[:10]),
        offset_days=days,
        to=to,
        held=held if at is not None else Held.STOPPED,
    )


def _delayed(
    one: _Reader, row: Obligation, days: int | None, at: datetime | None
) -> tuple[datetime | None, Held | None]:
    """When a reminder that is planned for `at` really goes, and what holds it up."""
    if at is None:
        return None, None
    if not (one.has_address and one.is_reachable):
        return at, Held.CAME_BACK if one.has_address else Held.NO_ADDRESS
    if not one.chosen.courtesy_by_mail and row.family == Family.INVITATION.value and days != 0:
        return at, Held.UNWANTED
    hours, day = one.chosen.hours, at.astimezone(ZoneInfo(one.zone)).date()
    away = next((leave for leave in one.leaves if _is_away(leave, day)), None)
    if away is None:
        moved, usual = humane(at, one.zone, one.closed, hours), humane(at, one.zone, one.closed)
        return moved, Held.CLOSED if usual > at else Held.HOUR if moved > at else None
    if away.ends is None:
        return None, Held.ON_LEAVE
    back = instant_of(away.ends + timedelta(days=1), hours[0], 0, one.zone)
    return humane(back, one.zone, one.closed, hours), Held.ON_LEAVE


def _is_away(leave: Leave, day: date) -> bool:
    """Whether the local `day` is within a leave; one without an end goes on."""
    return leave.starts <= day and (leave.ends is None or day <= leave.ends)


def _nearest(one: Ahead) -> tuple[datetime, date]:
    return one.at or FAR, one.due
