"""Signing at a meeting: somebody says whom they see before them, and that person's device, or one that is handed to
them, goes on by itself. Who has answered already is shown to nobody: the same is done for everybody who is asked."""

from sqlalchemy import select

from reciproca.compacts.access.actions import enter_meeting_visit, open_meeting_visit, prove
from reciproca.compacts.people.tables import Person
from reciproca.compacts.signing.actions.ceremony import open_ceremony
from reciproca.compacts.signing.queries import find_request
from reciproca.compacts.signing.queries.guests import Guest, as_visitor
from reciproca.compacts.signing.rules import OPEN
from reciproca.compacts.signing.tables import Campaign, SignatureRequest
from reciproca.core.audit import audited
from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@audited("meeting.identify", about="")
def identify(
    work: Work, *, campaign: Campaign, staff_id: str, how: str, password: str = ""
) -> tuple[str, str]:
    """Say that the actor sees the person with `staff_id`, known by `how`. Returns the secret of the address that lets
    them answer within ten minutes, once, and their name. Invalid when nobody of that kind is asked, or it is oneself;
    and for a program without the actor's `password`: a token that was lost must not answer for the whole staff."""
    authorize(work, Action.MEETING_RUN)
    if work.actor.proof.method == "token":
        prove(work, password=password)
    asked = (
        select(Person, SignatureRequest.uid)
        .join(SignatureRequest, SignatureRequest.person_id == Person.id)
        .where(SignatureRequest.campaign_id == campaign.id, Person.staff_id == staff_id.strip())
    )
    found = work.session.execute(asked).one_or_none()
    if found is None:
        raise _not_seen(_("Nobody with this staff identifier is asked to sign."))
    person, uid = found
    if person.id == work.actor.person_id:
        raise _not_seen(_("Nobody identifies themself: sign from your own page."))
    return open_meeting_visit(work, person=person, about=uid, how=how), person.name


def enter_meeting(work: Work, *, guest: Guest, locale: str) -> str:
    """The person goes on: the signing page is opened for them (where they can still answer), the address is used up.
    Returns the value of the visit's cookie. Conflict when the campaign is paused or over."""
    authorize(work, Action.REQUEST_READ, person_id=guest.person.id)
    nonce = guest.request
    if find_request(work, uid=guest.request).state in OPEN:
        nonce = open_ceremony(as_visitor(guest), request_uid=guest.request, locale=locale).nonce
    assert guest.visit is not None
    return enter_meeting_visit(work, visit=guest.visit, nonce=nonce)


def _not_seen(reason: str) -> Invalid:
    return Invalid(detail=_("Nothing was changed."), faults=[Fault(field="staff_id", reason=reason)])
