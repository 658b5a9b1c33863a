"""Naming who takes over: a vacant office of an agreement, or a vacant post that looks after promises of it."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import select

from reciproca.compacts.drafting.actions.locking import locked_compact
from reciproca.compacts.drafting.rules.moves import check_sponsors
from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.handover import queries
from reciproca.compacts.handover.actions.watching import look_again
from reciproca.compacts.handover.rules import Office, require_post_vacant, require_vacant
from reciproca.compacts.people.actions import give_post
from reciproca.compacts.people.tables import Person
from reciproca.core.errors import Fault, Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.identity import system
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def fill_office(work: Work, *, compact_uid: str, office: Office, email: str) -> Compact:
    """Name whoever holds a vacant office from now on, by their address; what was owed goes to them at once. Conflict
    where it isn't vacant; Invalid for nobody, for somebody who has left, and for one who would stand for both sides."""
    authorize(work, Action.OFFICE_FILL)
    compact = locked_compact(work.session, compact_uid)
    holders = queries.holders(compact)
    gone = queries.departed(work, person_ids=[one for one in holders.values() if one is not None])
    require_vacant(office, holders, gone)
    person = _successor(work, email, gone)
    _name(compact, office, person.id)
    work.session.flush()
    check_sponsors(str(compact.sponsor_organisation_id or ""), str(compact.sponsor_physicians_id or ""))
    compact.revision += 1
    record = {"office": office.value, "person": person.uid}
    work.act("compact.office_filled", about=compact.uid, record=record)
    look_again(replace(work, actor=system("handover")), compact=compact, gone=gone)
    return compact


def fill_post(work: Work, *, compact_uid: str, post_uid: str, email: str) -> Compact:
    """Put somebody, by their address, in a vacant post that looks after promises of the agreement or owes something of
    it. NotFound; Conflict where somebody is in it; Invalid for nobody and for somebody who has left."""
    authorize(work, Action.OFFICE_FILL)
    compact = locked_compact(work.session, compact_uid)
    found = next((one for one in queries.posts(work, compact=compact) if one.uid == post_uid), None)
    if found is None:
        raise NotFound(
            detail=_("This agreement has no such post."), remedy=_("Open the page of the handover again.")
        )
    require_post_vacant(is_vacant=found.is_vacant)
    person = _successor(work, email, ())
    record = {"post": found.uid, "person": person.uid}
    work.act("compact.post_filled", about=compact.uid, record=record)
    watcher = replace(work, actor=system("handover"))
    give_post(watcher, person_uid=person.uid, post_uid=found.uid)
    look_again(watcher, compact=compact, gone=())
    return compact


def _successor(work: Work, email: str, gone: Collection[int]) -> Person:
    person = work.session.scalars(select(Person).filter_by(email=email.strip().lower())).one_or_none()
    if person is None or person.id in gone or queries.departed(work, person_ids=[person.id]):
        raise Invalid(
            detail=_("Nothing was changed."),
            faults=[
                Fault(
                    field="email",
                    reason=_("Nobody who is here has this address."),
                    remedy=_("Take the address from the list of people."),
                )
            ],
        )
    return person


def _name(compact: Compact, office: Office, person_id: int) -> None:
    if office is Office.STEWARD:
        compact.steward_id = person_id
    elif office is Office.CO_SPONSOR_ORGANISATION:
        compact.sponsor_organisation_id = person_id
    else:
        compact.sponsor_physicians_id = person_id
