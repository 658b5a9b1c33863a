"""What is owed, by whom, by when: the same read for both sides."""

from collections.abc import Sequence

from sqlalchemy import select

from reciproca.compacts.obligations.snoozing import own
from reciproca.compacts.obligations.tables import Obligation
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def owed_by_person(work: Work, *, person_id: int) -> Sequence[Obligation]:
    """What waits for one person, the nearest due day first."""
    authorize(work, Action.OBLIGATION_READ, person_id=person_id)
    wanted = select(Obligation).where(Obligation.person_id == person_id, Obligation.state == "open")
    return work.session.scalars(wanted.order_by(Obligation.due_at)).all()


def owed_by_oneself(work: Work) -> Sequence[Obligation]:
    """What the actor owes or is invited to, and what their posts owe, the nearest due day first."""
    authorize(work, Action.OBLIGATION_SNOOZE, person_id=work.actor.person_id)
    wanted = select(Obligation).where(Obligation.state == "open", own(work))
    return work.session.scalars(wanted.order_by(Obligation.due_at, Obligation.id)).all()


def overdue_duties(work: Work, *, limit: int = 100) -> Sequence[Obligation]:
    """Duties of either side that are past their due instant, the oldest first. Invitations are never overdue."""
    authorize(work, Action.OBLIGATION_READ)
    late = select(Obligation).where(
        Obligation.state == "open", Obligation.family == "duty", Obligation.due_at < work.now
    )
    return work.session.scalars(late.order_by(Obligation.due_at).limit(limit)).all()
