"""Choosing days for a scope, and taking the choice back. Reminders that are still ahead are planned anew."""

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.obligations.actions import plan_again
from reciproca.compacts.people.tables import Unit
from reciproca.compacts.policies import rules
from reciproca.compacts.policies.rules import ORGANISATION, Days, Family
from reciproca.compacts.policies.tables import ReminderPolicy
from reciproca.core import ids
from reciproca.core.errors import Fault, Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

_FAULTS = {
    "days": _("Numbers of days: from 1 to 90; after a due day from 1 to 45."),
    "twice": _("The same day is there twice."),
    "many": _("That is more reminders than anybody reads: at most 12 for what is owed, 4 for an invitation."),
}


def choose_days(work: Work, *, family: Family, scope: str, days: Days) -> ReminderPolicy:
    """Have everything of `family` in `scope` ("organisation", "unit:UID" or "compact:UID") reminded of on these days,
    both sides alike. Invalid; NotFound for a scope that there isn't."""
    authorize(work, Action.POLICY_KEEP)
    found = rules.faults_of_days(family, days)
    if found:
        faults = tuple(Fault(field=field, reason=_FAULTS[code]) for field, code in found)
        raise Invalid(detail=_("Nothing was changed."), faults=faults)
    _require(work, scope)
    row = _row(work, family, scope)
    if row is None:
        row = ReminderPolicy(family=family.value, scope=scope, uid=ids.time_ordered(work.clock), revision=0)
        work.session.add(row)
    row.days, row.revision = days.to_json(), row.revision + 1
    work.session.flush()
    _go_by(work, row, days.to_json())
    return row


def forget_days(work: Work, *, uid: str) -> None:
    """Take a choice back: what is around the scope counts again. NotFound."""
    authorize(work, Action.POLICY_KEEP)
    row = work.session.scalars(select(ReminderPolicy).filter_by(uid=uid).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(
            detail=_("These days were taken back already. Nothing was changed."),
            remedy=_("Open the page of reminder days again."),
        )
    work.session.delete(row)
    work.session.flush()
    _go_by(work, row, {})


def _go_by(work: Work, row: ReminderPolicy, days: dict[str, object]) -> None:
    plan_again(work, family=Family(row.family))
    record = {"family": row.family, "scope": row.scope, "days": days}
    work.act("reminders.chosen", about=work.organisation.uid, record=record)


def _row(work: Work, family: Family, scope: str) -> ReminderPolicy | None:
    wanted = select(ReminderPolicy).filter_by(family=family.value, scope=scope)
    return work.session.scalars(wanted.with_for_update()).one_or_none()


def _require(work: Work, scope: str) -> None:
    kind, _colon, uid = scope.partition(":")
    known = {
        "unit": select(Unit.id).filter_by(uid=uid),
        "compact": select(Compact.id).filter_by(uid=uid),
    }.get(kind)
    if scope == ORGANISATION or (known is not None and work.session.scalar(known) is not None):
        return
    raise NotFound(
        detail=_("There is no such unit or agreement. Nothing was changed."),
        remedy=_("Choose one of the list."),
    )
