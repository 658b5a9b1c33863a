"""A look at a campaign before it is opened: what would be sent, when, to how many, and how it reads. Nothing is
written, nobody is asked, and nobody is named."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from reciproca.compacts.closures.queries import closed_days, closures
from reciproca.compacts.drafting.queries import compact_of, find_version
from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.obligations.rules import AFTERWARDS, Step, due_instant, steps
from reciproca.compacts.people.queries import Member
from reciproca.compacts.people.tables import Leave
from reciproca.compacts.policies.queries import Subject, inherited
from reciproca.compacts.policies.rules import POLICIES, Family, Policy, Reminder
from reciproca.compacts.preferences.queries import USUAL, choices
from reciproca.compacts.signing.actions.campaigns import check_day, check_reminders
from reciproca.compacts.signing.actions.waves import in_order
from reciproca.compacts.signing.queries import audience, takers
from reciproca.compacts.signing.queries.audience import ANYBODY
from reciproca.compacts.signing.queries.reminding import usual_reminders
from reciproca.compacts.signing.queries.specimens import Specimen, specimens
from reciproca.compacts.signing.rules.audience import Rule
from reciproca.compacts.signing.rules.reminders import Reminders
from reciproca.compacts.signing.rules.sending import Away, Moved, Reader, goings, local_day, moved
from reciproca.compacts.signing.rules.waves import Wave, wave_of
from reciproca.core.clock import instant_of
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class Round:
    """Mails that say the same and arrive at the same local `day` and `time` of their readers: the invitation or a
    reminder of it, in the wave number `wave`, to so many `people`; `held`: later than the others, after a leave."""

    wave: int
    reminder: Reminder
    day: date
    time: time
    people: int
    held: bool


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A reminder that isn't planned for the day that it was wished for; `names` of the closed days between, in each
    language."""

    wave: int
    reminder: Reminder
    moved: Moved
    names: Sequence[Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a campaign would send. `closes_at` is when it ends; of the `asked`, so many have no address (`without`) or
    are away until it is over (`away`); `zones` counts the others by where their clocks are. `rounds` in the order of
    their days, `per_day` all mails of a local day, `unsent` wished reminders that fall outside or on another's day."""

    due: date
    closes_at: datetime
    zone: str
    asked: int
    without: int
    away: int
    zones: Mapping[str, int]
    rounds: Sequence[Round]
    per_day: Mapping[date, int]
    shifts: Sequence[Shift]
    unsent: Sequence[tuple[int, Reminder]]
    waves: int
    specimens: Sequence[Specimen]


def preview_campaign(
    work: Work,
    *,
    version_uid: str,
    due: date,
    exclude: Collection[str] = (),
    waves: Sequence[Wave] = (),
    rule: Rule = ANYBODY,
    reminders: Reminders | None = None,
) -> Preview:
    """What `open_campaign` with the same words would send, if it were opened now. Those whose earlier signature stands
    are counted with the others, because their number would tell how many signed. Invalid, NotFound."""
    authorize(work, Action.CAMPAIGN_RUN)
    version = find_version(work, uid=version_uid)
    check_day(work, due=due)
    check_reminders(work, reminders=reminders)
    compact = compact_of(work, version=version)
    people = audience(work, compact=compact, left_out=exclude, rule=rule).asked
    ends = due_instant(due, work.organisation.zone)
    ordered = in_order(work, compact=compact, waves=waves, people=people, due=ends.date())
    taking = takers(work, compact=compact, waves=ordered)
    followed = _followed(work, compact, people, reminders)
    readers = _readers(work, people, taking, followed, due)
    course = _course(work, due, ordered, readers)
    reached = {
        one: goings(course.plan_of(one), one, closed=course.closed, ends=course.ends) for one in readers
    }
    rounds = _rounds(readers, reached, course)
    per_day, zones = Counter[date](), Counter[str]()
    for each in rounds:
        per_day[each.day] += each.people
    for reader, count in readers.items():
        zones[reader.zone] += count
    return Preview(
        due=due,
        closes_at=course.ends,
        zone=course.zone,
        asked=len(people),
        without=len(people) - readers.total(),
        away=sum(count for reader, count in readers.items() if not reached[reader]),
        zones=dict(zones.most_common()),
        rounds=rounds,
        per_day=dict(sorted(per_day.items())),
        shifts=_shifts(work, course),
        unsent=_unsent(course),
        waves=len(ordered),
        specimens=specimens(
            work, version=version, due=due, reminds=any(len(one.policy) > 1 for one in readers)
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _Course:
    """How a campaign would go: when each wave is `opened`, and the plan of each wave by each policy that somebody in it
    has."""

    due: date
    zone: str
    closed: frozenset[date]
    opened: Sequence[datetime]
    plans: Mapping[tuple[int, Policy], Sequence[Step]]
    ends: datetime

    def plan_of(self, reader: Reader) -> Sequence[Step]:
        """The reminders that are planned for somebody."""
        return self.plans[reader.wave, reader.policy]


def _course(work: Work, due: date, waves: Sequence[Wave], readers: Collection[Reader]) -> _Course:
    zone = work.organisation.zone
    closed = closed_days(work, first=work.today(), last=due + AFTERWARDS)
    later = [instant_of(wave.opens, 0, 0, zone) for wave in waves[1:]]  # at the latest, as their day begins
    opened = [work.now, *later]
    plans = {
        (wave, policy): steps(
            Family.INVITATION, opened=opened[wave], due=due, zone=zone, policy=policy, closed=closed
        )
        for wave, policy in dict.fromkeys((one.wave, one.policy) for one in readers)
    }
    return _Course(due=due, zone=zone, closed=closed, opened=opened, plans=plans, ends=due_instant(due, zone))


def _followed(
    work: Work, compact: Compact, people: Sequence[Member], reminders: Reminders | None
) -> Mapping[int, Policy]:
    """By person, the days that would count: the campaign's own, or those that count around each of them."""
    if reminders and reminders != usual_reminders(work, compact=compact):
        return dict.fromkeys((one.id for one in people), reminders.policy)
    subjects = [
        Subject(family=Family.INVITATION, person_id=one.id, compact_uid=compact.uid) for one in people
    ]
    found = inherited(work, subjects=subjects)
    usual = POLICIES[Family.INVITATION]
    return {one.id: policy or usual for one, policy in zip(people, found, strict=True)}


def _readers(
    work: Work,
    people: Sequence[Member],
    taking: Sequence[Collection[int] | None],
    followed: Mapping[int, Policy],
    due: date,
) -> Counter[Reader]:
    """Everybody with an address, by what decides when they are reached."""
    leaves: defaultdict[int, list[Away]] = defaultdict(list)
    away = select(Leave.person_id, Leave.starts, Leave.ends).where(
        Leave.starts <= due + AFTERWARDS, or_(Leave.ends.is_(None), Leave.ends >= work.today() - timedelta(days=1))
    )  # fmt: skip
    for person_id, starts, last in work.session.execute(away.order_by(Leave.starts)):
        leaves[person_id].append((starts, last))
    chosen = choices(work, people=[one.id for one in people])
    return Counter(
        Reader(
            wave=wave_of(taking, one.id),
            policy=followed[one.id],
            zone=one.zone or work.organisation.zone,
            hours=chosen.get(one.id, USUAL).hours,
            away=tuple(leaves.get(one.id, ())),
        )
        for one in people
        if one.email
    )


def _rounds(
    readers: Counter[Reader], reached: Mapping[Reader, Sequence[tuple[Step, datetime]]], course: _Course
) -> list[Round]:
    found: Counter[tuple[date, time, int, Reminder, bool]] = Counter()
    for reader, people in readers.items():
        present = replace(reader, away=())
        usual = dict(goings(course.plan_of(reader), present, closed=course.closed, ends=course.ends))
        for step, at in reached[reader]:
            local = at.astimezone(ZoneInfo(reader.zone))
            clock = local.time().replace(second=0, microsecond=0)
            reminder = reader.policy[step.step]
            found[local.date(), clock, reader.wave, reminder, at != usual.get(step)] += people
    rounds = [
        Round(wave=wave, reminder=reminder, day=day, time=clock, people=people, held=held)
        for (day, clock, wave, reminder, held), people in found.items()
    ]
    return sorted(rounds, key=lambda one: (one.day, one.time, one.wave, one.held, -one.reminder.days))


def _shifts(work: Work, course: _Course) -> list[Shift]:
    found = dict.fromkeys(
        (wave, policy[step.step], shift)
        for (wave, policy), plan in course.plans.items()
        for step in plan
        if step.by_mail and (shift := _shift(course, wave, policy, step))
    )
    years = {day.year for _wave, _reminder, one in found for day in one.closed}
    names = {one.day: one.name for year in years for one in closures(work, year=year)}
    return [
        Shift(wave=wave, reminder=reminder, moved=one, names=[names.get(day, {}) for day in one.closed])
        for wave, reminder, one in found
    ]


def _shift(course: _Course, wave: int, policy: Policy, step: Step) -> Moved | None:
    return moved(
        step,
        policy,
        opened=local_day(course.opened[wave], course.zone),
        due=course.due,
        zone=course.zone,
        closed=course.closed,
    )


def _unsent(course: _Course) -> list[tuple[int, Reminder]]:
    found = dict.fromkeys(
        (wave, reminder)
        for (wave, policy), plan in course.plans.items()
        for number, reminder in enumerate(policy)
        if reminder.by_mail and number not in {step.step for step in plan}
    )
    return list(found)
