"""Writing what is owed, and saying that it is done. Called by the feature that owns the subject, in its transaction,
inside its own authorised use case; the right asked for here is everybody's."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import case, delete, insert, select, update

from reciproca.compacts.obligations.planning import closed_until, move, reminder, replan, since
from reciproca.compacts.obligations.rules import DUE_TIME, Step, due_instant, next_look, steps
from reciproca.compacts.obligations.snoozing import put_off
from reciproca.compacts.obligations.tables import Obligation, ReminderStep
from reciproca.compacts.people.tables import Person, Post
from reciproca.compacts.policies.queries import Subject, inherited
from reciproca.compacts.policies.rules import Family, Policy
from reciproca.core import ids
from reciproca.core.errors import Invalid
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side


@dataclass(frozen=True, kw_only=True)
class Owed:
    """One thing owed: `kind` and `subject_uid` say what, a person or a post owes it for `side`, by the end of `due`
    (a local day). `title` is what it is called, per locale; `sentence` what must be said wherever it is spoken of;
    `path` its page. `is_told`: who owes it hears of it today in other words, so reminders begin tomorrow. `policy`:
    when it is reminded of, where that isn't as its family is."""

    kind: str
    subject_uid: str
    side: Side
    title: Mapping[str, str]
    due: date
    family: Family = Family.DUTY
    person_id: int | None = None
    post_id: int | None = None
    sentence: Mapping[str, str] = field(default_factory=dict)
    path: str = "/"
    is_told: bool = False
    policy: Policy | None = None
    compact_uid: str | None = None


def owe(work: Work, *, owed: Owed) -> None:
    """Write one obligation with its reminders."""
    authorize(work, Action.OBLIGATION_KEEP)
    owe_all(work, owed=[owed])


def owe_all(work: Work, *, owed: Sequence[Owed]) -> None:
    """Write many obligations with their reminders, in a fixed number of statements. Those that exist are refused by
    the database's unique key (organisation, kind, subject, holder)."""
    authorize(work, Action.OBLIGATION_KEEP)
    if not owed:
        return
    holders = _holders(work, owed)
    plans = _plans(work, owed)
    rows = [_row(work, one, holder, plan) for one, holder, plan in zip(owed, holders, plans, strict=True)]
    made = work.session.scalars(
        insert(Obligation).returning(Obligation.id, sort_by_parameter_order=True), rows
    ).all()
    reminders = [
        reminder(work, obligation_id, step)
        for obligation_id, plan in zip(made, plans, strict=True)
        for step in plan
    ]
    if reminders:
        work.session.execute(insert(ReminderStep), reminders)


def meet(work: Work, *, kind: str, subject_uid: str, side: Side | None = None) -> None:
    """What was owed is done: reminders stop at once."""
    authorize(work, Action.OBLIGATION_KEEP)
    _end(work, "met", kind, (subject_uid,), side)


def close(work: Work, *, kind: str, subject_uids: Sequence[str]) -> None:
    """Invitations ended without an answer: nobody is asked again."""
    authorize(work, Action.OBLIGATION_KEEP)
    _end(work, "closed", kind, subject_uids, None)


def forget(work: Work, *, kind: str, subject_uids: Sequence[str]) -> None:
    """Invitations ended, and it isn't kept who had answered."""
    authorize(work, Action.OBLIGATION_KEEP)
    every = update(Obligation).where(Obligation.kind == kind, Obligation.subject_uid.in_(subject_uids))
    work.session.execute(
        every.values(state="closed", ended_at=work.now, next_at=None, revision=Obligation.revision + 1)
    )


def cancel(work: Work, *, kind: str, subject_uids: Sequence[str]) -> None:
    """It is no longer owed (withdrawn, superseded, left)."""
    authorize(work, Action.OBLIGATION_KEEP)
    _end(work, "cancelled", kind, subject_uids, None)


def resume(work: Work, *, kind: str, subject_uids: Sequence[str]) -> None:
    """What was cancelled is owed after all. `postpone` plans its reminders anew."""
    authorize(work, Action.OBLIGATION_KEEP)
    cancelled = update(Obligation).where(
        Obligation.kind == kind, Obligation.subject_uid.in_(subject_uids), Obligation.state == "cancelled"
    )
    work.session.execute(cancelled.values(state="open", ended_at=None, revision=Obligation.revision + 1))


