"""kill -9 before every statement of signing, withdrawing, checking a paper, the organisation's act (once, or a list of
records) and the sealing job: all or nothing, and what was killed can be done again."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from reciproca.compacts.drafting.actions import give_accord
from reciproca.compacts.drafting.tables import Matter
from reciproca.compacts.signing import actions
from reciproca.compacts.signing.actions.on_paper import record_papers
from reciproca.compacts.signing.gathering import FOLDER
from reciproca.compacts.signing.scans import Scan
from reciproca.compacts.signing.tables import Campaign, SealedDocument
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.core.clock import FixedClock
from reciproca.core.identity import Role, console, system
from reciproca.core.outbox import OutboxItem
from reciproca.scheduler.due import run_due
from tests.building import signing as build
from tests.building.authority import a_stamp_authority, root_file
from tests.building.house import BEGINNING, an_installation
from tests.building.invariants import broken
from tests.building.papers import a_scan
from tests.building.signing import Hospital
from tests.faults.killed import KILLED, counted

ROOT = Path(__file__).parents[2]
ON_BOTH = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)
"""On PostgreSQL in the long run alone: signing is tried there each time."""
ENOUGH = 400
"""No act here takes as many statements: the tries end by the act's own end."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The installation's folder."""
    return tmp_path / "home"


@pytest.fixture
def hospital(home: Path, database_url: str) -> Iterator[Hospital]:
    """Two physicians who are asked to sign."""
    installation = an_installation(home, database_url)
    yield build.a_hospital(installation, physicians=2)
    installation.database.dispose()


def tried(act: str, home: Path, url: str, *, tries: int = ENOUGH, **asked: Any) -> list[dict[str, Any]]:
    """What each try at `act` ended with and left, the last one alive unless there were too few `tries`."""
    command = [
        sys.executable,
        "-m",
        "tests.faults.killed",
        act,
        str(home),
        url,
        str(tries),
        json.dumps(asked),
    ]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert ended.returncode == 0, ended.stderr
    seen: list[dict[str, Any]] = json.loads(ended.stdout)
    return seen


def who(hospital: Hospital, staff_id: str) -> dict[str, Any]:
    """An actor, as the program takes it."""
    actor = hospital.actor(staff_id)
    return {
        "uid": actor.uid,
        "person_id": actor.person_id,
        "roles": sorted(Role(role).value for role in actor.roles),
    }


def all_or_nothing(seen: list[dict[str, Any]], before: dict[str, int]) -> dict[str, int]:
    """What the act left in the end; every killed try must have left nothing."""
    *killed, last = seen
    assert len(killed) > 10
    assert {each["ended"] for each in killed} == {KILLED}
    assert [each["counts"] for each in killed] == [before] * len(killed)
    assert last["ended"] == 0
    return {name: more for name, number in last["counts"].items() if (more := number - before[name])}


def test_a_signature_is_there_whole_or_not_at_all(hospital: Hospital, home: Path, database_url: str) -> None:
    """No crash leaves a signature without its evidence, leaf, receipt or document job, or one of these without it; the
    same form, sent again, signs once."""
    form = build.answers(hospital, "P1", **build.opened(hospital, "P1"))
    before = counted(hospital.installation)
    seen = tried("sign", home, database_url, who=who(hospital, "P1"), form=form)
    assert all_or_nothing(seen, before) == {
        "signature": 1,
        "signature_evidence": 1,
        "ledger_leaf": 1,
        "ledger_checkpoint": 1,
        "notice": 2,
        "outbox": 2,
        "signed": 1,
    }
    assert broken(hospital.installation) == []


@ON_BOTH
def test_a_signature_is_withdrawn_wholly_or_not_at_all(
    hospital: Hospital, home: Path, database_url: str
) -> None:
    """No crash leaves a request withdrawn whose signature stands, or one without its record in the ledger; the same
    word, given again, withdraws once."""
    build.signed(hospital, "P1")
    form = {"request_uid": hospital.requests["P1"], "password": build.PASSWORD, "reason": "I move away."}
    before = counted(hospital.installation)
    seen = tried("withdraw", home, database_url, who=who(hospital, "P1"), form=form)
    assert all_or_nothing(seen, before) == {
        "ledger_leaf": 1,
        "ledger_checkpoint": 1,
        "notice": 2,
        "outbox": 1,
        "signed": -1,
        "withdrawn": 1,
    }
    assert broken(hospital.installation) == []


@ON_BOTH
def test_a_paper_is_checked_wholly_or_not_at_all(hospital: Hospital, home: Path, database_url: str) -> None:
    """No crash leaves a paper that counts without its signature, or a signature whose paper still waits."""
    with hospital.installation.work(hospital.actor("S1"), hospital.place) as work:
        campaign = work.session.scalars(select(Campaign)).one()
        paper = {"scans": [Scan(staff_id="P1", data=a_scan())], "signed_on": work.today(), "locale": "en"}
        (scan,) = record_papers(work, campaign=campaign, **paper)
        form = {"uid": scan.uid, "revision": 1}
    before = counted(hospital.installation)
    seen = tried("paper", home, database_url, who=who(hospital, "Y1"), form=form)
    assert all_or_nothing(seen, before) == {
        "signature": 1,
        "signature_evidence": 1,
        "ledger_leaf": 1,
        "ledger_checkpoint": 1,
        "notice": 2,
        "outbox": 2,
        "signed": 1,
        "checked": 1,
    }
    assert broken(hospital.installation) == []


@ON_BOTH
def test_a_version_is_void_wholly_or_not_at_all(hospital: Hospital, home: Path, database_url: str) -> None:
    """No crash leaves a void version whose campaign still asks, or a campaign that ended without it; who signed is told
    once."""
    build.signed(hospital, "P1")
    form = {"version_uid": hospital.version, "reason": "The annex was never adopted."}
    with hospital.installation.work(hospital.actor("X1"), hospital.place) as work:
        give_accord(work, matter=Matter.VOID, **form)
    before = counted(hospital.installation)
    seen = tried("void", home, database_url, who=who(hospital, "Y1"), form=form)
    assert all_or_nothing(seen, before) == {
        "ledger_leaf": 4,  # the second word, the version, the campaign, and the one who hasn't answered
        "ledger_checkpoint": 1,
        "notice": 1,
        "outbox": 1,
        "void": 1,
        "cancelled": 1,
    }
    assert broken(hospital.installation) == []


@ON_BOTH
@pytest.mark.parametrize("mode", ["once", "each"])
def test_the_organisation_signs_wholly_or_not_at_all(home: Path, database_url: str, mode: str) -> None:
    """No crash leaves a countersignature without its record, and none touches the physicians' own."""
    installation = an_installation(home, database_url)
    hospital = build.a_hospital(installation, physicians=2, organisation_signs=mode)
    signatures = [build.signed(hospital, "P1"), build.signed(hospital, "P2")]
    with installation.work(hospital.actor("C1"), hospital.place) as work:
        page = actions.open_organisation_ceremony(work, version_uid=hospital.version, locale="en")
        form = {
            "version_uid": hospital.version,
            "nonce": page.nonce,
            "text_sha256": page.text_sha256,
            "name": "Carla Chief",
            "intent": True,
            "password": build.PASSWORD,
            "signatures": signatures if mode == "each" else [],
        }
    before = counted(installation)
    seen = tried("organisation", home, database_url, who=who(hospital, "C1"), form=form)
    number = 2 if mode == "each" else 1
    assert all_or_nothing(seen, before) == {
        "signature": number,
        "signature_evidence": number,
        "ledger_leaf": number,
        "ledger_checkpoint": 1,
        "notice": 2,
        "outbox": 4 if mode == "each" else 2,
    }
    assert broken(installation) == []
    installation.database.dispose()


