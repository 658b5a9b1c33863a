"""Signing on paper: one records, another checks, the person is told and can say that it wasn't them."""

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.people.tables import Unit
from reciproca.compacts.signing.actions import erase_evidence
from reciproca.compacts.signing.actions.on_paper import record_papers
from reciproca.compacts.signing.gathering import FOLDER
from reciproca.compacts.signing.scans import LARGEST, Scan
from reciproca.compacts.signing.tables import (
    Campaign,
    PaperScan,
    PaperState,
    RequestState,
    Signature,
    SignatureRequest,
)
from reciproca.compacts.signing.verification.bundle import read_members
from reciproca.core.errors import Invalid
from reciproca.core.identity import Role, console, system
from tests.building import guests, signing
from tests.building.access import Browser
from tests.building.ceremony import Site, a_site
from tests.building.papers import a_scan
from tests.building.signing import a_person

OFFICER, STEWARD = "O1", "S1"


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians who are asked to sign; the steward and an officer record and check papers."""
    with a_site(tmp_path / "home", database_url) as made:
        hospital = made.hospital
        with hospital.installation.work(system("test"), hospital.place) as work:
            unit = work.session.scalars(select(Unit).filter_by(kind="department")).one()
            a_person(work, OFFICER, "Olga Officer", unit, Role.CREDENTIALING_OFFICER, category="")
        yield made


def sent(site: Site, files: dict[str, bytes], by: str = STEWARD, **fields: str) -> TestResponse:
    """Scans sent in, each under its name."""
    browser = site.browser(by)
    data = {"_csrf": browser.token(), "signed_on": "2026-09-01", "locale": "en", "whose": "", **fields}
    uploads = [(io.BytesIO(content), name) for name, content in files.items()]
    return browser.client.post(
        papers(site), data={**data, "scans": uploads}, content_type="multipart/form-data"
    )


def papers(site: Site) -> str:
    """The page of papers."""
    return f"/compacts/{site.hospital.compact}/papers"


def scans(site: Site) -> dict[str, str]:
    """Uids of the scans that wait, by staff identifier."""
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        rows = work.session.scalars(select(PaperScan).filter_by(state=PaperState.RECORDED)).all()
        requests = {uid: one for one, uid in site.hospital.requests.items()}
        known = {row.id: row.uid for row in work.session.scalars(select(SignatureRequest))}
        return {requests[known[row.request_id]]: row.uid for row in rows}


def accepted(site: Site, staff_id: str = "P1", by: str = OFFICER) -> TestResponse:
    """The scan of that person, said to be right."""
    return site.browser(by).post(f"{papers(site)}/{scans(site)[staff_id]}/accept", revision="1")


def test_one_records_another_checks(site: Site) -> None:
    """Two scans: each waits until somebody else has looked, then it is a signature whose evidence names the scan."""
    answer = sent(site, {"P1.pdf": a_scan(mark="1"), "P2.pdf": a_scan(mark="2")})
    assert (answer.status_code, sorted(scans(site))) == (303, ["P1", "P2"])
    assert site.count(of=Signature) == 0
    assert site.browser(OFFICER).get(f"/papers/{scans(site)['P1']}.pdf").data == a_scan(mark="1")
    assert accepted(site).status_code == 303
    assert (site.state("P1"), site.state("P2")) == (RequestState.SIGNED, RequestState.SENT)
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        record = signing.evidence(work, work.session.scalars(select(Signature.uid)).one())
        scan = work.session.scalars(select(PaperScan).filter_by(state=PaperState.ACCEPTED)).one()
    said, paper = record["authentication"], record["paper"]
    assert isinstance(said, dict)
    assert isinstance(paper, dict)
    assert (said["method"], paper["sha256"], paper["signed_on"]) == ("paper", scan.sha256, "2026-09-01")
    assert (said["recorded_by"], said["checked_by"]) == (scan.recorded_by, scan.checked_by)
    assert "consent" not in record
    assert site.leaves("signature.given") == 1
    assert site.count(Notice.kind == "signature.on_paper", of=Notice) == 1
    site.hospital.seal()
    assert "not you?" in site.browser("P1").get(f"/sign/{site.hospital.requests['P1']}/done").text


def test_the_scan_is_in_the_bundle_and_goes_with_the_evidence(site: Site) -> None:
    """Whoever holds the bundle holds the paper; when the evidence is erased by law, no file of it is left."""
    sent(site, {"P1.pdf": a_scan(mark="1")})
    accepted(site)
    site.hospital.seal()
    home = site.hospital.installation
    (bundle,) = (home.settings.home / FOLDER).glob("*.zip")
    assert read_members(bundle.read_bytes())["scan.pdf"] == a_scan(mark="1")
    with home.work(console(), site.hospital.place) as work:
        uid = work.session.scalars(select(Signature.uid)).one()
        erase_evidence(work, signature_uid=uid, reason="decision 12 of the regulator")
    site.hospital.seal()
    assert list((home.settings.home / FOLDER).iterdir()) == []


@pytest.mark.parametrize("verb", ["accept", "refuse"])
def test_nobody_checks_what_they_recorded(site: Site, verb: str) -> None:
    """The recorder is refused; so is whoever has no such right. Nothing changes."""
    sent(site, {"P1.pdf": a_scan()})
    path = f"{papers(site)}/{scans(site)['P1']}/{verb}"
    assert [site.browser(one).post(path, revision="1").status_code for one in (STEWARD, "P2", "X1")] == [
        403
    ] * 3
    assert (site.count(of=Signature), list(scans(site))) == (0, ["P1"])
    assert "Somebody else checks" in site.browser(STEWARD).get(papers(site)).text


def test_one_batch_is_cut_up(site: Site) -> None:
    """One PDF of three pages, and whose they are."""
    answer = sent(site, {"all.pdf": a_scan(3)}, whose="P1 1-2\nP2 3\n")
    assert answer.status_code == 303
    officer, found = site.browser(OFFICER), scans(site)
    for staff_id, count in (("P1", 2), ("P2", 1)):
        with pikepdf.open(io.BytesIO(officer.get(f"/papers/{found[staff_id]}.pdf").data)) as cut:
            assert len(cut.pages) == count
    for wrong in ("P1 1-9", "P1", "P1 2-1", "P1 1\nP1 2"):
        assert sent(site, {"all.pdf": a_scan(3)}, whose=wrong).status_code == 422


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "Choose at least one scan"),
        ({"P1.pdf": b"no PDF"}, "not a PDF that can be opened"),
        ({"P1.pdf": b"%PDF-1.7 broken"}, "not a PDF that can be opened"),
        ({"P9.pdf": a_scan()}, "Nobody with this staff identifier"),
        ({"P1.pdf": a_scan(mark="x"), "P2.pdf": a_scan(mark="x")}, "very scan is there already"),
    ],
)
def test_what_cant_be_taken_is_said_and_nothing_is(site: Site, files: dict[str, bytes], said: str) -> None:
    """One wrong file, and none is taken: the batch is put right and sent again, and nothing is lost on the way."""
    answer = sent(site, {**files, **({"P3.pdf": a_scan(mark="good")} if files else {})})
    assert (answer.status_code, said in answer.text) == (422, True)
    assert site.count(of=PaperScan) == 0


def test_a_scan_has_a_size(site: Site) -> None:
    """What is larger than 5 MB is refused in words."""
    hospital = site.hospital
    large = Scan(staff_id="P1", data=b"%PDF-" + b"0" * LARGEST)
    with hospital.installation.work(hospital.actor(STEWARD), hospital.place) as work:
        asked = {
            "campaign": work.session.scalars(select(Campaign)).one(),
            "signed_on": work.today(),
            "locale": "en",
        }
        with pytest.raises(Invalid) as refused:
            record_papers(work, scans=[large], **asked)
    assert "larger than 5 MB" in refused.value.faults[0].reason


def test_the_same_paper_is_taken_once(site: Site) -> None:
    """The same file again, and a second paper of the same person, are refused."""
    sent(site, {"P1.pdf": a_scan(mark="1")})
    assert "already" in sent(site, {"P2.pdf": a_scan(mark="1")}).text
    assert "already" in sent(site, {"P1.pdf": a_scan(mark="2")}).text
    accepted(site)
    assert "already" in sent(site, {"P1.pdf": a_scan(mark="3")}).text
    assert site.count(of=PaperScan) == 1


def test_a_refused_paper_can_be_sent_anew(site: Site) -> None:
    """What the checker refuses counts for nothing, and a better scan is taken."""
    sent(site, {"P1.pdf": a_scan(mark="1")})
    site.browser(OFFICER).post(f"{papers(site)}/{scans(site)['P1']}/refuse", revision="1")
    assert (scans(site), site.state("P1")) == ({}, RequestState.SENT)
    assert sent(site, {"P1.pdf": a_scan(mark="2")}).status_code == 303


def test_a_decline_can_not_be_told_from_silence(site: Site) -> None:
    """Who records and checks papers gets the same answers for who has declined and for who hasn't answered."""
    site.browser("P1").post(f"/sign/{site.hospital.requests['P1']}/decline", confidant="", reason="")
    assert site.state("P1") is RequestState.DECLINED
    assert sent(site, {"P1.pdf": a_scan(mark="1"), "P2.pdf": a_scan(mark="2")}).status_code == 303
    assert [accepted(site, one).status_code for one in ("P1", "P2")] == [303, 303]


