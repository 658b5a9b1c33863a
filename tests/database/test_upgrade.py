"""What the landings before this one left is brought to it, on both databases: all that was signed stands, and work goes
on."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.command_line import HANDLERS, open_installation  # importing all commands registers every table
from reciproca.compacts.access.tables import Account, Membership
from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.tables import Organisation, Person
from reciproca.compacts.proving.verifying import verify_ledger
from reciproca.compacts.signing.actions import open_ceremony, sign
from reciproca.compacts.signing.gathering import FOLDER
from reciproca.compacts.signing.tables import SignatureRequest
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.core import schema
from reciproca.core.backup.archive import Manifest
from reciproca.core.backup.restoring import opened, restore
from reciproca.core.canonical import sha256
from reciproca.core.clock import FixedClock
from reciproca.core.db import ACROSS
from reciproca.core.settings import Settings
from reciproca.demo.cast import PASSWORD
from reciproca.demo.stage import Stage
from reciproca.scheduler.ticks import tick
from tests.building.invariants import broken

LANDINGS = sorted((Path(__file__).parents[1] / "data/landings").glob("*.zip"))


@pytest.fixture(params=LANDINGS, ids=lambda file: file.stem)
def landing(request: pytest.FixtureRequest) -> Path:
    """The backup that was recorded at an earlier landing."""
    file: Path = request.param
    return file


@pytest.fixture
def upgraded(landing: Path, tmp_path: Path, database_url: str) -> Iterator[tuple[Manifest, Stage]]:
    """What was recorded, and the same at this release, at the moment of the record."""
    home = tmp_path / "home"
    with opened(landing) as reading:
        manifest = restore(reading, home, lambda _home: database_url)
    clock = FixedClock(datetime.fromisoformat(manifest.made_at))
    settings = Settings(home=home, database_url=database_url, log_level="error")
    installation = open_installation(settings, clock=clock)
    with installation.database.transaction(write=False) as session:
        place = reference(session.scalars(select(Organisation), execution_options=ACROSS).one())
    yield manifest, Stage(installation=installation, clock=clock, place=place, handlers=HANDLERS)
    installation.database.dispose()


def test_an_earlier_landing_s_data_is_as_it_was_and_works(
    upgraded: tuple[Manifest, Stage], landing: Path
) -> None:
    """The ledger is the same and verifies, every signed byte is the same and is found intact; then the scheduler makes
    its round, and somebody who was asked before the upgrade signs."""
    manifest, stage = upgraded
    here = stage.installation
    home = here.settings.home
    assert (manifest.revision, schema.current(here.database)) == (landing.stem, schema.expected())
    assert schema.differences(here.database) == []
    report = verify_ledger(here)
    assert (report.problems, report.size, report.root) == ((), manifest.ledger_size, manifest.ledger_root)
    assert {name: sha256((home / name).read_bytes()) for name in manifest.files} == manifest.files
    root = (home / "keys/root.pem").read_bytes()
    documents = sorted((home / FOLDER).iterdir())
    assert {verify_file(path, root).verdict for path in documents} == {"intact"}
    assert broken(here) == []
    tick(here, HANDLERS)
    signed(stage)
    tick(here, HANDLERS)
    assert len(list((home / FOLDER).iterdir())) == len(documents) + 2
    assert broken(here) == []


def signed(stage: Stage) -> None:
    """The first person who was asked and hasn't answered signs."""
    with stage.installation.database.transaction(write=False) as session:
        asked = (
            select(SignatureRequest.uid, Account.email, Person)
            .join(Person, Person.id == SignatureRequest.person_id)
            .join(Membership, Membership.person_id == Person.id)
            .join(Account, Account.id == Membership.account_id)
            .where(SignatureRequest.ended_at.is_(None), Account.password_hash.is_not(None))
            .order_by(Person.staff_id)
        )
        request, email, person = session.execute(asked, execution_options=ACROSS).first() or pytest.fail(
            "none"
        )
    with stage.acting(email) as work:
        ceremony = open_ceremony(work, request_uid=request, locale=person.locale)
        page = {"nonce": ceremony.nonce, "text_sha256": ceremony.text_sha256}
    with stage.acting(email) as work:
        sign(
            work, request_uid=request, name=person.name, intent=True, consent=True, password=PASSWORD, **page
        )
