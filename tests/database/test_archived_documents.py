"""Archive stamps by the scheduler: made soon after the seal, renewed in time, and waited for by nobody."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from reciproca.command_line import command_line
from reciproca.compacts.signing.gathering import FOLDER
from reciproca.compacts.signing.queries.waiting import archives, unarchived
from reciproca.compacts.signing.tables import SealedDocument
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.compacts.signing.verification.report import Stamp
from reciproca.core.canonical import sha256
from reciproca.core.clock import FixedClock
from reciproca.core.identity import system
from reciproca.core.keys import Keys, renew_seal
from reciproca.doctor import Finding, examine
from reciproca.scheduler.due import run_due
from tests.building import signing as build
from tests.building.authority import StampAuthority, a_stamp_authority, root_file
from tests.building.house import BEGINNING, an_installation
from tests.building.invariants import broken
from tests.building.signing import Hospital

YEAR = timedelta(days=365)


@pytest.fixture
def authority() -> Iterator[StampAuthority]:
    """An authority whose clock is the hospital's."""
    with a_stamp_authority(clock=FixedClock(BEGINNING)) as made:
        yield made


@pytest.fixture
def hospital(tmp_path: Path, database_url: str, authority: StampAuthority) -> Iterator[Hospital]:
    """A hospital that wants archive stamps, and two of whose physicians have signed."""
    home = tmp_path / "home"
    made = an_installation(home, database_url, authority.clock)
    root = root_file(tmp_path, authority)
    settings = replace(made.settings, timestamp_url=authority.url, timestamp_root=root, archive_stamps="1")
    hospital = build.a_hospital(replace(made, settings=settings), physicians=2)
    for staff_id in ("P1", "P2"):
        build.signed(hospital, staff_id)
    yield hospital
    made.database.dispose()


def tick(hospital: Hospital) -> int:
    """What the scheduler does at the clock's time: how many archive stamps were asked for."""
    asked = run_due(hospital.installation, hospital.place)
    assert asked["failed"] == 0
    hospital.seal()
    return asked["archive_stamps"]


def documents(hospital: Hospital) -> list[SealedDocument]:
    """The documents on record."""
    with hospital.installation.work(system("test"), hospital.place, write=False) as work:
        return list(work.session.scalars(select(SealedDocument).order_by(SealedDocument.id)))


def stamps(hospital: Hospital, authority: StampAuthority) -> list[Stamp | None]:
    """What our verifier says of the stamps in every PDF and bundle; all must be intact."""
    home, now = hospital.installation.settings.home, hospital.installation.clock.now()
    root = (home / "keys" / "root.pem").read_bytes()
    names = [name for one in documents(hospital) for name in (one.pdf, one.bundle)]
    found = [verify_file(home / FOLDER / name, root, authority.root, now) for name in names]
    assert {one.verdict for one in found} == {"intact"}
    return [one.stamp for one in found]


def listed(hospital: Hospital) -> list[dict[str, str]]:
    """What `documents waiting --json` says of archive stamps."""
    settings = hospital.installation.settings
    environ = {"RECIPROCA_DATABASE_URL": settings.database_url, "RECIPROCA_LOG_LEVEL": "error"}
    asked = ["--home", str(settings.home), "documents", "waiting", "--json"]
    run = CliRunner().invoke(command_line(environ), asked)
    found: list[dict[str, str]] = json.loads(run.stdout)["unarchived"]
    return found


def archive_finding(hospital: Hospital) -> Finding:
    """What `doctor` says of archive stamps."""
    (found,) = [one for one in examine(hospital.installation) if one.name == "archives"]
    return found


def test_documents_are_archived_after_their_seal_and_renewed_each_year(
    hospital: Hospital, authority: StampAuthority
) -> None:
    """Once each time, however often the scheduler looks; every revision's SHA-256 is kept, and the files with it."""
    hospital.seal()
    sealed = documents(hospital)
    assert {one.detail["level"] for one in sealed} == {"B-T"}
    assert [tick(hospital) for _again in range(3)] == [2, 0, 0]
    first = documents(hospital)
    assert {one and one.level for one in stamps(hospital, authority)} == {"B-LTA"}
    hospital.installation.clock.advance(YEAR - timedelta(days=1))
    assert tick(hospital) == 0
    hospital.installation.clock.advance(timedelta(days=1))
    assert [tick(hospital) for _again in range(2)] == [2, 0]
    renewed = documents(hospital)
    folder = hospital.installation.settings.home / FOLDER
    for old, middle, new in zip(sealed, first, renewed, strict=True):
        assert new.detail["revisions"] == [old.pdf_sha256, middle.pdf_sha256, new.pdf_sha256]
        data = (folder / new.pdf).read_bytes()
        assert old.pdf_sha256 in {sha256(data[:size]) for size in _ends(data)}
    at = hospital.installation.clock.now().isoformat()
    assert {one and one.renewed_at for one in stamps(hospital, authority)} == {at}
    assert broken(hospital.installation) == []
    assert archive_finding(hospital).ok


