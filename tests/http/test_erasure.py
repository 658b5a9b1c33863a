"""Evidence that is erased by law: the person's words go, the leaf stays, and everything says so truthfully."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from reciproca.compacts.access import actions as access
from reciproca.compacts.proving.verifying import verify_ledger
from reciproca.compacts.signing.gathering import FOLDER
from reciproca.compacts.signing.tables import SealedDocument, Signature, SignatureEvidence
from reciproca.core.identity import Role, console
from tests.building import signing as build
from tests.building.ceremony import Site, a_site

REASON = "decision 12 of the regulator"


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Two of three physicians have signed, and have their documents; P3 runs the system."""
    with a_site(tmp_path / "home", database_url) as made:
        for staff_id in ("P1", "P2"):
            build.signed(made.hospital, staff_id)
        made.hospital.seal()
        with made.hospital.installation.work(console(), made.hospital.place) as work:
            access.grant_role(work, email="p3@riverbend.example", role=Role.ADMINISTRATOR)
        yield made


def asked(site: Site, staff_id: str, path: str, **body: str) -> TestResponse:
    """What the API answers to a program of that person's."""
    with site.hospital.installation.work(console(), site.hospital.place) as work:
        made = access.create_token(work, email=f"{staff_id.lower()}@riverbend.example", scopes=["*"])
    headers = {"Authorization": f"Bearer {made.secret}"}
    client = site.app.test_client()
    return client.post(f"/api/v1{path}", json=body, headers=headers) if body else client.get(
        f"/api/v1{path}", headers=headers
    )  # fmt: skip


def test_the_person_goes_and_the_leaf_stays(site: Site) -> None:
    """Record, salt, name and files are gone; the ledger verifies and counts one erased; the other one is whole."""
    uid, evidence = _signature(site, "P1")
    before = site.leaves("evidence.erased")
    answer = asked(site, "P3", f"/signatures/{uid}/erasures", reason=REASON)
    site.hospital.seal()
    assert (answer.status_code, answer.json["name_as_signed"]) == (201, "")
    report = verify_ledger(site.hospital.installation)
    assert (report.ok, report.erased, site.leaves("evidence.erased") - before) == (True, 1, 1)
    with site.hospital.installation.work(console(), site.hospital.place, write=False) as work:
        row = work.session.get_one(SignatureEvidence, evidence)
        kept = list(work.session.scalars(select(SealedDocument)))
    assert (row.salt, row.record, len(kept)) == (None, None, 1)
    files = {path.name for path in (site.hospital.installation.settings.home / FOLDER).iterdir()}
    assert files == {kept[0].pdf, kept[0].bundle}


def test_pages_say_so(site: Site) -> None:
    """The archive, the page of the signature and its downloads tell what happened, and promise nothing."""
    uid, _evidence = _signature(site, "P1")
    asked(site, "P3", f"/signatures/{uid}/erasures", reason=REASON)
    site.hospital.seal()
    browser = site.browser("P1")
    for path in ("/archive", f"/sign/{site.hospital.requests['P1']}/done", f"/documents/{uid}.pdf"):
        answer = browser.get(path)
        assert "erased because the law asks for it" in answer.text
        assert "is being made" not in answer.text
    assert browser.get(f"/documents/{uid}.zip").status_code == 404
    assert "erased" not in site.browser("P2").get("/archive").text
    assert asked(site, "P1", f"/signatures/{uid}").json["record"] is None


@pytest.mark.parametrize(("who", "status"), [("P1", 403), ("P2", 403), ("C1", 403)])
def test_only_administrators_erase(site: Site, who: str, status: int) -> None:
    """Neither the signer nor who signs for the organisation: it is a decision with a reason, not a wish."""
    uid, _evidence = _signature(site, "P1")
    assert asked(site, who, f"/signatures/{uid}/erasures", reason=REASON).status_code == status
    assert verify_ledger(site.hospital.installation).erased == 0


def test_what_can_not_be_erased_changes_nothing(site: Site) -> None:
    """Twice, without a reason, nothing there, or the organisation's own signature."""
    uid, _evidence = _signature(site, "P1")
    (theirs,) = build.organisation_signed(site.hospital)
    refused = [
        asked(site, "P3", f"/signatures/{uid}/erasures", reason="  ").status_code,
        asked(site, "P3", "/signatures/none/erasures", reason=REASON).status_code,
        asked(site, "P3", f"/signatures/{theirs}/erasures", reason=REASON).status_code,
    ]
    assert refused == [422, 404, 422]
    assert verify_ledger(site.hospital.installation).erased == 0
    asked(site, "P3", f"/signatures/{uid}/erasures", reason=REASON)
    assert asked(site, "P3", f"/signatures/{uid}/erasures", reason=REASON).status_code == 409
    assert verify_ledger(site.hospital.installation).erased == 1


def _signature(site: Site, staff_id: str) -> tuple[str, str]:
    name = build.NAMES[int(staff_id[1:]) - 1]
    with site.hospital.installation.work(console(), site.hospital.place, write=False) as work:
        row = work.session.scalars(select(Signature).filter_by(name_as_signed=name, role="physician")).one()
        return row.uid, row.evidence_uid
