"""A backup of an installation that people use holds one moment, and comes back on either database byte by byte."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy.orm import Session

from reciproca.compacts.signing.queries.on_disk import files_on_record
from reciproca.core.errors import Conflict, Unreadable
from tests import postgres
from tests.building import signing as build
from tests.building.backups import a_backup, brought_back, contents
from tests.building.house import an_installation
from tests.building.invariants import broken
from tests.building.signing import Hospital


@pytest.fixture
def hospital(tmp_path: Path, database_url: str) -> Iterator[Hospital]:
    """Six physicians who are asked to sign; two have, and their documents are there."""
    installation = an_installation(tmp_path / "home", database_url)
    made = build.a_hospital(installation, physicians=6)
    for one in ("P1", "P2"):
        build.signed(made, one)
    made.seal()
    yield made
    installation.database.dispose()


def other_urls(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Databases to come back into: SQLite, then PostgreSQL where the test has it."""
    yield f"sqlite:///{folder / 'other.db'}"
    if "postgres" in request.node.callspec.id:
        with postgres.fresh_database(request.getfixturevalue("postgres_url")) as url:
            yield url


@dataclass
class Busy:
    """Says which files the rows name while people go on: at the first moment, a document that is as new as that moment
    is replaced before it can be copied; at the second, somebody signs who is too late for this backup."""

    hospital: Hospital
    looks: int = 0

    def __call__(self, session: Session) -> set[str]:
        self.looks += 1
        if self.looks == 1:
            build.signed(self.hospital, "P3")
            self.hospital.seal()
        found = files_on_record(session)
        if self.looks == 1:
            build.organisation_signed(self.hospital)
            self.hospital.seal()
        elif self.looks == 2:
            build.signed(self.hospital, "P6")
        return found


def test_a_backup_taken_while_people_sign_comes_back_whole(
    hospital: Hospital, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """What comes back is the installation at one moment, every signed byte the same, and the same again after a journey
    through both databases; there, people go on signing."""
    busy, last, home = Busy(hospital), tmp_path / "0.zip", hospital.installation.settings.home
    with ThreadPoolExecutor(1) as pool:
        others = [pool.submit(build.signed, hospital, one) for one in ("P4", "P5")]
        made = a_backup(hospital.installation, last, busy)
    assert [len(one.result()) for one in others] == [36, 36]
    assert (busy.looks, made.missing, broken(hospital.installation)) == (2, [], [])
    kept = {name: (home / name).read_bytes() for name in made.files}
    tables = rows_of(last)
    for number, url in enumerate(other_urls(request, tmp_path), 1):
        place = tmp_path / f"home{number}"
        with brought_back(last, place, url, hospital.installation) as restored:
            assert broken(restored) == []
            found = {path.relative_to(place).as_posix(): path for path in place.rglob("*") if path.is_file()}
            assert {name: path.read_bytes() for name, path in found.items()} == kept
            last = tmp_path / f"{number}.zip"
            again = a_backup(restored, last)
            assert (again.ledger_size, again.ledger_root) == (made.ledger_size, made.ledger_root)
            assert rows_of(last) == tables
            there = replace(hospital, installation=restored)
            build.signed(there, "P6")
            there.seal()
            assert broken(restored) == []


def rows_of(file: Path) -> dict[str, bytes]:
    """The tables of a backup; but when the ledger was last verified, which a restored one says otherwise."""
    return {
        name: data
        for name, data in contents(file).items()
        if name.startswith("database/") and "health" not in name
    }


def test_nothing_is_written_over(hospital: Hospital, tmp_path: Path) -> None:
    """A home or a database that holds anything is refused; neither then, nor when the file turns out to be altered, is
    anything left behind."""
    file, home, url = tmp_path / "a.zip", tmp_path / "new", f"sqlite:///{tmp_path / 'new.db'}"
    a_backup(hospital.installation, file)
    before = set(tmp_path.iterdir())
    for place, database in (
        (hospital.installation.settings.home, url),
        (home, hospital.installation.settings.database_url),
    ):
        with pytest.raises(Conflict), brought_back(file, place, database, hospital.installation):
            pass
    assert broken(hospital.installation) == []
    for name in ("database/signature.jsonl", "home/keys/origin", "manifest.json"):
        altered(file, tmp_path / "b.zip", name)
        with pytest.raises(Unreadable), brought_back(tmp_path / "b.zip", home, url, hospital.installation):
            pass
        (tmp_path / "b.zip").unlink()
    (tmp_path / "new.db").unlink(
        missing_ok=True
    )  # SQLite makes the file when it is asked whether it is empty
    assert set(tmp_path.iterdir()) == before


def altered(file: Path, to: Path, name: str) -> None:
    """A copy of a backup, the end of whose file `name` is gone."""
    with ZipFile(file) as old, ZipFile(to, "w") as new:
        for one in old.namelist():
            data = old.read(one)
            new.writestr(one, data[:-10] if one == name else data)
