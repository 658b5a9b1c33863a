"""Taking one's signature back: a new act, which changes nothing of the one that was done."""

from sqlalchemy import select

from reciproca.compacts.access.actions import prove
from reciproca.compacts.drafting.queries import all_titles, compact_of
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.notices.actions import notify, notify_daily
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.signing import rules
from reciproca.compacts.signing.queries import no_request
from reciproca.compacts.signing.rules import PHYSICIAN, Event
from reciproca.compacts.signing.tables import Signature, SignatureRequest
from reciproca.compacts.signing.wording import SOMEBODY_WITHDREW, YOU_WITHDREW, Texts, titled
from reciproca.core.audit import audited
from reciproca.core.canonical import clean_text
from reciproca.core.errors import Conflict, Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.ledger.entry import instant
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.events import SignatureWithdrawn
from reciproca.plugins.types import Side


@audited("signature.withdraw", about="request_uid")
def withdraw_signature(work: Work, *, request_uid: str, password: str, reason: str = "") -> Signature:
    """Withdraw the signature that the actor gave to a request, from now on. The record and the document of it stay as
    they were. NotFound, Conflict, Invalid for a wrong password, TooMany."""
    authorize(work, Action.REQUEST_ANSWER, person_id=work.actor.person_id)
    signature, request = _own(work, request_uid)
    after = rules.move(request.state, Event.WITHDRAW)
    if not password:
        raise Invalid(
            detail=_("Nothing was changed."),
            faults=[Fault(field="password", reason=_("Type your password."))],
        )
    proof = prove(work, password=password)
    record = {
        "withdraws": {"uid": signature.evidence_uid, "record_sha256": signature.record_sha256},
        "at": instant(work.now),
        "zone": work.organisation.zone,
        "reason": clean_text(reason),
        "authentication": {"method": proof.method, "at": instant(proof.at or work.now)},
    }
    signature.withdrawn_at = work.now
    signature.withdrawal_uid = work.act("signature.withdrawn", about=signature.uid, record=record)
    request.state, request.ended_at = after, work.now
    request.revision += 1
    _tell(work, signature, request)
    return signature


def _own(work: Work, request_uid: str) -> tuple[Signature, SignatureRequest]:
    mine = select(SignatureRequest).filter_by(uid=request_uid, person_id=work.actor.person_id)
    fresh = {"populate_existing": True}
    request = work.session.scalars(mine.with_for_update(), execution_options=fresh).one_or_none()
    if request is None:
        raise no_request()
    given = select(Signature).filter_by(request_id=request.id, role=PHYSICIAN)
    signature = work.session.scalars(given.with_for_update(), execution_options=fresh).one_or_none()
    if signature is None:
        raise Conflict(
            detail=_("You haven't signed this, so there is nothing to withdraw. Nothing was changed."),
            remedy=_("To say no to it, decline the invitation."),
        )
    return signature, request


def _tell(work: Work, signature: Signature, request: SignatureRequest) -> None:
    """The signer gets a receipt; the organisation learns, at most once a day, that somebody withdrew."""
    version = work.session.get_one(Version, signature.version_id)
    compact = compact_of(work, version=version)
    work.record(
        SignatureWithdrawn(
            organisation=work.organisation.uid,
            at=instant(work.now),
            compact=compact.uid,
            version=version.uid,
            signature=signature.uid,
        )
    )
    titles = titled(all_titles(work, compact_ids=[compact.id]).get(compact.id, {}), version.number)

    def data(path: str, words: Texts) -> dict[str, object]:
        return {"title": titles, "path": path, "text": dict(words)}

    mine = data(f"/sign/{request.uid}/done", YOU_WITHDREW)
    notify(work, kind=Kind.MESSAGE, person_id=signature.person_id, side=Side.PHYSICIANS, data=mine)
    receiver = compact.sponsor_organisation_id or compact.steward_id
    if receiver and receiver != signature.person_id:
        theirs = data(f"/compacts/{compact.uid}/campaign", SOMEBODY_WITHDREW)
        notify_daily(work, kind=Kind.MESSAGE, person_id=receiver, side=Side.ORGANISATION, data=theirs)
