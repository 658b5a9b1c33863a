"""The authority is down, the certificate has ended: signing goes on, the document says what it has, and catches up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.signing.gathering import FOLDER
from reciproca.compacts.signing.queries.waiting import unsealed, unstamped
from reciproca.compacts.signing.tables import SealedDocument
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.core.clock import FixedClock
from reciproca.core.identity import system
from reciproca.core.keys import Keys, renew_seal
from reciproca.core.outbox import try_again
from tests.building import signing as build
from tests.building.authority import StampAuthority, a_stamp_authority, root_file
from tests.building.house import BEGINNING, an_installation
from tests.building.signing import Hospital


@pytest.fixture
def authority() -> Iterator[StampAuthority]:
    """An authority whose clock is the hospital's."""
    with a_stamp_authority(clock=FixedClock(BEGINNING)) as made:
        yield made


@pytest.fixture
def hospital(tmp_path: Path, database_url: str, authority: StampAuthority) -> Iterator[Hospital]:
    """A hospital that has every seal stamped."""
    home = tmp_path / "home"
    made = an_installation(home, database_url, authority.clock)
    settings = replace(
        made.settings, timestamp_url=authority.url, timestamp_root=root_file(tmp_path, authority)
    )
    yield build.a_hospital(replace(made, settings=settings), physicians=1)
    made.database.dispose()


def asking(hospital: Hospital, url: str) -> Hospital:
    """The same hospital, whose authority is at `url`."""
    settings = replace(hospital.installation.settings, timestamp_url=url)
    return replace(hospital, installation=replace(hospital.installation, settings=settings))


def the_document(hospital: Hospital) -> SealedDocument:
    """The one document on record."""
    with hospital.installation.work(system("test"), hospital.place, write=False) as work:
        return work.session.scalars(select(SealedDocument)).one()


def counts(hospital: Hospital) -> tuple[int, int]:
    """How many documents wait for their seal, and for their stamp."""
    with hospital.installation.database.transaction(write=False) as session:
        return len(unsealed(session)), unstamped(session)


def stamp_in_file(hospital: Hospital, authority: StampAuthority) -> str | None:
    """What our verifier says of the file's stamp; the file must be intact."""
    home = hospital.installation.settings.home
    path = home / FOLDER / the_document(hospital).pdf
    now = hospital.installation.clock.now() + timedelta(minutes=1)
    verdict = verify_file(path, (home / "keys" / "root.pem").read_bytes(), authority.root, now)
    assert verdict.verdict == "intact"
    return verdict.stamp.at if verdict.stamp else None


@pytest.mark.parametrize(
    "wrong",
    [{"mood": "garbage"}, {"mood": "nonce"}, {"ahead": timedelta(hours=1)}, {"url": "http://127.0.0.1:9/"}],
)
def test_a_stamp_that_is_not_to_be_had_is_caught_up(
    hospital: Hospital, authority: StampAuthority, wrong: dict[str, object]
) -> None:
    """The document is there at once and says what it lacks; with the authority's next good hour it has its stamp."""
    right = authority.url
    for name, value in wrong.items():
        if name != "url":
            setattr(authority, name, value)
    if "url" in wrong:
        hospital = asking(hospital, str(wrong["url"]))
    build.signed(hospital, "P1")
    hospital.seal()
    first = the_document(hospital)
    assert (first.detail["level"], bool(first.detail["pending"])) == ("B-B", True)
    assert stamp_in_file(hospital, authority) is None
    assert counts(hospital) == (0, 1)
    hospital.installation.clock.advance(timedelta(minutes=2))
    hospital.seal()
    assert the_document(hospital).pdf_sha256 == first.pdf_sha256, "nothing better: the first one stays"
    authority.mood, authority.ahead = "honest", timedelta(0)
    hospital = asking(hospital, right)
    hospital.installation.clock.advance(timedelta(hours=1))
    hospital.seal()
    again = the_document(hospital)
    assert again.detail["level"] == "B-T"
    assert stamp_in_file(hospital, authority) == again.detail["stamped_at"]
    assert counts(hospital) == (0, 0)
    assert {path.name for path in (hospital.installation.settings.home / FOLDER).iterdir()} == {
        again.pdf,
        again.bundle,
    }


def test_an_ended_certificate_stops_no_signature(hospital: Hospital, authority: StampAuthority) -> None:
    """The seal is refused and shown; after the renewal every document is sealed, under the same root."""
    build.signed(hospital, "P1")
    installation, ends = hospital.installation, hospital.installation.keys.seal.not_valid_after_utc
    installation.clock.move_to(ends + timedelta(days=1))
    hospital.seal()
    with installation.database.transaction(write=False) as session:
        (job,) = unsealed(session)
    assert "not valid" in str(job.failure)
    renew_seal(installation.settings.keys_folder, installation.clock)
    renewed = replace(installation, keys=Keys.load(installation.settings.keys_folder))
    assert renewed.keys.seal.not_valid_after_utc > ends
    assert try_again(renewed) == 0, "it is still being tried"
    installation.clock.advance(timedelta(days=1))
    replace(hospital, installation=renewed).seal()
    assert counts(hospital) == (0, 0)
    assert stamp_in_file(hospital, authority)
