"""Opening the signing page, and signing: one transaction that leaves everything or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from reciproca.compacts.access.actions import Way, prove, way_of
from reciproca.compacts.drafting.queries import all_titles, compact_of
from reciproca.compacts.drafting.tables import Compact, Rendition, Version
from reciproca.compacts.notices.actions import notify, notify_daily
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.obligations.actions import meet
from reciproca.compacts.people.tables import Appointment, Person, Unit
from reciproca.compacts.signing import rules
from reciproca.compacts.signing.actions.asking import INVITATION
from reciproca.compacts.signing.actions.countersigning import owe_countersigning
from reciproca.compacts.signing.locking import standing_request, used_ceremony
from reciproca.compacts.signing.queries import (
    appointments_of,
    asked_facts,
    has_consented,
    organisation_signature,
)
from reciproca.compacts.signing.rules import MEMBER, ORGANISATION, PHYSICIAN, Event, Words
from reciproca.compacts.signing.tables import Ceremony, Consent, RequestState, Signature, SignatureRequest
from reciproca.compacts.signing.wording import titled, words_for
from reciproca.compacts.signing.writing import (
    SEAL,
    begin,
    check_page,
    facts_of,
    has_signed,
    themes_of,
    write_signature,
)
from reciproca.core.audit import audited
from reciproca.core.identity import Proof
from reciproca.core.ledger.entry import instant
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.events import SignatureGiven
from reciproca.plugins.types import Side


@audited("signing.open", about="request_uid")
def open_ceremony(work: Work, *, request_uid: str, locale: str, read: Sequence[str] = ()) -> Ceremony:
    """Open the signing page: the exact text that it shows in `locale`, and the nonce that the signature needs. `read`:
    keys of the themes that the person has read. NotFound, Conflict."""
    authorize(work, Action.REQUEST_ANSWER, person_id=work.actor.person_id)
    version, campaign, request = standing_request(work, request_uid)
    after = rules.move(request.state, Event.VIEW)
    rules.require_signable(version.state)
    rules.require_open_campaign(campaign.state, due_at=campaign.due_at, now=work.now)
    request.state, request.viewed_at = after, request.viewed_at or work.now
    request.revision += 1
    opened = begin(work, version, locale, role=PHYSICIAN, request_id=request.id)
    opened.read = [key for key in themes_of(work, opened) if key in read]
    return opened


@audited("signature.give", about="request_uid")
def sign(
    work: Work,
    *,
    request_uid: str,
    nonce: str,
    text_sha256: str,
    name: str,
    intent: bool,
    consent: bool,
    password: str = "",
    code: str = "",
) -> Signature:
    """Sign: the person asked, on the page that they opened (`nonce`), the text that it showed (`text_sha256`), by
    typing their name, saying that they mean it, consenting to the electronic form, and giving their password (a guest:
    the code that was sent to their second contact).
    NotFound, Conflict, Forbidden, Invalid with each field's fault, TooMany."""
    authorize(work, Action.REQUEST_ANSWER, person_id=work.actor.person_id)
    version, campaign, request = standing_request(work, request_uid)
    rules.move(request.state, Event.SIGN)
    rules.require_signable(version.state)
    rules.require_open_campaign(campaign.state, due_at=campaign.due_at, now=work.now)
    ceremony, rendition = used_ceremony(work, nonce, version=version, role=PHYSICIAN)
    check_page(work, ceremony, rendition, text_sha256)
    ready = ready_to_give(work, version=version, request=request, event=Event.SIGN)
    person = work.session.get_one(Person, request.person_id)
    shown = words_for(work, rendition.locale)
    consents = consent or has_consented(work, person_id=person.id, disclosure=shown.consent)
    way = way_of(work)
    rules.require_intent(
        name=person.name,
        typed=name,
        intends=intent,
        consents=consents,
        password=password if way is Way.PASSWORD else None,
        code=code if way is Way.CODE else None,
    )
    proof = prove(work, password=password, code=code, nonce=nonce)
    consented_at = _keep_consent(work, person, shown.consent)
    return give(
        work,
        ready=ready,
        page=(ceremony, rendition),
        proof=proof,
        name=name,
        consent=shown.consent,
        consented_at=consented_at,
    )


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A signature that nothing stands in the way of but its proof: whose request, of what, in which state afterwards,
    and the appointments in which the person is asked."""

    version: Version
    request: SignatureRequest
    compact: Compact
    after: RequestState
    appointed: Sequence[tuple[Appointment, Unit]]


def ready_to_give(work: Work, *, version: Version, request: SignatureRequest, event: Event) -> Ready:
    """See that the actor's person may give the signature that `request` asks for. Forbidden for who isn't on the
    staff that is asked, or has signed for the organisation; Conflict, also before the organisation's turn."""
    authorize(work, Action.REQUEST_ANSWER, person_id=work.actor.person_id)
    after = rules.move(request.state, event)
    rules.require_one_side(signed_other=has_signed(work, version, ORGANISATION))
    compact = compact_of(work, version=version)
    appointed = appointments_of(work, person_id=request.person_id, compact=compact)
    rules.require_appointed(is_appointed=bool(appointed))
    theirs = organisation_signature(work, version=version)
    rules.require_order(organisation_signs=compact.organisation_signs, has_signed=theirs is not None)
    return Ready(version=version, request=request, compact=compact, after=after, appointed=appointed)


