"""Where people meet: who was seen at a meeting, papers that were signed, who wishes to talk."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from reciproca.compacts.drafting.queries import find_compact
from reciproca.compacts.drafting.schemas import NothingIn
from reciproca.compacts.signing import queries
from reciproca.compacts.signing.actions.meetings import identify
from reciproca.compacts.signing.actions.on_paper import (
    accept_paper,
    dispute_paper,
    record_papers,
    refuse_paper,
)
from reciproca.compacts.signing.api.blueprint import resources
from reciproca.compacts.signing.queries.on_paper import Waiting, find_scan, open_campaign_of, waiting_papers
from reciproca.compacts.signing.scans import read_scan, sent_scans
from reciproca.compacts.signing.schemas import in_person as schemas
from reciproca.compacts.signing.tables import Campaign
from reciproca.core.errors import NotFound
from reciproca.core.http import current_work, keep_instead, seen_revision
from reciproca.core.i18n import _


@resources.post("/compacts/<uid>/sightings")
@resources.arguments(schemas.SightingIn)
@resources.response(201, schemas.SightingOut)
def see(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """Say whom you see at a meeting. The address in the answer is for that person's own eyes and hands: it opens once,
    within ten minutes, and is in this answer only. The password is the step-up."""
    work = current_work()
    token, name = identify(work, campaign=_campaign(uid), **asked)
    keep_instead({"name": name, "address": None})
    return {"name": name, "address": f"{work.settings.public_url.rstrip('/')}/invited/here/{token}"}


@resources.get("/compacts/<uid>/papers")
@resources.response(200, schemas.PaperOut(many=True))
def list_papers(uid: str) -> Sequence[Waiting]:
    """Scans that nobody has checked yet, the oldest first."""
    return waiting_papers(current_work(), campaign=_campaign(uid))


@resources.post("/compacts/<uid>/papers")
@resources.arguments(schemas.PapersIn, location="form")
@resources.response(201, schemas.PaperOut(many=True))
def send_papers(asked: dict[str, Any], uid: str) -> Sequence[Waiting]:
    """Send scans as parts `scans` of a form: a PDF for each person, named by the staff identifier (P1.pdf), or one PDF
    and in `whose` a line for each person with their pages (P1 1-2). All of them are taken, or none. Answers with all
    that wait."""
    work, campaign = current_work(), _campaign(uid)
    files = [(file.filename or "", file.read()) for file in request.files.getlist("scans") if file.filename]
    record_papers(work, campaign=campaign, scans=sent_scans(files, whose=asked.pop("whose")), **asked)
    return waiting_papers(work, campaign=campaign)


@resources.get("/papers/<uid>/scan")
@resources.response(200, content_type="application/pdf", schema={"type": "string", "format": "binary"})
def read_paper(uid: str) -> Response:
    """The scan, for who checks it."""
    work = current_work()
    data = read_scan(work.settings, find_scan(work, uid=uid).file)
    if data is None:
        raise NotFound(detail=_("The file is not there."), remedy=_("Tell those who run this system."))
    return Response(data, mimetype="application/pdf")


@resources.post("/papers/<uid>/acceptances")
@resources.arguments(NothingIn)
@resources.response(204)
def accept(_asked: dict[str, Any], uid: str) -> None:
    """Say that the scan shows the signature: now it counts. `If-Match`: the revision that you saw."""
    accept_paper(current_work(), uid=uid, revision=seen_revision())


@resources.post("/papers/<uid>/refusals")
@resources.arguments(NothingIn)
@resources.response(204)
def refuse(_asked: dict[str, Any], uid: str) -> None:
    """Say that it doesn't: the scan is kept, and counts for nothing. `If-Match`: the revision that you saw."""
    refuse_paper(current_work(), uid=uid, revision=seen_revision())


@resources.post("/requests/<uid>/disputes")
@resources.arguments(NothingIn)
@resources.response(204)
def dispute(_asked: dict[str, Any], uid: str) -> None:
    """Say that the signature on paper that was recorded for you isn't yours: it is set aside at once."""
    dispute_paper(current_work(), request_uid=uid)


@resources.get("/talks")
@resources.response(200, schemas.ConfidedOut(many=True))
def list_talks() -> Sequence[queries.Confided]:
    """What others have confided in you, as their co-sponsor; nobody else reads it."""
    return queries.confided(current_work())


def _campaign(uid: str) -> Campaign:
    """The open campaign of the agreement. NotFound."""
    work = current_work()
    found = open_campaign_of(work, compact=find_compact(work, uid=uid))
    if found is None:
        raise NotFound(
            detail=_("Nobody is asked to sign this agreement now. Nothing was changed."),
            remedy=_("Papers are recorded while the signatures are open."),
        )
    return found