def owe_again(work: Work, *, owed: Owed) -> None:
    """Write one obligation with its reminders; where the same person owed the same before and it ended, that one."""
    authorize(work, Action.OBLIGATION_KEEP)
    mine = select(Obligation.id).filter_by(
        kind=owed.kind, subject_uid=owed.subject_uid, person_id=owed.person_id, post_id=owed.post_id
    )
    known = work.session.scalar(mine.where(Obligation.state != "open"))
    if known is None:
        owe(work, owed=owed)
        return
    ended = update(Obligation).where(Obligation.id == known)
    again = ended.values(state="open", ended_at=None, revision=Obligation.revision + 1)
    work.session.execute(again)
    postpone(
        work,
        kind=owed.kind,
        family=owed.family,
        subject_uids=[owed.subject_uid],
        due=owed.due,
        is_told=owed.is_told,
    )


def hand_over(
    work: Work,
    *,
    subject_uids: Collection[str],
    side: Side,
    person_id: int,
    from_ids: Collection[int] | None = None,
) -> int:
    """Let `person_id` owe from now on whatever duty of `side` about these subjects somebody else (None: anybody) owes
    by name; what a post owes stays the post's. They are reminded of it on the days that it has anyway. Returns how
    many moved."""
    authorize(work, Action.OBLIGATION_KEEP)
    theirs = Obligation.person_id != person_id
    wanted = (
        select(Obligation)
        .filter_by(side=side, state="open", family=Family.DUTY.value, post_id=None)
        .where(Obligation.subject_uid.in_(subject_uids))
        .where(theirs if from_ids is None else theirs & Obligation.person_id.in_(from_ids))
        .with_for_update()
    )
    rows = work.session.scalars(wanted).all()
    mine = select(Obligation.kind, Obligation.subject_uid).filter_by(person_id=person_id)
    has = {tuple(row) for row in work.session.execute(mine.where(Obligation.subject_uid.in_(subject_uids)))}
    uid = work.session.scalar(select(Person.uid).filter_by(id=person_id)) if rows else ""
    for row in rows:
        row.revision += 1
        if (row.kind, row.subject_uid) in has:  # one row for each kind, subject and holder
            row.state, row.ended_at, row.next_at = "cancelled", work.now, None
            work.session.flush()
            owe_again(work, owed=_owed_by(row, person_id))
        else:
            row.person_id, row.holder = person_id, f"person:{uid}"
    work.session.flush()
    return len(rows)


def _owed_by(row: Obligation, person_id: int) -> Owed:
    """The same, owed by somebody else."""
    return Owed(
        kind=row.kind,
        subject_uid=row.subject_uid,
        side=row.side,
        title=row.title,
        due=date.fromisoformat(row.due_local[:10]),
        family=Family(row.family),
        person_id=person_id,
        sentence=row.sentence,
        path=row.path,
        compact_uid=row.compact_uid,
    )


def hold(work: Work, *, kind: str, subject_uids: Sequence[str]) -> None:
    """What is open is neither reminded of nor ended until `postpone` plans it anew."""
    authorize(work, Action.OBLIGATION_KEEP)
    held = update(Obligation).where(
        Obligation.kind == kind, Obligation.subject_uid.in_(subject_uids), Obligation.state == "open"
    )
    work.session.execute(held.values(next_at=None))


def postpone(
    work: Work,
    *,
    kind: str,
    family: Family,
    subject_uids: Sequence[str],
    due: date,
    is_told: bool = False,
    policy: Policy | None = None,
) -> None:
    """Move what is open to the end of another local day. Reminders that were sent stay sent, those that its own
    `policy` or else the one that it inherits counts from the due day are planned anew (`is_told`: from tomorrow on),
    and who asked not to be reminded isn't. A fixed number of statements for each policy."""
    authorize(work, Action.OBLIGATION_KEEP)
    wanted = (
        (Obligation.kind == kind) & Obligation.subject_uid.in_(subject_uids) & (Obligation.state == "open")
    )
    begins = since(work, is_told=is_told)
    move(work, wanted, family=family, due=due, begins=begins, policy=policy)


def plan_again(work: Work, *, family: Family) -> None:
    """Plan what is ahead of everything open of `family` by the policies that count now. What was sent stays sent, and
    who asked to be left in peace, or to be reminded later, is."""
    authorize(work, Action.OBLIGATION_KEEP)
    replan(work, family)


