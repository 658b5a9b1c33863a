"""What changed since you signed: only for who signed, and against the newest version that anything can come of."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reciproca.compacts.drafting.actions import edit_commitment
from reciproca.compacts.drafting.queries import find_version, version_texts
from reciproca.core.identity import system
from reciproca.plugins.types import ChangeClass
from tests.building import drafting
from tests.building import signing as build
from tests.building.access import Browser
from tests.building.house import an_app, an_installation

PAGE = "/versions/{}/since-you-signed"


@pytest.fixture
def hospital(tmp_path: Path, database_url: str) -> Iterator[build.Hospital]:
    """Three physicians who are asked to sign what is in force; the first has."""
    installation = an_installation(tmp_path / "home", database_url)
    found = build.a_hospital(installation)
    build.signed(found, "P1")
    yield found
    installation.database.dispose()


def test_whoever_signed_sees_what_is_otherwise_now(hospital: build.Hospital) -> None:
    """The signed words are struck through beside the new ones; who didn't sign has nothing to compare."""
    app = an_app(hospital.installation)
    anna, other = Browser(app), Browser(app)
    anna.sign_in("p1@riverbend.example", build.PASSWORD)
    other.sign_in("p2@riverbend.example", build.PASSWORD)
    path = PAGE.format(hospital.version)
    same = anna.get(path)
    assert (same.status_code, "Nothing has changed" in same.text) == (200, True)
    with hospital.installation.work(system("test"), hospital.place) as work:
        steward = drafting.as_actor(work, drafting.STEWARD)
        version = drafting.next_version(
            work, find_version(steward, uid=hospital.version), ChangeClass.MATERIAL
        )
        first = version_texts(steward, version=version)["en"].clauses[0]
        edit_commitment(steward, commitment_uid=first.uid, locale="en", words={"text": "We answer in a day."})
    page = anna.get(path).text
    assert "What changed since you signed" in page
    assert "1 promise is not what it was" in page
    assert "<del" in page
    assert "<ins" in page
    assert path in anna.get("/").text
    assert other.get(path).status_code == 404
