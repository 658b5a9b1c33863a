"""The organisation's side: it signs a version once for everybody, or each physician's record, as one list."""

from collections.abc import Sequence

from sqlalchemy import select

from reciproca.compacts.access.actions import prove
from reciproca.compacts.access.queries import own_grant
from reciproca.compacts.drafting.actions.locking import locked_version
from reciproca.compacts.drafting.queries import all_titles, compact_of
from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.notices.actions import notify, notify_all
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.people.tables import Person
from reciproca.compacts.signing import rules
from reciproca.compacts.signing.actions.countersigning import meet_countersigning
from reciproca.compacts.signing.locking import used_ceremony
from reciproca.compacts.signing.queries import (
    organisation_signature,
    post_titles,
    seats,
    signatories_to_ask,
    to_countersign,
)
from reciproca.compacts.signing.rules import ORGANISATION, PHYSICIAN, SIGNATORY
from reciproca.compacts.signing.rules.signatories import Seats
from reciproca.compacts.signing.tables import Ceremony, Signature, SignatureRequest
from reciproca.compacts.signing.wording import organisation_intent, still_to_sign, titled
from reciproca.compacts.signing.writing import (
    SEAL,
    SEAL_VERSION,
    begin,
    check_page,
    facts_of,
    frozen_digests,
    has_signed,
    write_signature,
)
from reciproca.core.audit import audited
from reciproca.core.errors import Conflict, Forbidden
from reciproca.core.i18n import _
from reciproca.core.identity import Role
from reciproca.core.ledger.entry import instant
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.events import OrganisationSigned, SignatureCountersigned
from reciproca.plugins.types import Side


@audited("organisation.open", about="version_uid")
def open_organisation_ceremony(work: Work, *, version_uid: str, locale: str) -> Ceremony:
    """Open the page on which the organisation signs. NotFound, Conflict, Forbidden."""
    authorize(work, Action.ORGANISATION_SIGN)
    version = _standing(work, version_uid)
    return begin(work, version, locale, role=ORGANISATION)


@audited("organisation.sign", about="version_uid")
def sign_for_organisation(
    work: Work,
    *,
    version_uid: str,
    nonce: str,
    text_sha256: str,
    name: str,
    intent: bool,
    password: str,
    signatures: Sequence[str] = (),
) -> list[Signature]:
    """Sign for the organisation with one step-up: the version, once for everybody; or, where it signs each record,
    the physicians' `signatures` (uids, as listed on the page). Nobody signs who signed the version as a physician;
    where several sign for the organisation, nobody twice, and it has signed with the last of them. NotFound, Conflict,
    Forbidden, Invalid, TooMany."""
    authorize(work, Action.ORGANISATION_SIGN)
    version = _standing(work, version_uid)
    compact = compact_of(work, version=version)
    ceremony, rendition = used_ceremony(work, nonce, version=version, role=ORGANISATION)
    check_page(work, ceremony, rendition, text_sha256)
    covered: Sequence[Signature | None] = (
        _chosen(work, version, signatures) if _signs_each(compact) else [None]
    )
    person = work.session.get_one(Person, work.actor.person_id)
    rules.require_intent(name=person.name, typed=name, intends=intent, consents=True, password=password)
    proof = prove(work, password=password)
    record = rules.Act(
        role=ORGANISATION,
        capacity=next(iter(post_titles(work, person_id=person.id)), SIGNATORY),
        consent=None,
        meaning=organisation_intent(rendition.locale),
        renditions=frozen_digests(work, version),
        **facts_of(work, compact, version, rendition, ceremony, person, proof, name),
    ).to_json()
    record["authority"] = _authority(work)
    found = seats(work, version=version)
    if found.groups:
        record["quorum"] = found.quorum()
    made = [_write(work, dict(record), person, version, one, found) for one in covered]
    if not to_countersign(work, version=version):
        meet_countersigning(work, version=version)
    ceremony.used_at = work.now
    if found.completes:
        _tell(work, compact, version, made, [one for one in covered if one is not None])
    else:
        _ask_others(work, compact, version, person)
    return made


def _standing(work: Work, version_uid: str) -> Version:
    """The version, once it is clear that this person may sign it for the organisation, and that it waits for that."""
    if work.actor.person_id is None:
        raise Forbidden(
            detail=_("Only a person can sign. Your account isn't linked to anybody. Nothing was changed."),
            remedy=_("Ask the administrator to link it to you."),
        )
    version = locked_version(work.session, version_uid)
    rules.require_signable(version.state)
    rules.require_one_side(signed_other=has_signed(work, version, PHYSICIAN))
    if not _signs_each(compact_of(work, version=version)) and organisation_signature(work, version=version):
        raise Conflict(
            detail=_("The organisation has signed this version already. Nothing was changed."),
            remedy=_("There is nothing to do: its signature stands beside every physician's."),
        )
    seats(work, version=version).require_mine()
    return version


