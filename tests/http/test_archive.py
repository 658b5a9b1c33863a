"""One's own archive: everything that one has signed, for good, and nobody else's."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update

from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.people.tables import Appointment
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.core.identity import system
from tests.building import drafting
from tests.building import signing as build
from tests.building.ceremony import Site, a_site


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians who are asked to sign what is in force."""
    with a_site(tmp_path / "home", database_url) as made:
        yield made


def members(site: Site, staff_id: str) -> dict[str, bytes]:
    """The files of somebody's archive."""
    answer = site.browser(staff_id).get("/documents/archive.zip")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_stays_when_the_text_is_replaced_and_after_leaving(site: Site, tmp_path: Path) -> None:
    """The page names the version and what became of it; each bundle of the one file proves itself."""
    uid = build.signed(site.hospital, "P1")
    site.hospital.seal()
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        old = work.session.scalars(select(Version)).one()
        drafting.in_force(work, drafting.next_version(work, old))
        work.session.execute(update(Appointment).values(ends=date(2026, 8, 31)))
    page = site.browser("P1").get("/archive").text
    assert f"/documents/{uid}.pdf" in page
    assert "Replaced" in page
    assert f"/versions/{site.hospital.version}/since-you-signed" in page
    (name, data), *others = members(site, "P1").items()
    assert others == []
    assert name == f"2026-09-01-version-1-{uid}.zip"
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(data)
    root = (site.hospital.installation.settings.keys_folder / "root.pem").read_bytes()
    assert verify_file(bundle, root).exit_code == 0


def test_it_holds_nobody_else_s(site: Site) -> None:
    """What another signed isn't in it; what is still being made is told, and left out of the file."""
    build.signed(site.hospital, "P1")
    mine = build.signed(site.hospital, "P2")
    page = site.browser("P2").get("/archive").text
    assert "is being made" in page
    assert members(site, "P2") == {}
    site.hospital.seal()
    assert list(members(site, "P2")) == [f"2026-09-01-version-1-{mine}.zip"]
    assert members(site, "P3") == {}
    assert "You have signed nothing yet" in site.browser("P3").get("/archive").text


def test_it_asks_for_an_account(site: Site) -> None:
    """Whoever isn't signed in is sent to do so."""
    assert site.app.test_client().get("/archive").status_code in {302, 303}
    assert site.app.test_client().get("/documents/archive.zip").status_code in {302, 303, 401}
