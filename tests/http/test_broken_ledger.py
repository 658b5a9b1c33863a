"""A ledger that doesn't verify is read-only: nobody signs or decides over it, everybody reads, and it mends."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from reciproca.compacts.access import actions as access
from reciproca.compacts.proving.verifying import check_at_start, check_ledger, check_when_due
from reciproca.compacts.signing.tables import SealedDocument, Signature
from reciproca.core.db import Base
from reciproca.core.identity import Role, console
from reciproca.core.ledger import guards, health
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.core.outbox import OutboxItem, drain_all
from reciproca.doctor import examine
from tests.building import signing as build
from tests.building.ceremony import Site, a_site, form, opened, path

CHANGE = "UPDATE signature_evidence SET record = '{}' || record"
MEND = "UPDATE signature_evidence SET record = substr(record, 3)"
CUT = "DELETE FROM ledger_checkpoint WHERE size = (SELECT max(size) FROM ledger_checkpoint)"


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians who are asked to sign; the first has."""
    with a_site(tmp_path / "home", database_url) as made:
        build.signed(made.hospital, "P1")
        yield made


def tampered(site: Site, statement: str) -> None:
    """Run `statement` as whoever holds the database can."""
    with site.hospital.installation.database.engine.begin() as connection:
        _no_guards(connection)
        connection.execute(text(statement))


def test_nobody_signs_over_a_broken_ledger(site: Site) -> None:
    """The verification finds the change; the signature is refused in calm words and leaves nothing; pages are read."""
    browser = site.browser("P2")
    page = opened(site, browser, "P2")
    tampered(site, CHANGE)
    assert not check_ledger(site.hospital.installation).ok
    before = (site.count(of=LedgerLeaf), site.count(of=Signature))
    answer = browser.post(path(site, "P2"), **form(page, "P2"))
    assert answer.status_code == 503
    assert "nothing can be signed" in answer.text
    assert "Nothing was changed" in answer.text
    assert (site.count(of=LedgerLeaf), site.count(of=Signature)) == before
    for read in ("/", "/archive", path(site, "P2"), "/compacts"):
        assert browser.get(read).status_code == 200


def test_it_can_be_signed_again_once_it_verifies(site: Site) -> None:
    """The last good state is put back, a verification says so, and the same open page signs."""
    browser = site.browser("P2")
    page = opened(site, browser, "P2")
    tampered(site, CHANGE)
    check_ledger(site.hospital.installation)
    tampered(site, MEND)
    assert browser.post(path(site, "P2"), **form(page, "P2")).status_code == 503
    assert check_ledger(site.hospital.installation).ok
    assert browser.post(path(site, "P2"), **form(page, "P2")).status_code == 303


def test_nothing_is_sealed_meanwhile_and_all_is_afterwards(site: Site) -> None:
    """The document of a signature that was given before waits until the ledger verifies, without being asked twice."""
    tampered(site, CHANGE)
    check_ledger(site.hospital.installation)
    for _try in range(12):
        site.clock.advance(timedelta(hours=12))
        drain_all(site.hospital.installation, build.HANDLERS)
    assert site.count(of=SealedDocument) == 0
    assert site.count(OutboxItem.state == "failed", of=OutboxItem) > 0
    tampered(site, MEND)
    check_ledger(site.hospital.installation)
    drain_all(site.hospital.installation, build.HANDLERS)
    assert site.count(of=SealedDocument) == 1


def test_no_side_decides_over_it(site: Site) -> None:
    """What else writes an act is refused as well: a new agreement, for one."""
    tampered(site, CHANGE)
    check_ledger(site.hospital.installation)
    with pytest.raises(health.LedgerBroken), site.hospital.installation.work(
        site.hospital.actor("S1", Role.STEWARD), site.hospital.place
    ) as work:  # fmt: skip
        work.act("anything.decided", about="x", record={})


def test_doctor_and_the_administrator_are_told(site: Site) -> None:
    """Those who can do something about it see it on every page and from the command; others are not alarmed."""
    with site.hospital.installation.work(console(), site.hospital.place) as work:
        access.grant_role(work, email="p3@riverbend.example", role=Role.ADMINISTRATOR)
    pages = [site.browser(staff_id) for staff_id in ("P2", "P3")]
    assert _ledger_finding(site) is True
    assert ["doesn’t verify" in one.get("/").text for one in pages] == [False, False]
    tampered(site, CHANGE)
    check_ledger(site.hospital.installation)
    assert _ledger_finding(site) is False
    assert ["doesn’t verify" in one.get("/").text for one in pages] == [False, True]


def test_it_is_verified_every_day(site: Site) -> None:
    """The first look at once, the next a day later; a change in between is found by itself."""
    installation = site.hospital.installation
    assert (check_when_due(installation), check_when_due(installation)) == (True, False)
    tampered(site, CHANGE)
    site.clock.advance(timedelta(hours=25))
    assert check_when_due(installation)
    assert _ledger_finding(site) is False


def test_a_cut_end_is_seen_at_the_start(site: Site) -> None:
    """A glance at the end when the server starts: nobody signs first and finds out later."""
    check_at_start(site.hospital.installation)
    assert _ledger_finding(site) is True
    tampered(site, CUT)
    check_at_start(site.hospital.installation)
    assert _ledger_finding(site) is False


def _ledger_finding(site: Site) -> bool:
    return next(one.ok for one in examine(site.hospital.installation) if one.name == "ledger")


def _no_guards(connection: Connection) -> None:
    for table in Base.metadata.tables.values():
        if guards.GUARD in table.info:
            guards.remove(connection, table)


def test_reading_is_not_kept_waiting_by_a_verification(site: Site) -> None:
    """A verification that is still running keeps nobody from signing, and sees one moment."""
    with site.hospital.installation.database.transaction(write=False) as session:
        before = len(session.scalars(select(LedgerLeaf.idx)).all())
        build.signed(site.hospital, "P2")
        assert len(session.scalars(select(LedgerLeaf.idx)).all()) == before
