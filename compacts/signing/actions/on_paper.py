"""Signatures on paper: scanned by one person, checked by another, and told to the one whose they are, who can dispute
them. What they leave is the same record as any other signature, which says how it came about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from reciproca.compacts.drafting.queries import all_titles, compact_of
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.notices.actions import notify_all
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.people.tables import Person
from reciproca.compacts.signing import rules
from reciproca.compacts.signing.actions.ceremony import give, ready_to_give
from reciproca.compacts.signing.locking import locked_request, standing_request, used_ceremony
from reciproca.compacts.signing.queries.on_paper import find_scan, own_scan
from reciproca.compacts.signing.rules import PHYSICIAN, Event
from reciproca.compacts.signing.scans import LARGEST, Scan, keep_scan, pages_in
from reciproca.compacts.signing.tables import Campaign, PaperScan, PaperState, Signature, SignatureRequest
from reciproca.compacts.signing.wording import DISPUTED, titled
from reciproca.compacts.signing.writing import begin
from reciproca.core.audit import audited
from reciproca.core.canonical import sha256
from reciproca.core.clock import day_at
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict, Fault, Forbidden, Invalid
from reciproca.core.i18n import _
from reciproca.core.identity import Proof
from reciproca.core.ledger.entry import instant
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def record_papers(
    work: Work, *, campaign: Campaign, scans: Sequence[Scan], signed_on: date, locale: str
) -> list[PaperScan]:
    """Take in scans of papers that were signed on one day in one language; somebody else checks each. All of them, or
    with a fault for each that can't be taken, none. Invalid."""
    authorize(work, Action.PAPER_KEEP)
    asked = _asked(work, campaign)
    faults = [Fault(field="scans", reason=_("Choose at least one scan."))] if not scans else []
    if signed_on > work.today() or signed_on < day_at(campaign.opened_at, campaign.zone):
        early = _("The papers were signed since the campaign began, and not later than today.")
        faults.append(Fault(field="signed_on", reason=early))
    known = set(work.session.scalars(select(PaperScan.sha256)))
    for scan in scans:
        reason = _wrong(work, scan, asked, known)
        known.add(sha256(scan.data))
        if reason:
            faults.append(Fault(field="scans", reason=reason, remedy=scan.staff_id))
    if faults:
        raise Invalid(
            detail=_("Nothing was taken in: put these right and send them all again."), faults=faults
        )
    rows = [_row(work, scan, asked[scan.staff_id], signed_on, locale) for scan in scans]
    work.session.add_all(rows)
    work.session.flush()
    return rows


@audited("paper.accept", about="uid")
def accept_paper(work: Work, *, uid: str, revision: int | None = None) -> Signature:
    """Say that the scan shows this person's signature under this text: now it counts. Forbidden for who recorded it,
    and for the person; Conflict when it was checked already, or the person has answered meanwhile."""
    authorize(work, Action.PAPER_KEEP)
    scan = _checked(work, uid, revision)
    theirs = replace(work, actor=replace(work.actor, person_id=scan.person_id))
    request_uid = work.session.get_one(SignatureRequest, scan.request_id).uid
    version, campaign, request = standing_request(theirs, request_uid)
    rules.require_signable(version.state)
    rules.require_open_campaign(campaign.state, due_at=campaign.due_at, now=scan.recorded_at)
    opened = begin(theirs, version, scan.locale, role=PHYSICIAN, request_id=request.id)
    page = used_ceremony(theirs, opened.nonce, version=version, role=PHYSICIAN)
    by = (("recorded_by", scan.recorded_by), ("checked_by", work.actor.uid))
    signature = give(
        theirs,
        ready=ready_to_give(theirs, version=version, request=request, event=Event.SIGN_ON_PAPER),
        page=page,
        proof=Proof(method="paper", at=scan.recorded_at, facts=by),
        name="",
        consent=None,
        paper={
            "sha256": scan.sha256,
            "signed_on": scan.signed_on.isoformat(),
            "recorded_at": instant(scan.recorded_at),
        },
    )
    scan.state, scan.signature_id = PaperState.ACCEPTED, signature.id
    return signature


@audited("paper.refuse", about="uid")
def refuse_paper(work: Work, *, uid: str, revision: int | None = None) -> PaperScan:
    """Say that the scan doesn't show it: it is kept, and counts for nothing. Forbidden, Conflict."""
    authorize(work, Action.PAPER_KEEP)
    scan = _checked(work, uid, revision)
    scan.state = PaperState.REFUSED
    return scan


