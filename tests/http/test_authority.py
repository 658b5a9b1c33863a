"""By what somebody signs for the organisation, and until when: on record, and no longer than that."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from reciproca.compacts.access import actions as access
from reciproca.compacts.signing.tables import Signature
from reciproca.core.errors import Conflict, Invalid
from reciproca.core.identity import Role, system
from tests.building import signing as build
from tests.building.access import Browser
from tests.building.ceremony import Site, a_site, form

CHIEF, BASIS, LAST = "c1@riverbend.example", "By-law 3.1, board resolution of 4 March", date(2026, 9, 5)


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """C1 may sign for the organisation by a by-law, until September 5."""
    with a_site(tmp_path / "home", database_url) as made:
        _granted(made, basis=BASIS, until=LAST)
        yield made


def _granted(site: Site, **how: object) -> None:
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        access.grant_role(work, email=CHIEF, role=Role.SIGNATORY, **how)  # type: ignore[arg-type]  # basis and until


def _address(site: Site) -> str:
    return f"/versions/{site.hospital.version}/organisation-signature"


def _signs(site: Site, browser: Browser) -> int:
    sent = form(browser.get(_address(site)), name="Carla Chief")
    del sent["consent"]
    return browser.post(_address(site), **sent).status_code


def test_the_record_names_by_what_the_organisation_signed(site: Site) -> None:
    """As the page says before; on its day and no later."""
    chief = site.browser("C1")
    page = chief.get(_address(site)).text
    assert f"You sign by: {BASIS}" in page
    assert chief.post(f"{_address(site)}/open", locale="en").status_code == 303
    assert _signs(site, chief) == 303
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        signature = work.session.query(Signature.uid).filter_by(role="organisation").one()
        record = build.evidence(work, signature.uid)
    assert record["authority"] == {
        "role": "signatory",
        "basis": BASIS,
        "granted_at": "2026-09-01T14:00:00.000000Z",
        "ends_at": "2026-09-06T04:00:00.000000Z",  # the end of the day in Toronto
    }


def test_when_it_is_over_nobody_signs_by_it(site: Site) -> None:
    """Not with a page that was opened before either; a new grant makes it possible again."""
    chief = site.browser("C1")
    assert chief.post(f"{_address(site)}/open", locale="en").status_code == 303
    page = chief.get(_address(site))
    site.clock.advance(timedelta(hours=1))
    held = form(page, name="Carla Chief")
    del held["consent"]
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        access.withdraw_role(work, email=CHIEF, role=Role.SIGNATORY)
    assert chief.post(_address(site), **held).status_code == 403
    _granted(site, basis=BASIS, until=LAST)
    site.clock.advance(timedelta(days=5))
    late = site.browser("C1")
    assert late.get(_address(site)).status_code == 403
    assert late.post(_address(site), **held).status_code == 403
    assert site.count(of=Signature) == 0
    _granted(site, basis="Delegated by Xavier Executive", until=date(2026, 12, 31))
    assert late.post(f"{_address(site)}/open", locale="en").status_code == 303
    assert _signs(site, late) == 303


def test_a_grant_can_be_renewed_but_not_into_the_past(site: Site) -> None:
    """The same once more changes nothing; another basis or day replaces it, and the ledger has both."""
    before = site.leaves("right.granted")
    with pytest.raises(Conflict):
        _granted(site, basis=BASIS, until=LAST)
    with pytest.raises(Invalid):
        _granted(site, basis=BASIS, until=date(2026, 8, 31))
    _granted(site, basis=BASIS)
    assert site.leaves("right.granted") == before + 1