@ON_BOTH
def test_a_document_survives_its_maker(hospital: Hospital, home: Path, database_url: str) -> None:
    """A sealing job that dies anywhere is done by the next worker: one record, whose files are there and intact. An
    erasure takes what the dead ones left, too."""
    uid = build.signed(hospital, "P1")
    _only_seal(hospital)
    *killed, last = tried("seal", home, database_url)
    assert len(killed) > 10
    assert {each["ended"] for each in killed} == {KILLED}
    assert last["ended"] == 0
    (document,) = _documents(hospital)
    assert document.pdf.startswith(uid)
    root = (home / "keys" / "root.pem").read_bytes()
    for name in (document.pdf, document.bundle):
        assert verify_file(home / FOLDER / name, root).verdict == "intact"
    left = broken(hospital.installation)  # files of makers that died, which no row knows of
    assert left
    assert all(one.startswith(f"document {uid}-") for one in left)
    with hospital.installation.work(console(), hospital.place) as work:
        actions.erase_evidence(work, signature_uid=uid, reason="Decision 12")
    hospital.seal()
    assert list((home / FOLDER).glob("*")) == []


@pytest.mark.deep
@ON_BOTH
def test_an_archive_stamp_survives_its_maker(hospital: Hospital, home: Path, database_url: str) -> None:
    """A job that dies anywhere leaves the document as it was, or with one more stamp; the next worker does the rest."""
    with a_stamp_authority(clock=FixedClock(BEGINNING)) as authority:
        wanted = {
            "timestamp_url": authority.url,
            "timestamp_root": root_file(home, authority),
            "archive_stamps": "1",
        }
        installation = hospital.installation
        stamping = replace(installation, settings=replace(installation.settings, **wanted))
        hospital = replace(hospital, installation=stamping)
        build.signed(hospital, "P1")
        hospital.seal()
        (sealed,) = _documents(hospital)
        assert run_due(stamping, hospital.place)["archive_stamps"] == 1
        *killed, last = tried("archive", home, database_url, settings=wanted)
    assert len(killed) > 5
    assert ({each["ended"] for each in killed}, last["ended"]) == ({KILLED}, 0)
    (document,) = _documents(hospital)
    assert document.detail["revisions"] == [sealed.pdf_sha256, document.pdf_sha256]
    verdict = verify_file(home / FOLDER / document.pdf, (home / "keys" / "root.pem").read_bytes())
    assert (verdict.verdict, verdict.stamp and verdict.stamp.level) == ("intact", "B-LTA")


def _documents(hospital: Hospital) -> list[SealedDocument]:
    with hospital.installation.work(system("test"), hospital.place, write=False) as work:
        return list(work.session.scalars(select(SealedDocument)))


def _only_seal(hospital: Hospital) -> None:
    """Leave nothing to do but the document."""
    with hospital.installation.work(system("test"), hospital.place) as work:
        for item in work.session.scalars(select(OutboxItem).where(OutboxItem.kind != "seal")):
            work.session.delete(item)