def dispute_paper(work: Work, *, request_uid: str) -> PaperScan:
    """The person says that the signature on paper isn't theirs: it is set aside at once; the co-sponsor of their side
    and the steward are told. Conflict when there is none."""
    authorize(work, Action.REQUEST_ANSWER, person_id=work.actor.person_id)
    request = locked_request(work, request_uid)
    scan = own_scan(work, request=request)
    if scan is None or scan.state is not PaperState.ACCEPTED:
        raise Conflict(
            detail=_("There is no signature on paper of yours here. Nothing was changed."),
            remedy=_("What was recorded for you is on the page of your answer."),
        )
    signature = work.session.get_one(Signature, scan.signature_id)
    scan.state, signature.withdrawn_at = PaperState.DISPUTED, work.now
    scan.revision += 1
    request.state = rules.move(request.state, Event.WITHDRAW)
    request.revision += 1
    record = {
        "withdraws": {"uid": signature.evidence_uid, "record_sha256": signature.record_sha256},
        "at": instant(work.now),
        "scan": scan.sha256,
    }
    signature.withdrawal_uid = work.act("signature.disputed", about=signature.uid, record=record)
    _tell_of_dispute(work, request)
    return scan


def _asked(work: Work, campaign: Campaign) -> Mapping[str, tuple[Person, SignatureRequest]]:
    rows = work.session.execute(
        select(Person, SignatureRequest)
        .join(SignatureRequest, SignatureRequest.person_id == Person.id)
        .where(SignatureRequest.campaign_id == campaign.id)
    ).all()
    return {person.staff_id: (person, request) for person, request in rows}


def _wrong(
    work: Work, scan: Scan, asked: Mapping[str, tuple[Person, SignatureRequest]], known: set[str]
) -> str | None:
    """Why a scan can't be taken. It can be of whoever has declined, as of whoever has not answered: a paper signed
    since is their newer word, and a refusal here would tell the two apart."""
    if scan.staff_id not in asked:
        return _(
            "Nobody with this staff identifier is asked to sign. Name each file by the identifier: P1.pdf."
        )
    person, request = asked[scan.staff_id]
    checks: tuple[tuple[Callable[[], bool], str], ...] = (
        (lambda: person.id == work.actor.person_id, _("Nobody records their own signature.")),
        (lambda: len(scan.data) > LARGEST, _("This scan is larger than 5 MB.")),
        (lambda: not pages_in(scan.data), _("This is not a PDF that can be opened.")),
        (lambda: sha256(scan.data) in known, _("This very scan is there already.")),
        (lambda: not _can_be_signed(work, request), _("A signature of this person is there already.")),
    )
    return next((reason for applies, reason in checks if applies()), None)


def _can_be_signed(work: Work, request: SignatureRequest) -> bool:
    return (request.state, Event.SIGN_ON_PAPER) in rules.MOVES and own_scan(work, request=request) is None


def _row(
    work: Work, scan: Scan, asked: tuple[Person, SignatureRequest], signed_on: date, locale: str
) -> PaperScan:
    person, request = asked
    return PaperScan(
        request_id=request.id,
        person_id=person.id,
        state=PaperState.RECORDED,
        locale=locale,
        signed_on=signed_on,
        file=keep_scan(work.settings, scan.data),
        sha256=sha256(scan.data),
        recorded_by=work.actor.uid,
        recorded_at=work.now,
        checked_by=None,
        checked_at=None,
        signature_id=None,
    )


def _checked(work: Work, uid: str, revision: int | None) -> PaperScan:
    """The scan, locked, now checked by the actor."""
    scan = find_scan(work, uid=uid, lock=True)
    if scan.recorded_by == work.actor.uid or scan.person_id == work.actor.person_id:
        raise Forbidden(
            detail=_(
                "Whoever recorded a paper doesn't check it, and nobody checks their own. Nothing was changed."
            ),
            remedy=_("Ask somebody else who may record papers."),
        )
    if scan.state is not PaperState.RECORDED:
        raise Conflict(
            detail=_("This paper was checked already. Nothing was changed."), remedy=_("See the list again.")
        )
    expect_revision(scan, revision)
    scan.checked_by, scan.checked_at = work.actor.uid, work.now
    return scan


def _tell_of_dispute(work: Work, request: SignatureRequest) -> None:
    version = work.session.get_one(Version, request.version_id)
    compact = compact_of(work, version=version)
    titles = titled(all_titles(work, compact_ids=[compact.id]).get(compact.id, {}), version.number)
    told = [one for one in (compact.sponsor_physicians_id, compact.steward_id) if one]
    data = {"title": titles, "path": f"/compacts/{compact.uid}/papers", "text": dict(DISPUTED)}
    notify_all(work, kind=Kind.MESSAGE, person_ids=told, data=data)