def test_not_me(site: Site) -> None:
    """One press sets it aside, with a leaf of its own, and tells the physicians' co-sponsor and the steward."""
    sent(site, {"P1.pdf": a_scan()})
    accepted(site)
    browser, uid = site.browser("P1"), site.hospital.requests["P1"]
    before = site.count(Notice.kind == "message", of=Notice)
    assert browser.post(f"/sign/{uid}/dispute").location == f"/sign/{uid}/done"
    assert "was set aside" in browser.get(f"/sign/{uid}/done").text
    assert site.state("P1") is RequestState.WITHDRAWN
    assert site.count(Signature.withdrawn_at.is_not(None), of=Signature) == 1
    assert site.leaves("signature.disputed") == 1
    assert site.count(Notice.kind == "message", of=Notice) > before
    assert browser.post(f"/sign/{uid}/dispute").status_code == 409
    assert site.browser("P2").post(f"/sign/{uid}/dispute").status_code == 404


def test_a_guest_says_not_me(site: Site) -> None:
    """Without an account: the mail's link, a code, and the same press."""
    guests.a_guest(site.hospital, "P1")
    sent(site, {"P1.pdf": a_scan()})
    accepted(site)
    link = f"/invited/{guests.token(site.hospital, 'P1')}"
    assert any(
        link in text and "paper" in text for text in guests.mailed(site.hospital, "p1@riverbend.example")
    )
    browser = Browser(site.app)
    browser.post(f"{link}/code")
    assert browser.post("/invited/dispute").status_code == 422
    browser.post("/invited/enter", code=guests.code(site.hospital))
    assert "not you?" in browser.get("/invited/done").text
    assert browser.post("/invited/dispute").location == "/invited/done"
    assert site.state("P1") is RequestState.WITHDRAWN
