"""A version that should never have stood: both sides declare it void, and from then on nothing of it works."""

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select

from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.tables import Person
from reciproca.compacts.signing.rules.codes import code_of
from reciproca.compacts.signing.tables import Campaign, Ceremony, RequestState, Signature
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.core.identity import system
from tests.building import signing as build
from tests.building.access import Browser
from tests.building.ceremony import Site, a_site, form, opened, path
from tests.documents.verapdf import findings

WHY = "The <annex> that it names was never adopted."


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """P1 has signed, and has the document."""
    with a_site(tmp_path / "home", database_url) as made:
        build.signed(made.hospital, "P1")
        made.hospital.seal()
        yield made


def _say(site: Site, staff_id: str, reason: str = WHY) -> int:
    sent = site.browser(staff_id).post(
        f"/versions/{site.hospital.version}/accords", matter="void", reason=reason
    )
    return sent.status_code


def _void(site: Site) -> None:
    assert [_say(site, staff_id) for staff_id in ("X1", "Y1")] == [303, 303]


def _one(site: Site, of: type) -> object:  # type: ignore[type-arg]  # any table
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        return work.session.scalars(select(of)).one()


def test_it_takes_both_sides_and_a_reason(site: Site) -> None:
    """One side's word changes nothing; without a reason there is none; afterwards there is no way back."""
    assert _say(site, "X1", reason=" ") == 422
    assert _say(site, "X1") == 303
    assert "In force" in site.browser("P2").get(f"/versions/{site.hospital.version}").text
    assert _say(site, "Y1", reason="") == 422
    assert _say(site, "Y1", reason="We agree.") == 303
    page = site.browser("P2").get(f"/versions/{site.hospital.version}").text
    assert "The &lt;annex&gt; that it names was never adopted." in page
    assert "We agree." in page
    assert site.leaves("version.void") == 1
    for matter in ("void", "resume", "retire", "suspend"):
        sent = site.browser("X1").post(
            f"/versions/{site.hospital.version}/accords", matter=matter, reason="No."
        )
        assert sent.status_code == 409


def test_every_link_and_every_reminder_stops_at_once(site: Site) -> None:
    """A page that was open signs nothing, nobody is asked or reminded any more, and the organisation signs nothing."""
    me = site.browser("P2")
    page = opened(site, me, "P2")
    _void(site)
    late = me.post(f"{path(site, 'P2')}", **form(page, "P2"))
    assert late.status_code == 409
    assert me.post(f"{path(site, 'P2')}/open", locale="en").status_code == 409
    assert (site.state("P1"), site.state("P2")) == (RequestState.SIGNED, RequestState.CANCELLED)
    assert site.count(of=Signature) == 1
    assert site.count(Obligation.state == "open", of=Obligation) == 0
    assert site.count(Campaign.state == "closed", of=Campaign) == 1
    before = site.count(of=Ceremony)
    chief = site.browser("C1")
    assert (
        chief.post(f"/versions/{site.hospital.version}/organisation-signature/open", locale="en").status_code
        >= 400
    )
    assert site.count(of=Ceremony) == before


def test_who_signed_is_told_and_every_copy_is_marked(site: Site, tmp_path: Path) -> None:
    """Only they are told; their sealed document stays what it is, and beside it stands a copy with the mark."""
    _void(site)
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        told = select(Person.staff_id).join(Notice, Notice.person_id == Person.id)
        assert list(work.session.scalars(told.where(Notice.kind == "message"))) == ["P1"]
        signature = work.session.scalars(select(Signature)).one()
    me = site.browser("P1")
    assert "declared this version void" in me.get("/archive").text
    sealed = tmp_path / "sealed.pdf"
    sealed.write_bytes(me.get(f"/documents/{signature.uid}.pdf").data)
    root = site.hospital.installation.keys.root.public_bytes(Encoding.PEM)
    assert verify_file(sealed, root).verdict == "intact"
    copies = {
        "signed": me.get(f"/documents/{signature.uid}-void.pdf"),
        "reading": me.get(f"/versions/{site.hospital.version}/reading.pdf?lang=en"),
        "form": me.get(f"/versions/{site.hospital.version}/form.pdf?lang=fr"),
    }
    files = []
    for name, answer in copies.items():
        assert answer.status_code == 200
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(answer.data)
        with pikepdf.open(io.BytesIO(answer.data)) as document:
            assert all("/ReciprocaVoid" in page.resources.XObject for page in document.pages)
            assert "/AcroForm" not in document.Root
    assert {verdict: wrong for verdict, wrong in findings(files).items() if wrong} == {}
    code = code_of(signature.record_sha256)
    assert "Void: both sides have declared" in Browser(site.app).get(f"/verify?code={code}").text
    for staff_id in ("P2", "S1", "X1"):
        assert site.browser(staff_id).get(f"/documents/{signature.uid}-void.pdf").status_code == 404


def test_what_is_not_void_has_no_marked_copy(site: Site) -> None:
    """Nobody gets a paper that says of a version in force that it binds nobody."""
    signature = _one(site, Signature)
    assert isinstance(signature, Signature)
    assert site.browser("P1").get(f"/documents/{signature.uid}-void.pdf").status_code == 404
    reading = site.browser("P1").get(f"/versions/{site.hospital.version}/reading.pdf?lang=en")
    with pikepdf.open(io.BytesIO(reading.data)) as document:
        assert not any("/ReciprocaVoid" in page.resources.get("/XObject", {}) for page in document.pages)
