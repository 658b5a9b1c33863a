"""Visits of people without an account: opened by a personal link, made theirs by a code to their second contact."""

import base64
import secrets
from datetime import timedelta

from sqlalchemy import delete, func, select, update

from reciproca.compacts.access.queries import digest
from reciproca.compacts.access.rules import GUEST_AFTER, GUEST_CODE_LIFE, GUEST_CODES, GUEST_LIFE, masked
from reciproca.compacts.access.tables import GuestVisit
from reciproca.compacts.people.tables import Person
from reciproca.core.errors import Conflict, TooMany
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

GUEST_CODE = "guest_code"
"""Outbox kind: mail the code of one visit."""
_DAY = timedelta(days=1)


def open_visit(work: Work, *, person: Person, about: str, nonce: str) -> str:
    """A new visit of `person` about one thing, and a code for the opened page `nonce` on its way to their second
    contact; earlier visits about it are over. Returns the cookie's value. Conflict without a second contact; TooMany
    after many codes in a day."""
    authorize(work, Action.ACCOUNT_USE)
    if not person.second_email:
        raise Conflict(
            detail=_("There is no second address of yours to send a code to. Nothing was changed."),
            remedy=_("Ask for a meeting or for paper, or ask the medical affairs office to add an address."),
        )
    _admit(work, about)
    token = secrets.token_urlsafe(32)
    visit = GuestVisit(
        person_id=person.id,
        about=about,
        bound_to=digest(nonce),
        token_sha256=digest(token),
        sent_to=masked(person.second_email),
        tries=0,
        opened_at=work.now,
        code_expires_at=work.now + GUEST_CODE_LIFE,
        expires_at=work.now + GUEST_LIFE,
        used_at=None,
    )
    work.session.add(visit)
    work.session.flush()
    work.enqueue(GUEST_CODE, {"uid": visit.uid})  # never the code itself: whoever sends it derives it again
    return token


def open_meeting_visit(work: Work, *, person: Person, about: str, how: str) -> str:
    """A visit of `person` about one thing, whom the actor has identified by `how`: what their own device, or one that
    is handed to them, opens within ten minutes, once. Returns the secret of its address, 52 characters."""
    authorize(work, Action.ACCOUNT_USE)
    token = base64.b32encode(secrets.token_bytes(32)).decode().rstrip("=")
    work.session.add(
        GuestVisit(
            person_id=person.id,
            about=about,
            bound_to="",
            token_sha256=digest(token),
            sent_to="",
            tries=0,
            opened_at=work.now,
            code_expires_at=work.now + GUEST_CODE_LIFE,
            expires_at=work.now + GUEST_CODE_LIFE,
            used_at=None,
            identified_by=work.actor.uid,
            identified_how=how,
        )
    )
    return token


def enter_meeting_visit(work: Work, *, visit: GuestVisit, nonce: str) -> str:
    """The person has opened the address: it is used up, and the visit goes on by a cookie, for the opened page `nonce`.
    Returns the cookie's value."""
    authorize(work, Action.ACCOUNT_USE)
    token = secrets.token_urlsafe(32)
    visit.token_sha256, visit.bound_to = digest(token), digest(nonce)
    visit.expires_at = visit.code_expires_at = work.now + GUEST_AFTER
    return token


def end_visit(work: Work) -> None:
    """End the visit that asks. Nothing happens when it is over already."""
    authorize(work, Action.ACCOUNT_USE)
    mine = update(GuestVisit).where(GuestVisit.uid == work.actor.proof.session_uid)
    work.session.execute(mine.values(expires_at=work.now))


def _admit(work: Work, about: str) -> None:
    """Raise `TooMany` when codes about this were sent too often of late; else end what was opened before."""
    since = work.now - _DAY
    work.session.execute(
        delete(GuestVisit).where(GuestVisit.opened_at <= since, GuestVisit.expires_at <= since)
    )
    sent = (
        select(func.count())
        .select_from(GuestVisit)
        .where(GuestVisit.about == about, GuestVisit.opened_at > since)
    )
    if (work.session.scalar(sent) or 0) >= GUEST_CODES:
        raise TooMany(
            detail=_("Many codes were sent today. Nothing was changed."),
            remedy=_("Try again tomorrow, or ask for a meeting or for paper."),
        )
    earlier = update(GuestVisit).where(GuestVisit.about == about, GuestVisit.expires_at > work.now)
    work.session.execute(earlier.values(expires_at=work.now))