def _ends(data: bytes) -> list[int]:
    """Where revisions of a PDF end."""
    mark = b"%%EOF\n"
    return [place + len(mark) for place in range(len(data)) if data.startswith(mark, place)]


@pytest.mark.parametrize("mood", ["listless", "garbage", "withdrawn"])
def test_a_stamp_that_is_not_to_be_had_is_listed_and_caught_up(
    hospital: Hospital, authority: StampAuthority, mood: str
) -> None:
    """The document stays as it is; the failure is listed, `doctor` says it, and one at a time is tried each hour."""
    hospital.seal()
    sealed = documents(hospital)
    authority.mood = mood
    assert tick(hospital) == 2
    assert [one.pdf for one in documents(hospital)] == [one.pdf for one in sealed]
    with hospital.installation.database.transaction(write=False) as session:
        assert len(unarchived(session)) == 2
    waiting = listed(hospital)
    assert [one["state"] for one in waiting] == ["archive stamp"] * 2
    assert all("NoStamp" in one["failure"] and one["next_try"] for one in waiting)
    finding = archive_finding(hospital)
    assert (finding.ok, "2 not stamped when due: NoStamp" in finding.said) == (False, True)
    assert tick(hospital) == 0
    hospital.installation.clock.advance(timedelta(hours=1))
    assert [tick(hospital) for _again in range(3)] == [1, 1, 0]
    authority.mood = "honest"
    hospital.installation.clock.advance(timedelta(hours=1))
    assert [tick(hospital) for _again in range(3)] == [1, 1, 0]
    assert {one and one.level for one in stamps(hospital, authority)} == {"B-LTA"}
    assert archive_finding(hospital).ok
    assert broken(hospital.installation) == []


def test_doctor_warns_before_the_authority_s_certificate_ends(
    hospital: Hospital, authority: StampAuthority
) -> None:
    """A month before, and when it is too late; then nothing more is asked for, and the document is still intact."""
    hospital.seal()
    tick(hospital)
    until = documents(hospital)[0].archive_until
    assert until
    authority.mood = "garbage"
    for before, words in (
        (timedelta(days=31), ""),
        (timedelta(days=29), "2 end within"),
        (timedelta(0), "2 have ended"),
    ):
        hospital.installation.clock.move_to(until - before)
        finding = archive_finding(hospital)
        assert (finding.ok, words in finding.said) == (not words, True)
    hospital.installation.clock.advance(timedelta(seconds=1))
    assert tick(hospital) == 2
    hospital.installation.clock.advance(timedelta(days=1))
    assert tick(hospital) == 0
    assert len(stamps(hospital, authority)) == 4


def test_a_new_seal_key_keeps_bundles_as_they_were(hospital: Hospital, authority: StampAuthority) -> None:
    """The PDF is renewed; the bundle, which only the old key could vouch for, is as it was, and both are intact."""
    hospital.seal()
    tick(hospital)
    installation = hospital.installation
    folder = installation.settings.home / FOLDER
    bundles = [(folder / one.bundle).read_bytes() for one in documents(hospital)]
    installation.clock.advance(YEAR)
    renew_seal(installation.settings.keys_folder, installation.clock)
    renewed = replace(
        hospital, installation=replace(installation, keys=Keys.load(installation.settings.keys_folder))
    )
    assert tick(renewed) == 2
    found = stamps(renewed, authority)
    assert [one and one.renewed_at != one.at for one in found] == [True, False] * 2
    assert [(folder / one.bundle).read_bytes() for one in documents(hospital)] == bundles
    assert len(list(folder.iterdir())) == 4


@pytest.mark.parametrize("wrong", [{"archive_stamps": "yes"}, {"timestamp_url": ""}])
def test_a_wrong_setting_is_doctor_s_finding(hospital: Hospital, wrong: dict[str, str]) -> None:
    """Archive stamps need an authority, and are asked for by 1: anything else is said at once."""
    installation = hospital.installation
    wrongly = replace(installation, settings=replace(installation.settings, **wrong))
    (found,) = [one for one in examine(wrongly) if one.name == "archive_stamps"]
    assert (found.ok, "RECIPROCA_ARCHIVE_STAMPS is set" in found.said) == (False, True)


def test_nothing_is_archived_unless_it_is_asked_for(hospital: Hospital) -> None:
    """Without the setting; and a document without a time stamp is left as it is, for good."""
    hospital.seal()
    installation = hospital.installation
    without = replace(installation, settings=replace(installation.settings, archive_stamps=""))
    assert tick(replace(hospital, installation=without)) == 0
    with installation.work(system("test"), hospital.place) as work:
        for document in work.session.scalars(select(SealedDocument)):
            assert document.archive_due_at
    with installation.database.transaction(write=False) as session:
        assert archives(session, installation.clock.now()).kept == 0