def _authority(work: Work) -> dict[str, object]:
    """By what the actor signs for the organisation, as the administrator recorded it."""
    grant = own_grant(work, role=Role.SIGNATORY)
    if grant is None:
        return {"role": Role.SIGNATORY.value}
    return {
        "role": Role.SIGNATORY.value,
        "basis": grant.basis,
        "granted_at": instant(grant.granted_at),
        "ends_at": instant(grant.ends_at) if grant.ends_at else None,
    }


def _signs_each(compact: Compact) -> bool:
    return compact.organisation_signs == "each"


def _chosen(work: Work, version: Version, uids: Sequence[str]) -> list[Signature]:
    waiting = {row.uid: row for row in to_countersign(work, version=version)}
    unknown = set(uids) - waiting.keys()
    if unknown or not uids:
        raise Conflict(
            detail=_("The list has changed since you opened it. Nothing was changed."),
            remedy=_("Open the page again and look at the list that it shows."),
        )
    return [waiting[uid] for uid in dict.fromkeys(uids)]


def _write(
    work: Work,
    record: dict[str, object],
    person: Person,
    version: Version,
    covers: Signature | None,
    found: Seats,
) -> Signature:
    if covers is None:
        slot = found.slot(person.uid)
        return write_signature(work, "organisation.signed", record, slot=slot, person=person, version=version)
    record["covers"] = {"uid": covers.evidence_uid, "record_sha256": covers.record_sha256}
    return write_signature(
        work,
        "signature.countersigned",
        record,
        slot=f"{ORGANISATION}:{covers.uid}",
        person=person,
        version=version,
        covers=covers,
    )


def _ask_others(work: Work, compact: Compact, version: Version, signer: Person) -> None:
    """Whoever may give what is still missing hears that it waits for them."""
    titles = titled(all_titles(work, compact_ids=[compact.id]).get(compact.id, {}), version.number)
    data = {
        "title": titles,
        "path": f"/versions/{version.uid}/organisation-signature",
        "text": still_to_sign(signer.name),
    }
    people = signatories_to_ask(work, version=version)
    notify_all(work, kind=Kind.MESSAGE, person_ids=people, side=Side.ORGANISATION, data=data)


def _tell(
    work: Work, compact: Compact, version: Version, made: Sequence[Signature], covered: Sequence[Signature]
) -> None:
    """Documents are made again with both signatures; those who signed are told."""
    facts = {
        "organisation": work.organisation.uid,
        "at": instant(work.now),
        "compact": compact.uid,
        "version": version.uid,
    }
    titles = titled(all_titles(work, compact_ids=[compact.id]).get(compact.id, {}), version.number)
    if not covered:
        work.record(OrganisationSigned(**facts, signature=made[0].uid))
        work.enqueue(SEAL_VERSION, {"version": version.uid}, key=f"{SEAL_VERSION}:{version.uid}")
        mine = select(Signature.person_id).filter_by(version_id=version.id, role=PHYSICIAN, withdrawn_at=None)
        notify_all(
            work,
            kind=Kind.SIGNATURE_COUNTERSIGNED,
            person_ids=work.session.scalars(mine).all(),
            side=Side.PHYSICIANS,
            data={"title": titles, "path": f"/versions/{version.uid}"},
        )
    people = {
        row.id: row.uid
        for row in work.session.scalars(
            select(Person).where(Person.id.in_([one.person_id for one in covered]))
        )
    }
    requests = {
        row.id: row.uid
        for row in work.session.scalars(
            select(SignatureRequest).where(SignatureRequest.id.in_([one.request_id for one in covered]))
        )
    }
    for one in covered:
        work.record(SignatureCountersigned(**facts, signature=one.uid, person=people[one.person_id]))
        work.enqueue(SEAL, {"signature": one.uid}, key=f"{SEAL}:{one.uid}:both")
        notify(
            work,
            kind=Kind.SIGNATURE_COUNTERSIGNED,
            person_id=one.person_id,
            side=Side.PHYSICIANS,
            data={"title": titles, "path": f"/sign/{requests[one.request_id or 0]}/done"},
        )