def give(
    work: Work,
    *,
    ready: Ready,
    page: tuple[Ceremony, Rendition],
    proof: Proof,
    name: str,
    consent: Words | None,
    consented_at: datetime | None = None,
    paper: Mapping[str, str] | None = None,
) -> Signature:
    """Write down the signature of the actor's person, once everything that it needs is proved: the record with its
    leaf, the request's end, what follows. Where it was given on paper, `consent` (given at `consented_at`) is None, and
    `paper` says what there is. Conflict."""
    authorize(work, Action.REQUEST_ANSWER, person_id=work.actor.person_id)
    version, request, compact = ready.version, ready.request, ready.compact
    ceremony, rendition = page
    person = work.session.get_one(Person, request.person_id)
    record = rules.Act(
        role=PHYSICIAN,
        capacity=MEMBER,
        consent=consent,
        meaning=words_for(work, rendition.locale).intent,
        appointments=tuple({"unit": unit.uid, "category": row.category} for row, unit in ready.appointed),
        **facts_of(work, compact, version, rendition, ceremony, person, proof, name),
    ).to_json()
    record["ceremony"]["read"] = {"themes": ceremony.read, "of": len(themes_of(work, ceremony))}
    record["ceremony"]["first_opened_at"] = instant(request.viewed_at or ceremony.opened_at)
    record["asked"] = asked_facts(work, request=request)
    if consented_at is not None:
        record["consent"]["given_at"] = instant(consented_at)
    if paper is not None:
        record["paper"] = dict(paper)
    signature = write_signature(
        work,
        "signature.given",
        record,
        slot=f"{PHYSICIAN}:{person.uid}",
        person=person,
        version=version,
        request_id=request.id,
    )
    ceremony.used_at = work.now
    request.state, request.ended_at = ready.after, work.now
    request.revision += 1
    _tell(work, request, compact, version, signature, person, is_paper=paper is not None)
    owe_countersigning(work, compact=compact, version=version)
    return signature


def _keep_consent(work: Work, person: Person, disclosure: Words) -> datetime:
    """Since when the person has consented to this disclosure."""
    row = work.session.scalars(
        select(Consent).filter_by(person_id=person.id, disclosure_sha256=disclosure.sha256)
    ).one_or_none()
    if row is None:
        row = Consent(
            person_id=person.id,
            disclosure_version=disclosure.version,
            given_at=work.now,
            disclosure_sha256=disclosure.sha256,
        )
        work.session.add(row)
    elif row.withdrawn_at is not None:
        row.given_at, row.withdrawn_at = work.now, None
    return row.given_at


def _tell(
    work: Work,
    request: SignatureRequest,
    compact: Compact,
    version: Version,
    signature: Signature,
    person: Person,
    *,
    is_paper: bool,
) -> None:
    """The obligation, the event, the document to be made, and a receipt to each side: the signer at
    once, the organisation at most once a day."""
    meet(work, kind=INVITATION, subject_uid=request.uid)
    work.record(
        SignatureGiven(
            organisation=work.organisation.uid,
            at=instant(work.now),
            compact=compact.uid,
            version=version.uid,
            signature=signature.uid,
            person=person.uid,
        )
    )
    work.enqueue(SEAL, {"signature": signature.uid}, key=f"{SEAL}:{signature.uid}")
    titles = titled(all_titles(work, compact_ids=[compact.id]).get(compact.id, {}), version.number)
    notify(
        work,
        kind=Kind.SIGNATURE_ON_PAPER if is_paper else Kind.SIGNATURE_RECEIPT,
        person_id=person.id,
        side=Side.PHYSICIANS,
        data={"title": titles, "path": f"/sign/{request.uid}/done"},
    )
    receiver = compact.sponsor_organisation_id or compact.steward_id
    if receiver and receiver != person.id:
        notify_daily(
            work,
            kind=Kind.SIGNATURE_RECEIVED,
            person_id=receiver,
            side=Side.ORGANISATION,
            data={"title": titles, "path": f"/compacts/{compact.uid}/campaign"},
        )
