"""The shared check of what always holds can fail: each kind of damage is found and named."""

import sqlite3
from pathlib import Path

import pytest

from reciproca.core import settings
from reciproca.opening import open_installation
from tests.building.invariants import broken

SIGNED = "(SELECT min(id) FROM signature_request WHERE state = 'signed')"
DAMAGE = {
    "UPDATE ledger_leaf SET entry = CAST('{}' AS BLOB) WHERE idx = 3": "ledger:",
    "UPDATE signature SET record_sha256 = text_sha256 WHERE id = 1": "names another record",
    "UPDATE signature SET evidence_uid = 'none' WHERE id = 1": "names evidence that isn't there",
    "DELETE FROM signature WHERE id = 2": "is missing",
    f"UPDATE signature_request SET state = 'sent' WHERE id = {SIGNED}": "its signature says otherwise",
    f"UPDATE signature_request SET ended_at = NULL WHERE id = {SIGNED}": "has not ended",
    "DELETE FROM rendition WHERE id = 1": "ledger:",
    "UPDATE version SET in_force_at = NULL": "in force since never",
    "UPDATE version SET state = 'in_force', in_force_at = proposed_at": "2 versions in force",
    "UPDATE review SET closed_at = NULL": "closed at None",
    "UPDATE sealed_document SET pdf_sha256 = 'x' WHERE id = 1": "is another",
    "DELETE FROM sealed_document WHERE id = 1": "belongs to no signature",
    "DELETE FROM person WHERE staff_id = 'ST0001'": "points at nothing",
}


def found(home: Path) -> list[str]:
    """What is broken in a home."""
    installation = open_installation(settings.load(home, {}))
    try:
        return broken(installation)
    finally:
        installation.database.dispose()


@pytest.mark.parametrize("statement", DAMAGE)
def test_damage_is_named(own_home: Path, statement: str) -> None:
    """One statement by SQL, and what the check says of it."""
    connection = sqlite3.connect(own_home / "reciproca.sqlite3")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    assert connection.execute(statement).rowcount > 0
    connection.commit()
    connection.close()
    assert [said for said in found(own_home) if DAMAGE[statement] in said] != []


def test_lost_and_foreign_files_are_named(own_home: Path) -> None:
    """A document that is gone, and one that nobody signed."""
    first = min((own_home / "documents").glob("*.pdf"))
    first.rename(first.with_name("stranger.pdf"))
    said = found(own_home)
    assert f"document {first.name} is missing" in said
    assert "document stranger.pdf belongs to no signature" in said
