"""Who comes by a personal link: recognised, with just the rights that the one thing needs for which they come.

Reading the link gives work in which the invitation can be read, and nothing done. A visit (a cookie, given when a code
was asked for) gives work in which it can be answered; once the code was given, the own copy can be had too."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from reciproca.compacts.access.actions.proving import CODE, IN_PERSON, LINK
from reciproca.compacts.access.queries import digest, guest_visit_of
from reciproca.compacts.access.rules import personal_token, uid_in
from reciproca.compacts.access.tables import GuestVisit
from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.tables import Organisation, Person
from reciproca.compacts.signing.tables import Ceremony, SignatureRequest
from reciproca.core.db import ACROSS
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.identity import Actor, Proof, Role
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

_READS = (Action.REQUEST_READ, Action.COMPACT_READ)


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Somebody without an account, about one request. `visit` is None for who has only opened the link."""

    work: Work
    request: str
    person: Person
    visit: GuestVisit | None = None

    @property
    def is_proved(self) -> bool:
        """Whether the code was given in this visit."""
        return self.visit is not None and self.visit.used_at is not None


def guest_by_link(work: Work, *, token: str) -> Guest:
    """Whoever the personal link `token` was mailed to, to read. NotFound in the same words for every wrong one."""
    authorize(work, Action.SIGN_IN)
    uid = uid_in(token)
    person = _asked(work.session, uid) if uid else None
    if uid is None or person is None or not person.email:
        raise _no_link()
    if token != personal_token(work.keys.secret, about=uid, address=person.email):
        raise _no_link()
    return _guest(work, uid, person, None)


def guest_by_visit(work: Work, *, token: str) -> Guest:
    """Whoever's visit has the cookie `token`. NotFound when it is over or there is none."""
    authorize(work, Action.SIGN_IN)
    visit = guest_visit_of(work.session, token, work.now) if token else None
    person = work.session.get(Person, visit.person_id, execution_options=ACROSS) if visit else None
    if visit is None or person is None or not visit.bound_to:
        raise NotFound(
            detail=_("This visit is over, and nothing of it is left on this device."),
            remedy=_("Open the link in your mail again."),
        )
    return _guest(work, visit.about, person, visit)


def guest_at_meeting(work: Work, *, token: str) -> Guest:
    """Whoever was identified at a meeting and opens the address with `token`, to read. NotFound once it was used, or
    is ten minutes old."""
    authorize(work, Action.SIGN_IN)
    visit = guest_visit_of(work.session, token, work.now)
    person = work.session.get(Person, visit.person_id, execution_options=ACROSS) if visit else None
    if visit is None or person is None or visit.bound_to:
        raise NotFound(
            detail=_("This code was used already, or is older than ten minutes."),
            remedy=_("Ask for another one at the meeting."),
        )
    return replace(_guest(work, visit.about, person, None), visit=visit)


def as_visitor(guest: Guest) -> Work:
    """The guest's work with the right to have the signing page opened and the reminders stopped, and no more: what the
    link alone sets going, it does by this."""
    authorize(guest.work, Action.REQUEST_READ, person_id=guest.person.id)
    rights = frozenset({*(right.value for right in _READS), Action.REQUEST_ANSWER.value})
    return replace(guest.work, actor=replace(guest.work.actor, scopes=rights))


def guest_page(work: Work, *, guest: Guest) -> Ceremony | None:
    """The opened signing page that the visit's code was sent for; None where there was nothing left to sign."""
    authorize(work, Action.REQUEST_READ, person_id=guest.person.id)
    opened = select(Ceremony).join(SignatureRequest, SignatureRequest.id == Ceremony.request_id)
    mine = opened.where(SignatureRequest.uid == guest.request).order_by(Ceremony.id.desc())
    bound_to = guest.visit.bound_to if guest.visit else ""
    return next((one for one in work.session.scalars(mine) if digest(one.nonce) == bound_to), None)


def _asked(session: Session, uid: str) -> Person | None:
    return session.scalar(
        select(Person)
        .join(SignatureRequest, SignatureRequest.person_id == Person.id)
        .where(SignatureRequest.uid == uid),
        execution_options=ACROSS,
    )


def _guest(work: Work, request: str, person: Person, visit: GuestVisit | None) -> Guest:
    place = reference(work.session.get_one(Organisation, person.organisation_id))
    work.session.info["organisation_id"] = place.id
    rights = {*_READS}
    if visit is not None:
        rights.add(Action.REQUEST_ANSWER)
        if visit.used_at is not None:
            rights.add(Action.EVIDENCE_READ)
    actor = Actor(
        uid=f"guest:{request}",
        person_id=person.id,
        roles=frozenset({Role.PHYSICIAN}),
        scopes=frozenset(right.value for right in rights),
        locale=person.locale,
        proof=Proof(method=_method(visit), session_uid=visit.uid if visit else None),
    )
    return Guest(work=replace(work, actor=actor, place=place), request=request, person=person, visit=visit)


def _method(visit: GuestVisit | None) -> str:
    if visit is not None and visit.identified_by:
        return IN_PERSON
    return CODE if visit is not None and visit.used_at else LINK


def _no_link() -> NotFound:
    return NotFound(
        detail=_("This link is not known, or no longer counts."),
        remedy=_("Use the link of the newest mail, or ask the medical affairs office."),
    )