def snooze(work: Work, *, obligation_uid: str, until: date, reason: str = "") -> Obligation:
    """Be reminded of something that one owes, or a post of one's own does, not before the local day `until`; then once.
    Whoever speaks for the organisation says why, and both sides read it. What goes up a ladder goes on. Invalid,
    NotFound."""
    authorize(work, Action.OBLIGATION_SNOOZE, person_id=work.actor.person_id)
    return put_off(work, uid=obligation_uid, until=until, reason=reason)


def silence(work: Work, *, kind: str, subject_uid: str) -> None:
    """Do not remind again; it stays open until it is answered or ends."""
    authorize(work, Action.OBLIGATION_KEEP)
    wanted = (
        (Obligation.kind == kind) & (Obligation.subject_uid == subject_uid) & (Obligation.state == "open")
    )
    of_these = select(Obligation.id).where(wanted, Obligation.organisation_id == work.organisation.id)
    options = {"synchronize_session": False}
    reminders = delete(ReminderStep).where(ReminderStep.obligation_id.in_(of_these))
    work.session.execute(reminders, execution_options=options)
    last = case((Obligation.family == Family.INVITATION.value, Obligation.due_at))
    work.session.execute(update(Obligation).where(wanted).values(next_at=last), execution_options=options)


def _plans(work: Work, owed: Sequence[Owed]) -> list[tuple[Step, ...]]:
    """The first reminders of each."""
    zone, closed = work.organisation.zone, closed_until(work, max(one.due for one in owed))
    subjects = [
        Subject(family=one.family, person_id=one.person_id, post_id=one.post_id, compact_uid=one.compact_uid)
        for one in owed
    ]
    return [
        steps(
            one.family,
            opened=since(work, is_told=one.is_told),
            due=one.due,
            zone=zone,
            policy=one.policy or chosen,
            closed=closed,
        )
        for one, chosen in zip(owed, inherited(work, subjects=subjects), strict=True)
    ]


def _end(work: Work, state: str, kind: str, subject_uids: Sequence[str], side: Side | None) -> None:
    statement = update(Obligation).where(
        Obligation.kind == kind, Obligation.subject_uid.in_(subject_uids), Obligation.state == "open"
    )
    if side is not None:
        statement = statement.where(Obligation.side == side)
    ended = {"state": state, "ended_at": work.now, "next_at": None, "revision": Obligation.revision + 1}
    work.session.execute(statement.values(**ended))


def _holders(work: Work, owed: Sequence[Owed]) -> list[str]:
    people = {one.person_id for one in owed if one.person_id is not None}
    posts = {one.post_id for one in owed if one.post_id is not None}
    person_uids = dict(work.session.execute(select(Person.id, Person.uid).where(Person.id.in_(people))).all())
    post_uids = dict(work.session.execute(select(Post.id, Post.uid).where(Post.id.in_(posts))).all())
    return [_holder(one, person_uids, post_uids) for one in owed]


def _holder(one: Owed, person_uids: Mapping[int, str], post_uids: Mapping[int, str]) -> str:
    if one.person_id is not None:
        return f"person:{person_uids[one.person_id]}"
    if one.post_id is not None:
        return f"post:{post_uids[one.post_id]}"
    raise Invalid(
        detail=_("Nobody was named who owes this. Nothing was changed."), remedy=_("Name a person or a post.")
    )


def _row(work: Work, one: Owed, holder: str, plan: Sequence[Step]) -> dict[str, object]:
    place = work.organisation
    due_at = due_instant(one.due, place.zone)
    return {
        "uid": ids.time_ordered(work.clock),
        "organisation_id": place.id,
        "revision": 1,
        "kind": one.kind,
        "subject_uid": one.subject_uid,
        "side": one.side,
        "family": one.family.value,
        "holder": holder,
        "person_id": one.person_id,
        "post_id": one.post_id,
        "title": dict(one.title),
        "sentence": dict(one.sentence),
        "path": one.path,
        "due_local": f"{one.due.isoformat()}T{DUE_TIME:%H:%M}",
        "zone": place.zone,
        "due_at": due_at,
        "next_at": next_look(one.family, plan=plan, due_at=due_at),
        "state": "open",
        "compact_uid": one.compact_uid,
        "has_own_policy": one.policy is not None,
    }
