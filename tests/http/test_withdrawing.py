"""A signer takes a signature back: a new act that leaves the old one as it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.people.tables import Person
from reciproca.compacts.signing.queries.recorded import check_signatures
from reciproca.compacts.signing.rules.codes import code_of
from reciproca.compacts.signing.tables import RequestState, SealedDocument, Signature
from reciproca.core.identity import system
from tests.building import signing as build
from tests.building.access import Browser
from tests.building.ceremony import Site, a_site, path


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """P1 has signed, and has the document."""
    with a_site(tmp_path / "home", database_url) as made:
        build.signed(made.hospital, "P1")
        made.hospital.seal()
        yield made


def _signature(site: Site) -> Signature:
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        return work.session.scalars(select(Signature)).one()


def test_a_signature_is_withdrawn_once_and_stays_on_record(site: Site) -> None:
    """By the signer, with their password; the document is still theirs, and its code says what happened."""
    me = site.browser("P1")
    assert "Withdraw my signature" in me.get(f"{path(site)}/withdraw").text
    assert me.post(f"{path(site)}/withdraw", password="wrong horse").status_code == 422
    assert me.post(f"{path(site)}/withdraw").status_code == 422
    assert (site.state("P1"), site.leaves("signature.withdrawn")) == (RequestState.SIGNED, 0)
    done = me.post(f"{path(site)}/withdraw", password=build.PASSWORD, reason="I move to another hospital.")
    assert (done.status_code, done.location) == (303, f"{path(site)}/done")
    assert (site.state("P1"), site.leaves("signature.withdrawn")) == (RequestState.WITHDRAWN, 1)
    assert "You have withdrawn" in me.get(f"{path(site)}/done").text
    assert "You withdrew this signature" in me.get("/archive").text
    row = _signature(site)
    assert me.get(f"/documents/{row.uid}.pdf").status_code == 200
    assert "was withdrawn on" in Browser(site.app).get(f"/verify?code={code_of(row.record_sha256)}").text
    assert me.post(f"{path(site)}/withdraw", password=build.PASSWORD).status_code == 409
    assert me.get(f"{path(site)}/withdraw").location == f"{path(site)}/done"
    assert (site.leaves("signature.withdrawn"), site.count(of=SealedDocument)) == (1, 1)


def test_both_sides_are_told_and_nobody_is_named(site: Site) -> None:
    """The signer gets a receipt; the organisation's co-sponsor learns that somebody withdrew."""
    site.browser("P1").post(f"{path(site)}/withdraw", password=build.PASSWORD)
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        told = work.session.execute(
            select(Person.staff_id, Notice.data)
            .join(Person, Person.id == Notice.person_id)
            .where(Notice.kind == "message")
        ).all()
        mine, theirs = sorted(told, key=lambda row: str(row.staff_id))
    assert (mine.staff_id, theirs.staff_id) == ("P1", "X1")
    assert "Anna" not in str(theirs.data)


def test_nobody_withdraws_anothers_signature(site: Site) -> None:
    """Nor one that was never given."""
    for staff_id in ("P2", "S1"):
        answer = site.browser(staff_id).post(f"{path(site)}/withdraw", password=build.PASSWORD)
        assert answer.status_code == 404
    own = site.browser("P2").post(f"{path(site, 'P2')}/withdraw", password=build.PASSWORD)
    assert own.status_code == 409
    assert site.state("P1") is RequestState.SIGNED


def test_a_withdrawal_that_nobody_recorded_is_found(site: Site) -> None:
    """Whoever writes one into the database, or takes one out, is found out by the ledger's verification."""
    site.browser("P1").post(f"{path(site)}/withdraw", password=build.PASSWORD)
    forged = "UPDATE signature SET withdrawn_at = NULL", "UPDATE signature SET withdrawal_uid = NULL"
    home = site.hospital.installation
    with home.work(system("test"), site.hospital.place) as work:
        assert list(check_signatures(work.session)) == []
        for statement in forged:
            with work.session.begin_nested() as attempt:
                work.session.execute(text(statement))
                work.session.expire_all()
                assert len(list(check_signatures(work.session))) == 1
                attempt.rollback()
