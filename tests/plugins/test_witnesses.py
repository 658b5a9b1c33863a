"""Witnesses keep checkpoints elsewhere: the ledger is held against them, and one that fails stops nobody."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.proving.verifying import verify_ledger
from reciproca.compacts.proving.witnessing import tell_witnesses
from reciproca.core.ledger.note import open_checkpoint, sign_checkpoint
from reciproca.core.ledger.tables import LedgerWitness
from reciproca.core.work import Installation
from reciproca.doctor import examine
from tests.building import signing as build
from tests.building.ceremony import Site, a_site


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians, the first has signed; the folder of a witness beside the home."""
    (tmp_path / "elsewhere").mkdir()
    with a_site(tmp_path / "home", database_url) as made:
        build.signed(made.hospital, "P1")
        yield made


def witnessed(site: Site, tmp_path: Path) -> Installation:
    """The installation with the bundled witness set up."""
    installation = site.hospital.installation
    return replace(
        installation, settings=replace(installation.settings, witness_folder=str(tmp_path / "elsewhere"))
    )


def test_each_new_checkpoint_goes_to_the_witness_once(site: Site, tmp_path: Path) -> None:
    """Told when there is something new, not when there isn't; what it holds is on record, and each is ours."""
    installation = witnessed(site, tmp_path)
    assert (tell_witnesses(installation), tell_witnesses(installation)) == (1, 0)
    build.signed(site.hospital, "P2")
    assert (tell_witnesses(installation), tell_witnesses(installation)) == (1, 0)
    signer = installation.keys.ledger_signer
    kept = (tmp_path / "elsewhere" / "checkpoints.txt").read_text().removesuffix("\n\n\n").split("\n\n\n")
    sizes = [open_checkpoint(f"{one}\n", signer.public_key, signer.origin).size for one in kept]
    assert (sizes, len(sizes)) == (sorted(set(sizes)), 2)
    assert verify_ledger(installation).ok


def test_a_witness_that_fails_stops_nobody(site: Site, tmp_path: Path) -> None:
    """The folder is gone: signing goes on, doctor says so, and when it is back the newest checkpoint goes there."""
    installation = witnessed(site, tmp_path)
    (tmp_path / "elsewhere").rmdir()
    assert tell_witnesses(installation) == 0
    build.signed(site.hospital, "P2")
    assert next(one.ok for one in examine(installation) if one.name == "witnesses") is False
    assert verify_ledger(installation).ok
    (tmp_path / "elsewhere").mkdir()
    assert tell_witnesses(installation) == 1
    assert next(one.ok for one in examine(installation) if one.name == "witnesses") is True


def test_a_ledger_that_is_not_what_the_witness_saw_is_found_out(site: Site, tmp_path: Path) -> None:
    """A checkpoint signed by our own key for other leaves proves that history was written anew; a stranger's proves
    nothing."""
    installation = witnessed(site, tmp_path)
    tell_witnesses(installation)
    signer, file = installation.keys.ledger_signer, tmp_path / "elsewhere" / "checkpoints.txt"
    file.write_text(sign_checkpoint(signer.origin, 2, bytes(32), signer.key) + "\n\n")
    assert [problem.reason for problem in verify_ledger(installation).problems] == [
        "the witness witness-file holds a checkpoint of 2 leaves that is not this ledger's"
    ]
    file.write_text("nonsense")
    assert verify_ledger(installation).ok


def test_without_a_folder_nobody_is_witness(site: Site) -> None:
    """The bundled witness does nothing until it is told where."""
    installation = site.hospital.installation
    assert tell_witnesses(installation) == 0
    with installation.database.transaction(write=False) as session:
        assert session.scalars(select(LedgerWitness)).all() == []
