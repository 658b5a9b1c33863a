"""What a guest does: have a code sent, and answer with it. Every answer in somebody's name asks for the code first; the
answers themselves are the same acts as everybody's."""

from reciproca.compacts.access.actions import end_visit, open_visit, prove
from reciproca.compacts.signing.actions.answers import ask_to_talk, decline, stop_reminders
from reciproca.compacts.signing.actions.ceremony import open_ceremony
from reciproca.compacts.signing.queries import find_request
from reciproca.compacts.signing.queries.guests import Guest, as_visitor, guest_page
from reciproca.compacts.signing.rules import OPEN
from reciproca.compacts.signing.tables import SignatureRequest
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side


def send_code(work: Work, *, guest: Guest, locale: str) -> str:
    """Open the signing page in `locale` (where the request can still be answered) and have a code sent for it. Returns
    the value of the visit's cookie. Conflict without a second contact, or when the campaign is paused or over."""
    authorize(work, Action.REQUEST_READ, person_id=guest.person.id)
    request = find_request(work, uid=guest.request)
    nonce = guest.request
    if request.state in OPEN:
        nonce = open_ceremony(as_visitor(guest), request_uid=guest.request, locale=locale).nonce
    return open_visit(work, person=guest.person, about=guest.request, nonce=nonce)


def enter_by_code(work: Work, *, guest: Guest, code: str) -> None:
    """Show by the code who one is, to have one's own copy. Invalid."""
    authorize(work, Action.REQUEST_ANSWER, person_id=guest.person.id)
    opened = guest_page(work, guest=guest)
    prove(work, code=code, nonce=opened.nonce if opened else guest.request)


def decline_as_guest(
    work: Work, *, guest: Guest, code: str, confidant: Side | None = None, reason: str = ""
) -> SignatureRequest:
    """Say no, with the code. Conflict, Invalid."""
    authorize(work, Action.REQUEST_ANSWER, person_id=guest.person.id)
    enter_by_code(work, guest=guest, code=code)
    return decline(work, request_uid=guest.request, confidant=confidant, reason=reason)


def ask_to_talk_as_guest(
    work: Work, *, guest: Guest, code: str, confidant: Side, reason: str = "", call_number: str = ""
) -> SignatureRequest:
    """Ask for a conversation first, with the code. Conflict, Invalid."""
    authorize(work, Action.REQUEST_ANSWER, person_id=guest.person.id)
    enter_by_code(work, guest=guest, code=code)
    return ask_to_talk(
        work, request_uid=guest.request, confidant=confidant, reason=reason, call_number=call_number
    )


def stop_reminders_as_guest(work: Work, *, guest: Guest) -> None:
    """Be reminded no more: the one thing that the link alone can do. It reveals nothing and can't be held against
    anybody."""
    authorize(work, Action.REQUEST_READ, person_id=guest.person.id)
    stop_reminders(as_visitor(guest), request_uid=guest.request)


def leave(work: Work, *, guest: Guest) -> None:
    """Leave nothing on a shared device: the visit is over at once."""
    authorize(work, Action.REQUEST_READ, person_id=guest.person.id)
    end_visit(work)
