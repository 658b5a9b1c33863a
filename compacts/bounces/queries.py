"""Reading what came back."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from reciproca.compacts.bounces.rules import word_of
from reciproca.compacts.notices.returned import digest_of, returned
from reciproca.compacts.notices.returning import returned_to
from reciproca.compacts.notices.rules import Reason
from reciproca.compacts.notices.tables import Bounce, Delivery
from reciproca.compacts.people.tables import Person
from reciproca.core.db import ACROSS
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class CameBack:
    """One mail that came back. `address` is the person's of today; `is_mailed`: whether mail goes to it (again)."""

    uid: str
    delivery: str
    person: str
    name: str
    address: str
    status: str
    said: str
    heard_at: datetime
    is_mailed: bool


def bounces(work: Work, *, limit: int = 200) -> list[CameBack]:
    """What came back, the newest first."""
    authorize(work, Action.BOUNCE_READ)
    asked = (
        select(Bounce, Delivery, Person)
        .join(Delivery, Delivery.id == Bounce.delivery_id)
        .join(Person, Person.id == Bounce.person_id)
        .order_by(Bounce.id.desc())
        .limit(limit)
    )
    rows = work.session.execute(asked).all()
    stopped = returned(work, people={person.id for _bounce, _delivery, person in rows})
    return [
        CameBack(
            uid=bounce.uid,
            delivery=delivery.uid,
            person=person.uid,
            name=person.name,
            address=person.email or "",
            status=bounce.status,
            said=bounce.said,
            heard_at=bounce.heard_at,
            is_mailed=bool(person.email) and person.id not in stopped,
        )
        for bounce, delivery, person in rows
    ]


def counted(work: Work, *, since: datetime) -> Mapping[str, int]:
    """What is known of the mails that were due after `since`: how many by the word that `word_of` has for them."""
    authorize(work, Action.BOUNCE_READ)
    was_stopped = (Delivery.failure == str(Reason.CAME_BACK)).label("was_stopped")
    asked = (
        select(Delivery.state, Delivery.outcome, was_stopped, func.count())
        .where(Delivery.not_before >= since)
        .group_by(Delivery.state, Delivery.outcome, "was_stopped")
    )
    counts: Counter[str] = Counter()
    for state, outcome, stopped, number in work.session.execute(asked):
        counts[word_of(state, outcome or "", was_stopped=bool(stopped))] += number
    return counts


def delivery_returned(work: Work, *, address: str) -> tuple[Delivery, bytes] | None:
    """The delivery, of any organisation, that was to come back to `address`, and the mark of where it had been sent;
    None when nothing was."""
    authorize(work, Action.BOUNCE_REPORT)
    found = returned_to(work.keys.secret, address=address, mailbox=work.settings.bounce_mailbox)
    if found is None:
        return None
    named = select(Delivery).filter_by(uid=found.uid)
    row = work.session.scalars(named, execution_options=ACROSS).one_or_none()
    return (row, found.mark) if row else None


def unsettled(work: Work, *, person: Person) -> Mapping[int, Bounce]:
    """By id, the reports that stop mail to the address that `person` has today."""
    authorize(work, Action.ADDRESS_CONFIRM, person_id=person.id)
    asked = select(Bounce).where(
        Bounce.person_id == person.id, Bounce.is_lasting, Bounce.settled_at.is_(None)
    )
    mine = digest_of(work, person.email or "")
    return {row.id: row for row in work.session.scalars(asked) if row.address == mine}
