"""Documents are made after the act, once, whole, by whoever comes first; and again when the organisation has signed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select

from reciproca.compacts.signing.gathering import FOLDER, seal_document
from reciproca.compacts.signing.tables import SealedDocument
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.core.canonical import sha256
from reciproca.core.identity import system
from tests.building import signing as build
from tests.building.house import an_installation
from tests.building.signing import Hospital


@pytest.fixture
def hospital(tmp_path: Path, database_url: str) -> Iterator[Hospital]:
    """Two physicians who are asked to sign."""
    installation = an_installation(tmp_path / "home", database_url)
    yield build.a_hospital(installation, physicians=2)
    installation.database.dispose()


def documents(hospital: Hospital) -> list[SealedDocument]:
    """Every document that is on record."""
    with hospital.installation.work(system("test"), hospital.place, write=False) as work:
        return list(work.session.scalars(select(SealedDocument).order_by(SealedDocument.id)))


def files(hospital: Hospital) -> set[str]:
    """The names of the files in the home's documents."""
    return {path.name for path in (hospital.installation.settings.home / FOLDER).iterdir()}


def test_two_workers_make_one_document(hospital: Hospital) -> None:
    """Both render at the same time; one is kept, the other throws its own away, and the record fits the file."""
    build.signed(hospital, "P1")
    with hospital.installation.work(system("test"), hospital.place, write=False) as work:
        (item,) = build.waiting(work, "seal")
    at_once = Barrier(2)

    def worker(_number: int) -> None:
        at_once.wait()
        seal_document(hospital.installation, item)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(worker, range(2)))
    (document,) = documents(hospital)
    assert files(hospital) == {document.pdf, document.bundle}
    made = (hospital.installation.settings.home / FOLDER / document.pdf).read_bytes()
    assert sha256(made) == document.pdf_sha256


@pytest.mark.parametrize("mode", ["once", "each"])
def test_the_organisation_s_signature_makes_the_document_anew(
    tmp_path: Path, database_url: str, mode: str
) -> None:
    """Both parties stand in the new file; the old one is gone; no name of a person is in a name of a file."""
    installation = an_installation(tmp_path / "home", database_url)
    hospital = build.a_hospital(installation, physicians=2, organisation_signs=mode)
    signatures = [build.signed(hospital, "P1"), build.signed(hospital, "P2", "fr")]
    hospital.seal()
    before = files(hospital)
    assert [one.is_bound for one in documents(hospital)] == [False, False]
    build.organisation_signed(hospital, **({"signatures": signatures} if mode == "each" else {}))
    hospital.seal()
    found = documents(hospital)
    assert [one.is_bound for one in found] == [True, True]
    assert files(hospital) == {name for one in found for name in (one.pdf, one.bundle)}
    assert not files(hospital) & before
    root = (tmp_path / "home" / "keys" / "root.pem").read_bytes()
    for name in sorted(files(hospital)):
        verdict = verify_file(tmp_path / "home" / FOLDER / name, root)
        assert (verdict.verdict, [party.party for party in verdict.parties if party.name]) == (
            "intact",
            ["physician", "organisation"],
        )
        assert not any(part.lower() in name.lower() for part in ("Anna", "Roy", "Ben", "Côté"))
    installation.database.dispose()


def test_a_file_that_was_lost_is_made_again(hospital: Hospital) -> None:
    """The evidence is the signature: from it the document comes back, with the same words under a new seal."""
    uid = build.signed(hospital, "P1")
    hospital.seal()
    (document,) = documents(hospital)
    folder = hospital.installation.settings.home / FOLDER
    (folder / document.pdf).unlink()
    with hospital.installation.work(system("test"), hospital.place) as work:
        work.enqueue("seal", {"signature": uid})
    hospital.seal()
    (again,) = documents(hospital)
    assert (folder / again.pdf).is_file()
    assert (folder / again.bundle).is_file()


def test_a_signature_does_not_wait_for_its_document(hospital: Hospital) -> None:
    """The keys are gone, or the disk: signing goes on, the job is kept and tried again."""
    folder = hospital.installation.settings.home / FOLDER
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way")
    build.signed(hospital, "P1")
    hospital.seal()
    with hospital.installation.work(system("test"), hospital.place, write=False) as work:
        (item,) = build.waiting(work, "seal")
    assert (item.attempts, bool(item.failure)) == (1, True)
    assert documents(hospital) == []
