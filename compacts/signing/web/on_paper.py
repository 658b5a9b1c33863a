"""Signatures on paper: scans sent in, those that wait to be checked, and the person's own word on them."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting import queries as drafts
from reciproca.compacts.drafting.schemas import NothingIn
from reciproca.compacts.drafting.web.forms import Typed, errors_of, seen, submit
from reciproca.compacts.signing.actions.on_paper import (
    accept_paper,
    dispute_paper,
    record_papers,
    refuse_paper,
)
from reciproca.compacts.signing.queries.on_paper import find_scan, open_campaign_of, waiting_papers
from reciproca.compacts.signing.scans import read_scan, sent_scans
from reciproca.compacts.signing.schemas import in_person as schemas
from reciproca.compacts.signing.tables import Campaign
from reciproca.compacts.signing.web.blueprint import pages
from reciproca.compacts.signing.web.guest import by_visit
from reciproca.compacts.signing.web.text import in_words
from reciproca.core.errors import Fault, NotFound
from reciproca.core.http import current_work
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.templates.web import page, translator


@pages.get("/compacts/<uid>/papers")
def papers(uid: str) -> str:
    """The form that takes scans in, and the scans that wait to be checked."""
    return _papers(uid, {}, ())


@pages.post("/compacts/<uid>/papers")
def send_papers(uid: str) -> ResponseReturnValue:
    """Take in scans: a PDF for each person, named by the staff identifier, or one PDF and whose its pages are."""

    def act(asked: dict[str, Any]) -> str:
        scans = sent_scans(_uploaded(), whose=asked.pop("whose"))
        record_papers(current_work(), campaign=_campaign(uid), scans=scans, **asked)
        return f"/compacts/{uid}/papers#waiting"

    return submit(current_work(), schemas.PapersIn(), act, lambda typed, faults: _papers(uid, typed, faults))


@pages.get("/papers/<string(length=36):uid>.pdf")
def scan_file(uid: str) -> Response:
    """The scan, for who checks it."""
    work = current_work()
    data = read_scan(work.settings, find_scan(work, uid=uid).file)
    if data is None:
        raise NotFound(detail=_("The file is not there."), remedy=_("Tell those who run this system."))
    return Response(
        data, mimetype="application/pdf", headers={"Content-Disposition": "attachment; filename=scan.pdf"}
    )


@pages.post("/compacts/<uid>/papers/<paper>/accept")
def accept(uid: str, paper: str) -> ResponseReturnValue:
    """The scan shows the signature."""

    def act(_asked: dict[str, Any]) -> str:
        accept_paper(current_work(), uid=paper, revision=seen())
        return f"/compacts/{uid}/papers#waiting"

    return submit(current_work(), NothingIn(), act, lambda typed, faults: _papers(uid, typed, faults))


@pages.post("/compacts/<uid>/papers/<paper>/refuse")
def refuse(uid: str, paper: str) -> ResponseReturnValue:
    """The scan doesn't show it."""

    def act(_asked: dict[str, Any]) -> str:
        refuse_paper(current_work(), uid=paper, revision=seen())
        return f"/compacts/{uid}/papers#waiting"

    return submit(current_work(), NothingIn(), act, lambda typed, faults: _papers(uid, typed, faults))


@pages.post("/sign/<uid>/dispute")
def dispute(uid: str) -> ResponseReturnValue:
    """This paper signature isn't mine."""

    def act(_asked: dict[str, Any]) -> str:
        dispute_paper(current_work(), request_uid=uid)
        return f"/sign/{uid}/done"

    return submit(current_work(), NothingIn(), act, lambda _typed, _faults: "")


@pages.post("/invited/dispute")
def guest_dispute() -> ResponseReturnValue:
    """The same of a guest who has given the code."""
    guest = by_visit(is_proved=True)

    def act(_asked: dict[str, Any]) -> str:
        dispute_paper(guest.work, request_uid=guest.request)
        return "/invited/done"

    return submit(guest.work, NothingIn(), act, lambda _typed, _faults: "")


def _uploaded() -> list[tuple[str, bytes]]:
    return [(file.filename or "", file.read()) for file in request.files.getlist("scans") if file.filename]


def _campaign(uid: str) -> Campaign:
    """The open campaign of the agreement. NotFound."""
    work = current_work()
    found = open_campaign_of(work, compact=drafts.find_compact(work, uid=uid))
    if found is None:
        raise NotFound(
            detail=_("Nobody is asked to sign this agreement now. Nothing was changed."),
            remedy=_("Papers are recorded while the signatures are open."),
        )
    return found


def _papers(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work, said = current_work(), in_words(faults)
    authorize(work, Action.PAPER_KEEP)
    compact = drafts.find_compact(work, uid=uid)
    campaign = open_campaign_of(work, compact=compact)
    return page(
        "signing/papers.html",
        compact=compact,
        title=drafts.titles(work, compact_ids=[compact.id], locale=translator().locale)[compact.id],
        campaign=campaign,
        waiting=waiting_papers(work, campaign=campaign) if campaign else (),
        locales=[(code, translator().language_name(code)) for code in work.organisation.locales],
        today=work.today().isoformat(),
        typed=typed,
        faults=said,
        errors=errors_of(said),
    )
