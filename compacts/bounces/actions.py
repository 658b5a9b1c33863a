"""Hearing that a mail came back, and saying that an address is right all the same."""

from collections.abc import Mapping

from sqlalchemy import select

from reciproca.compacts.bounces import queries
from reciproca.compacts.bounces.rules import is_lasting
from reciproca.compacts.notices.fates import BOUNCED
from reciproca.compacts.notices.returned import digest_of
from reciproca.compacts.notices.returning import mark_of
from reciproca.compacts.notices.tables import Bounce, Delivery
from reciproca.compacts.people.tables import Person
from reciproca.core import ids
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def report(work: Work, *, delivery: Delivery, status: str, said: str, mark: bytes | None = None) -> bool:
    """A mail came back. False when it was heard before, or was never sent: that changes nothing. An address that is at
    fault for good gets no more mail; `mark` tells whether it is still the person's (None: it is taken for theirs)."""
    authorize(work, Action.BOUNCE_REPORT)
    row = work.session.scalars(select(Delivery).filter_by(id=delivery.id).with_for_update()).one_or_none()
    if row is None or row.outcome != "handed_over":
        return False
    person = work.session.get_one(Person, row.person_id)
    is_theirs = mark is None or mark == mark_of(work.keys.secret, person.email or "")
    row.outcome, row.failure = BOUNCED, f"{status} {said}".strip()
    work.session.add(
        Bounce(
            uid=ids.time_ordered(work.clock),
            person_id=row.person_id,
            delivery_id=row.id,
            address=digest_of(work, person.email or ""),
            status=status,
            said=said,
            is_lasting=is_lasting(status) and is_theirs,
            heard_at=work.now,
        )
    )
    work.session.flush()
    return True


def report_address(work: Work, *, facts: Mapping[str, str]) -> bool:
    """As `report`, by the address that the mail was to come back to, or by its Message-ID. NotFound when neither is a
    mail of this organisation."""
    authorize(work, Action.BOUNCE_REPORT)
    found, mark = (
        queries.delivery_returned(work, address=facts["address"]) if facts["address"] else None
    ) or (None, None)
    if found is None and facts["message_id"]:
        named = select(Delivery).filter_by(reference=facts["message_id"])
        found = work.session.scalars(named).first()
    if found is None or found.organisation_id != work.organisation.id:
        raise NotFound(
            detail=_("No mail of ours was to come back there. Nothing was changed."),
            remedy=_("Give the address that the mail came from (its envelope sender), or its Message-ID."),
        )
    return report(work, delivery=found, status=facts["status"], said=facts["said"], mark=mark)


def confirm(work: Work, *, person_uid: str | None = None) -> int:
    """Say that the address of a person (None: one's own) is right: mail goes to it again; how many reports that
    settled. What wasn't mailed in the meantime is on their page of messages, and isn't sent late."""
    authorize(work, Action.ADDRESS_CONFIRM, person_id=_id_of(work, person_uid))
    person = work.session.get(Person, _id_of(work, person_uid) or 0)
    if person is None:
        raise NotFound(detail=_("There is no such person."), remedy=_("Look for them by name."))
    found = queries.unsettled(work, person=person)
    for row in found.values():
        row.settled_at = work.now
    work.session.flush()
    return len(found)


def _id_of(work: Work, person_uid: str | None) -> int | None:
    if person_uid is None:
        return work.actor.person_id
    return work.session.scalars(select(Person.id).filter_by(uid=person_uid)).one_or_none()
