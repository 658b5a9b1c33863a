"""The ways to show, for one act, that one is who one seems to be. Which way is asked of whom is said here alone."""

import hmac
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reciproca.compacts.access.actions.sessions import not_proved, prove_by_password
from reciproca.compacts.access.queries import digest
from reciproca.compacts.access.rules import GUEST_AFTER, GUEST_TRIES, guest_code, typed_code
from reciproca.compacts.access.tables import GuestVisit
from reciproca.core.i18n import _
from reciproca.core.identity import Proof
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

LINK, CODE, IN_PERSON = "personal_link", "code:second_contact", "in_person"
"""Methods of a `Proof`: came by a personal link; gave the code sent to the second contact; was seen by somebody."""


class Way(StrEnum):
    """What somebody is asked for, by the name of the form's field."""

    PASSWORD = "password"  # noqa: S105 -- the name of a field, not a secret
    CODE = "code"
    IN_PERSON = "in_person"


def way_of(work: Work) -> Way:
    """What the actor is asked for: a guest for the code that was sent to them, who was identified at a meeting for
    nothing more, everybody else for their password."""
    authorize(work, Action.ACCOUNT_USE)
    if work.actor.proof.method == IN_PERSON:
        return Way.IN_PERSON
    return Way.CODE if work.actor.proof.method in {LINK, CODE} else Way.PASSWORD


def prove(work: Work, *, password: str = "", code: str = "", nonce: str = "") -> Proof:
    """Step up in the way that is asked of the actor; `nonce` is the opened page that a code was sent for.

    Returns the proof for the one act that asked for it. Invalid when what was given is wrong or over; TooMany when a
    password was wrong too often."""
    authorize(work, Action.ACCOUNT_USE)
    way = way_of(work)
    if way is not Way.PASSWORD:
        return _by_visit(work, way, typed_code(code), nonce)
    return prove_by_password(work, password=password)


def _by_visit(work: Work, way: Way, code: str, nonce: str) -> Proof:
    mine = select(GuestVisit).filter_by(uid=work.actor.proof.session_uid).with_for_update()
    visit = work.session.scalars(mine, execution_options={"populate_existing": True}).one_or_none()
    if visit is None or not _still_counts(work, visit, nonce):
        raise not_proved(
            Way.CODE,
            _("This code is over: it was used, typed wrong too often, or is older than ten minutes."),
            _("Have a new one sent."),
        )
    if way is Way.CODE:
        _check_code(work, visit, code)
    visit.used_at, visit.expires_at = work.now, work.now + GUEST_AFTER
    if way is Way.IN_PERSON:
        facts = (("identified_by", visit.identified_by or ""), ("identified_how", visit.identified_how or ""))
        return Proof(method=IN_PERSON, at=visit.opened_at, session_uid=visit.uid, facts=facts)
    facts = (("contact", "email"), ("sent_to", visit.sent_to))
    return Proof(method=CODE, at=work.now, session_uid=visit.uid, factors=(LINK, CODE), facts=facts)


def _check_code(work: Work, visit: GuestVisit, code: str) -> None:
    right = guest_code(work.keys.secret, visit=visit.uid, bound_to=visit.bound_to)
    if not hmac.compare_digest(code.encode(), right.encode()):
        _count_try(work, visit.uid)
        raise not_proved(
            Way.CODE,
            _("This is not the code that was sent."),
            _("Look at the newest mail and type it again."),
        )


def _still_counts(work: Work, visit: GuestVisit, nonce: str) -> bool:
    is_fresh = visit.used_at is None and work.now < min(visit.code_expires_at, visit.expires_at)
    return is_fresh and visit.tries < GUEST_TRIES and visit.bound_to == digest(nonce)


def _count_try(work: Work, uid: str) -> None:
    def note(session: Session) -> None:
        session.execute(update(GuestVisit).where(GuestVisit.uid == uid).values(tries=GuestVisit.tries + 1))

    work.note_refusal(note)
