"""The reminders of what is owed, by the policy that counts for each thing: planned at first, moved, and planned anew.

Steps are numbered on from the last one of a thing: the notices of those that were sent keep their numbers. Reminders
that people put off have the number of their day, far above.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, and_, case, delete, func, insert, select, update

from reciproca.compacts.closures.queries import closed_days
from reciproca.compacts.obligations.rules import (
    AFTERWARDS,
    DUE_TIME,
    MORNING,
    NEVER_SNOOZED_DAYS,
    Step,
    due_instant,
    moves_with_due_day,
    steps,
    steps_before_new_day,
)
from reciproca.compacts.obligations.tables import Obligation, ReminderStep
from reciproca.compacts.policies.queries import Subject, are_any, inherited
from reciproca.compacts.policies.rules import Family, Policy
from reciproca.core import ids
from reciproca.core.clock import instant_of
from reciproca.core.work import Work

PLANNED_BELOW = 100_000
"""Steps of a policy have smaller numbers; those that people chose have their day's, which is greater."""

PART = 10_000
"""So many ids at a time: databases take some 30,000 parameters."""

_QUIETLY = {"synchronize_session": False}
_Deciding = Row[int, str, str, int | None, int | None, str | None, str, date | None]
_DECIDING = (
    Obligation.id, Obligation.uid, Obligation.family, Obligation.person_id, Obligation.post_id,
    Obligation.compact_uid, Obligation.due_local, Obligation.snoozed_until,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Alike:
    """What the reminders ahead of an open thing depend on: things that are alike in it share one plan."""

    policy: Policy | None
    due: str
    begun: date
    awake: date | None


def closed_until(work: Work, due: date) -> frozenset[date]:
    """The closed days that the reminders of something due on `due` can meet."""
    return closed_days(work, first=work.today(), last=max(due, work.today()) + AFTERWARDS)


def since(work: Work, *, is_told: bool) -> datetime:
    """From when on reminders are planned: today, or tomorrow where somebody hears of it today in other words."""
    if not is_told:
        return work.now
    return instant_of(work.today() + timedelta(days=1), 0, 0, work.organisation.zone)


def reminder(work: Work, obligation_id: int, step: Step) -> dict[str, object]:
    """One row."""
    return {
        "organisation_id": work.organisation.id,
        "uid": ids.time_ordered(work.clock),
        "obligation_id": obligation_id,
        "step": step.step,
        "offset_days": step.offset_days,
        "at": step.at,
        "by_mail": step.by_mail,
    }


# --- another day -----------------------------------------------------------------------------------------------------


def move(
    work: Work,
    wanted: ColumnElement[bool],
    *,
    family: Family,
    due: date,
    begins: datetime,
    policy: Policy | None,
) -> None:
    """Plan what is `wanted` for the day `due`: its reminders that count from that day, from the instant `begins` on."""
    zone = work.organisation.zone
    closed, due_at = closed_until(work, due), due_instant(due, zone)
    for chosen, these in _by_policy(work, wanted, policy):
        plan = steps_before_new_day(family, now=begins, due=due, zone=zone, policy=chosen, closed=closed)
        outdated = ReminderStep.offset_days.in_(moves_with_due_day(family, chosen))
        _replace_ahead(work, these, plan, outdated)
    moved = (
        update(Obligation)
        .where(wanted)
        .values(
            due_local=f"{due.isoformat()}T{DUE_TIME:%H:%M}",
            due_at=due_at,
            moved_at=work.now,
            next_at=func.coalesce(_next_step(work), due_at if family is Family.INVITATION else None),
            revision=Obligation.revision + 1,
        )
    )
    work.session.execute(moved, execution_options=_QUIETLY)


def _by_policy(
    work: Work, wanted: ColumnElement[bool], policy: Policy | None
) -> Iterator[tuple[Policy | None, Select[int]]]:
    """What is wanted, by the policy that counts for it: all at once where there is one for all."""
    of_these = select(Obligation.id).where(wanted, Obligation.organisation_id == work.organisation.id)
    if policy is not None or not are_any(work):
        yield policy, of_these
        return
    for chosen, rows in _inheriting(work, wanted).items():
        for some in _in_parts([row.id for row in rows]):
            yield chosen, of_these.where(Obligation.id.in_(some))


def _inheriting(work: Work, wanted: ColumnElement[bool]) -> Mapping[Policy | None, list[_Deciding]]:
    """What is wanted, by the policy that it inherits: of each what its plan depends on, and no more."""
    found: dict[Policy | None, list[_Deciding]] = defaultdict(list)
    rows = work.session.execute(select(*_DECIDING).where(wanted)).all()
    subjects = [
        Subject(
            family=Family(row.family),
            person_id=row.person_id,
            post_id=row.post_id,
            compact_uid=row.compact_uid,
        )
        for row in rows
    ]
    for row, chosen in zip(rows, inherited(work, subjects=subjects), strict=True):
        found[chosen].append(row)
    return found


# --- other policies --------------------------------------------------------------------------------------------------


def replan(work: Work, family: Family) -> None:
    """Plan what is ahead of everything open of `family` by the policies that count now; what has its own keeps it, and
    what rests (a campaign that is paused) is planned when it goes on."""
    resting = Obligation.next_at.is_(None) if family is Family.INVITATION else Obligation.state != "open"
    wanted = and_(
        Obligation.family == family.value, Obligation.state == "open", ~Obligation.has_own_policy, ~resting
    )
    for chosen, rows in _inheriting(work, wanted).items():
        for alike, ids_alike in _alike(work, chosen, rows).items():
            plan = _ahead(work, family, alike)
            for some in _in_parts(ids_alike):
                _plan_some(work, family, some, plan)


def _plan_some(work: Work, family: Family, some: Sequence[int], plan: Sequence[Step]) -> None:
    these = select(Obligation.id).where(Obligation.id.in_(some))
    _replace_ahead(work, these, plan, ReminderStep.step < PLANNED_BELOW, first=family is Family.DUTY)
    last = case((Obligation.family == Family.INVITATION.value, Obligation.due_at))
    looked = update(Obligation).where(Obligation.id.in_(some))
    looked = looked.values(next_at=func.coalesce(_next_step(work), last))
    work.session.execute(looked, execution_options=_QUIETLY)


def _alike(work: Work, policy: Policy | None, rows: Sequence[_Deciding]) -> Mapping[_Alike, list[int]]:
    found: dict[_Alike, list[int]] = defaultdict(list)
    for row in rows:
        begun = ids.instant_in(row.uid).astimezone(ZoneInfo(work.organisation.zone)).date()
        alike = _Alike(policy=policy, due=row.due_local[:10], begun=begun, awake=row.snoozed_until)
        found[alike].append(row.id)
    return found


def _ahead(work: Work, family: Family, alike: _Alike) -> list[Step]:
    """The reminders to come; an invitation itself was written when it began."""
    zone, due = work.organisation.zone, date.fromisoformat(alike.due)
    opened = instant_of(alike.begun, 0, 0, zone)
    closed = closed_until(work, due)
    planned = steps(family, opened=opened, due=due, zone=zone, policy=alike.policy, closed=closed)
    return [
        step
        for step in planned
        if step.at > work.now
        and (family is Family.DUTY or step.offset_days != 0)
        and (_is_awake(alike, step, zone))
    ]


def _is_awake(alike: _Alike, step: Step, zone: str) -> bool:
    """Whether nobody wished to hear of it later."""
    if alike.awake is None or step.offset_days >= NEVER_SNOOZED_DAYS:
        return True
    return step.at >= instant_of(alike.awake, MORNING, 0, zone)


def _in_parts(of_these: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many ids as one statement can name."""
    for first in range(0, len(of_these), PART):
        yield of_these[first : first + PART]


# --- rows ------------------------------------------------------------------------------------------------------------


def _replace_ahead(
    work: Work,
    of_these: Select[int],
    plan: Sequence[Step],
    outdated: ColumnElement[bool],
    *,
    first: bool = True,
) -> None:
    """Instead of the reminders ahead that are `outdated` (without `first`: but never the first step), those of `plan`.
    What has no reminders at all was asked to be left in peace, and is."""
    mine = ReminderStep.obligation_id.in_(of_these)
    last = select(ReminderStep.obligation_id, func.max(ReminderStep.step)).where(
        mine, ReminderStep.step < PLANNED_BELOW
    )
    numbers = dict(work.session.execute(last.group_by(ReminderStep.obligation_id)).all())
    old = delete(ReminderStep).where(mine, ReminderStep.at > work.now, outdated)
    if not first:
        old = old.where(ReminderStep.step != 0)
    work.session.execute(old, execution_options=_QUIETLY)
    rows = [
        reminder(work, obligation_id, replace(step, step=number + place))
        for obligation_id, number in numbers.items()
        for place, step in enumerate(plan, 1)
    ]
    if rows:
        work.session.execute(insert(ReminderStep), rows)


def _next_step(work: Work) -> ColumnElement[datetime]:
    """The next reminder of an obligation, inside a statement about obligations."""
    ahead = select(func.min(ReminderStep.at)).where(
        ReminderStep.obligation_id == Obligation.id, ReminderStep.at > work.now
    )
    return ahead.scalar_subquery()
