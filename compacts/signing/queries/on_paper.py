"""Scans of papers: those that wait to be checked, and one's own."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.people.tables import Person
from reciproca.compacts.signing.tables import Campaign, PaperScan, PaperState, SignatureRequest
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A scan that waits; `may_check` is False for who recorded it, and for the person whose it is."""

    scan: PaperScan
    name: str
    staff_id: str
    may_check: bool


def open_campaign_of(work: Work, *, compact: Compact) -> Campaign | None:
    """The open campaign of the agreement, newest version first: papers are recorded, and people sign at meetings, while
    there is one."""
    authorize(work, Action.COMPACT_READ)
    return work.session.scalars(
        select(Campaign)
        .join(Version, Version.id == Campaign.version_id)
        .where(Version.compact_id == compact.id, Campaign.state == "open")
        .order_by(Version.number.desc())
        .limit(1)
    ).one_or_none()


def waiting_papers(work: Work, *, campaign: Campaign) -> Sequence[Waiting]:
    """Scans of a campaign that nobody has checked yet, the oldest first. What was checked is listed nowhere: who signed
    is theirs to tell."""
    authorize(work, Action.PAPER_KEEP)
    rows = work.session.execute(
        select(PaperScan, Person)
        .join(Person, Person.id == PaperScan.person_id)
        .join(SignatureRequest, SignatureRequest.id == PaperScan.request_id)
        .where(SignatureRequest.campaign_id == campaign.id, PaperScan.state == PaperState.RECORDED)
        .order_by(PaperScan.id)
    ).all()
    me = work.actor
    return [
        Waiting(
            scan=scan,
            name=person.name,
            staff_id=person.staff_id,
            may_check=scan.recorded_by != me.uid and person.id != me.person_id,
        )
        for scan, person in rows
    ]


def find_scan(work: Work, *, uid: str, lock: bool = False) -> PaperScan:
    """A scan, for those who record and check them. NotFound."""
    authorize(work, Action.PAPER_KEEP)
    asked = select(PaperScan).filter_by(uid=uid)
    found = work.session.scalars(
        asked.with_for_update() if lock else asked, execution_options={"populate_existing": True}
    ).one_or_none()
    if found is None:
        raise NotFound(detail=_("There is no such paper here."), remedy=_("See the list again."))
    return found


def own_scan(work: Work, *, request: SignatureRequest) -> PaperScan | None:
    """The scan about a request that counts, waits, or is disputed; None where there is none but refused ones."""
    authorize(work, Action.COMPACT_READ)
    return work.session.scalars(
        select(PaperScan)
        .where(PaperScan.request_id == request.id, PaperScan.state != PaperState.REFUSED)
        .order_by(PaperScan.id.desc())
        .limit(1)
    ).one_or_none()
