"""The other answers to an invitation: declining, asking to talk, wanting no more reminders. They have the same standing
as signing and as silence, and leave nothing that others could read: no leaf, no event, the invitation merely quiet."""

from sqlalchemy import select

from reciproca.compacts.drafting.queries import all_titles, compact_of
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.notices.actions import notify
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.obligations.actions import silence
from reciproca.compacts.signing import rules
from reciproca.compacts.signing.actions.asking import INVITATION
from reciproca.compacts.signing.locking import locked_request
from reciproca.compacts.signing.rules import Event
from reciproca.compacts.signing.tables import RequestState, SignatureRequest
from reciproca.compacts.signing.wording import DECLINED, TALK, Texts, titled
from reciproca.core.canonical import clean_text
from reciproca.core.errors import Fault, Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side


def decline(
    work: Work, *, request_uid: str, confidant: Side | None = None, reason: str = ""
) -> SignatureRequest:
    """Say no. A reason is free, and read by nobody but the co-sponsor of the side `confidant`. Conflict, Invalid."""
    authorize(work, Action.REQUEST_ANSWER, person_id=work.actor.person_id)
    request = locked_request(work, request_uid)
    after = rules.move(request.state, Event.DECLINE)
    if reason.strip() and confidant is None:
        raise Invalid(
            detail=_("Nothing was changed."),
            faults=[
                Fault(
                    field="confidant", reason=_("Choose who may read your reason, or leave the reason out.")
                )
            ],
        )
    _confide(work, request, confidant, reason, DECLINED)
    request.state, request.ended_at = after, work.now
    silence(work, kind=INVITATION, subject_uid=request.uid)
    return request


def ask_to_talk(
    work: Work, *, request_uid: str, confidant: Side, reason: str = "", call_number: str = ""
) -> SignatureRequest:
    """Ask the co-sponsor of the side `confidant` for a conversation first, perhaps by telephone at `call_number`; one
    can still sign. Conflict, Invalid."""
    authorize(work, Action.REQUEST_ANSWER, person_id=work.actor.person_id)
    request = locked_request(work, request_uid)
    request.state = rules.move(request.state, Event.ASK_TO_TALK)
    _confide(work, request, confidant, reason, TALK)
    request.call_number, request.called_at = clean_text(call_number) or None, None
    silence(work, kind=INVITATION, subject_uid=request.uid)
    return request


def mark_called(work: Work, *, request_uid: str, called: bool = True) -> SignatureRequest:
    """Keep on one's own call list that one has spoken with somebody who asked for it, or that one hasn't after all.
    NotFound for everybody but the co-sponsor who was chosen."""
    authorize(work, Action.REQUEST_ANSWER, person_id=work.actor.person_id)
    mine = select(SignatureRequest).filter_by(
        uid=request_uid, confidant_id=work.actor.person_id, state=RequestState.DISCUSSION_REQUESTED
    )
    request = work.session.scalars(mine.with_for_update()).one_or_none()
    if request is None:
        raise NotFound(
            detail=_("Nobody waits here for a talk with you. Nothing was changed."),
            remedy=_("Open the list again: they may have answered meanwhile."),
        )
    request.called_at = work.now if called else None
    return request


def stop_reminders(work: Work, *, request_uid: str) -> None:
    """Be reminded no more; the invitation stays open until its day. NotFound."""
    authorize(work, Action.REQUEST_ANSWER, person_id=work.actor.person_id)
    request = locked_request(work, request_uid)
    silence(work, kind=INVITATION, subject_uid=request.uid)


def _confide(work: Work, request: SignatureRequest, side: Side | None, reason: str, words: Texts) -> None:
    request.revision += 1
    request.confidant_id, request.reason, request.call_number = None, None, None
    if side is None:
        return
    version = work.session.get_one(Version, request.version_id)
    compact = compact_of(work, version=version)
    sponsors = {
        Side.ORGANISATION: compact.sponsor_organisation_id,
        Side.PHYSICIANS: compact.sponsor_physicians_id,
    }
    if (sponsor := sponsors[side]) is None or sponsor == request.person_id:
        raise Invalid(
            detail=_("Nothing was changed."),
            faults=[
                Fault(field="confidant", reason=_("There is no co-sponsor of that side whom you could tell."))
            ],
        )
    request.confidant_id, request.reason = sponsor, clean_text(reason) or None
    titles = titled(all_titles(work, compact_ids=[compact.id]).get(compact.id, {}), version.number)
    notify(
        work,
        kind=Kind.MESSAGE,
        person_id=sponsor,
        data={"title": titles, "path": "/talks", "text": dict(words)},
    )
