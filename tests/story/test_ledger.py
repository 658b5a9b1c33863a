"""The year's ledger: it verifies wherever it is carried, shows every change, and tells no names."""

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from reciproca.compacts.proving.verifying import verify_ledger
from reciproca.core import settings
from reciproca.core.keys import Keys
from reciproca.core.ledger.consistency import read_consistency
from reciproca.core.ledger.note import open_checkpoint, sign_checkpoint
from reciproca.core.ledger.proof import read_proof
from reciproca.opening import open_installation
from tests.building.invariants import check_invariants
from tests.building.story import reciproca, told

LAST = "(SELECT max(idx) FROM ledger_leaf)"
FIRST, NEWEST = "(SELECT min(id) FROM commitment_text)", "(SELECT max(uid) FROM signature_evidence)"
COPIED = "organisation_id, commitment_id, text, topic, theme, indicator, evidence, edited_at"
DAMAGE = {
    "a frozen promise": f"UPDATE commitment_text SET text = text || ' if we can' WHERE id = {FIRST}",
    "the proposed promises": "UPDATE commitment_text SET text = 'x' WHERE id = (SELECT max(id) FROM commitment_text)",
    "a promise taken away": f"DELETE FROM commitment_text WHERE id = {FIRST}",
    "the first leaf": "UPDATE ledger_leaf SET entry = CAST('{}' AS BLOB) WHERE idx = 0",
    "the last leaf": f"UPDATE ledger_leaf SET entry = CAST('{{}}' AS BLOB) WHERE idx = {LAST}",
    "the last leaf removed": f"DELETE FROM ledger_leaf WHERE idx = {LAST}",
    "two leaves exchanged": "UPDATE ledger_leaf SET idx = CASE idx WHEN 7 THEN -8 WHEN 8 THEN -7 ELSE idx END; "
                            "UPDATE ledger_leaf SET idx = -idx WHERE idx < 0",
    "a signature's record": "UPDATE signature_evidence SET record = replace(record, '\"en\"', '\"fr\"')",
    "the time of a signature": "UPDATE signature SET signed_at = '2026-01-01T00:00:00.000000Z' WHERE id = 1",
    "the name of a signature": "UPDATE signature SET name_as_signed = 'Somebody Else' WHERE id = 1",
    "a signature's row": "DELETE FROM signature WHERE id = (SELECT max(id) FROM signature)",
    "words in a third language": f"INSERT INTO commitment_text (uid, locale, {COPIED}) SELECT 'x', 'de', {COPIED} "
                                 f"FROM commitment_text WHERE id = {FIRST}",
    "a signature's salt": f"UPDATE signature_evidence SET salt = zeroblob(32) WHERE uid = {NEWEST}",
    "a signature removed": f"DELETE FROM signature_evidence WHERE uid = {NEWEST}",
}  # fmt: skip


def connect(home: Path) -> sqlite3.Connection:
    """The home's database, as whoever holds the file opens it."""
    return sqlite3.connect(home / "reciproca.sqlite3")


def damage(home: Path, script: str) -> int:
    """Drop every trigger and run `script`. Returns how many rows it changed."""
    connection = connect(home)
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.commit()
    before = connection.total_changes
    connection.executescript(script)
    changed = connection.total_changes - before
    connection.commit()
    connection.close()
    return changed


def verify(home: Path, folder: Path) -> tuple[int, dict[str, Any]]:
    """The command's exit code and its JSON."""
    run = reciproca("ledger", "verify", "--json", "--home", home, folder=folder)
    found: dict[str, Any] = json.loads(run.stdout)
    return run.returncode, found


def test_it_verifies_where_it_was_made(demo_home: Path, tmp_path: Path) -> None:
    """Zero, and the size and root that the story ended with."""
    said = told(demo_home)["ledger"]
    assert verify(demo_home, tmp_path) == (0, {"ok": True, **said, "erased": 0, "problems": []})


def test_it_verifies_on_a_copy_elsewhere(own_home: Path, tmp_path: Path) -> None:
    """A home can be carried away: nothing inside names a place."""
    moved = own_home.rename(tmp_path / "moved")
    assert verify(moved, tmp_path)[0] == 0
    check_invariants(moved)


@pytest.mark.parametrize("what", DAMAGE)
def test_a_change_by_sql_shows(own_home: Path, what: str) -> None:
    """With the triggers dropped, each change of texts, leaves or evidence is found."""
    assert damage(own_home, DAMAGE[what]) > 0
    installation = open_installation(settings.load(own_home, {}))
    report = verify_ledger(installation)
    installation.database.dispose()
    assert (report.ok, len(report.problems) > 0) == (False, True)


def test_the_command_says_where_it_is_damaged(own_home: Path, tmp_path: Path) -> None:
    """Exit code 1, and the problem with its leaf, in one JSON document."""
    damage(own_home, DAMAGE["the first leaf"])
    code, report = verify(own_home, tmp_path)
    assert (code, report["ok"], report["problems"][0]["index"]) == (1, False, 0)


def test_dropping_the_triggers_alone_is_no_damage(own_home: Path, tmp_path: Path) -> None:
    """Missing guards are doctor's finding; what they guard is untouched."""
    damage(own_home, "SELECT 1")
    assert verify(own_home, tmp_path)[0] == 0


def test_no_leaf_names_anybody(demo_home: Path) -> None:
    """No name, address, staff or licence number of anyone in the hospital is in any entry."""
    with connect(demo_home) as connection:
        people = connection.execute("SELECT given_name, family_name, staff_id, email FROM person").fetchall()
        numbers = connection.execute("SELECT value FROM licence").fetchall()
        accounts = connection.execute("SELECT email FROM account").fetchall()
        entries = [entry for (entry,) in connection.execute("SELECT entry FROM ledger_leaf")]
    private = {word.casefold() for row in (*people, *numbers, *accounts) for word in row if word}
    log = b"\n".join(entries).decode().casefold()
    said = set(re.findall(r"[^\W_]+", log))
    assert len(private) > 600
    assert private & said == set()
    assert [word for word in private if ("@" in word or " " in word or "-" in word) and word in log] == []


def test_no_leaf_betrays_who_declined(demo_home: Path) -> None:
    """A refusal or a wish to talk leaves no readable act: neither the request nor the person occurs in the log."""
    with connect(demo_home) as connection:
        refused = connection.execute("""SELECT signature_request.uid, person.uid FROM signature_request
            JOIN person ON person.id = person_id WHERE state IN ('declined', 'discussion_requested')""").fetchall()
        entries = [json.loads(entry) for (entry,) in connection.execute("SELECT entry FROM ledger_leaf")]
    named = {value for entry in entries for value in entry.values()}
    assert len(refused) >= 5
    assert named & {uid for row in refused for uid in row} == set()
    assert [entry for entry in entries if "decline" in entry["type"] or "talk" in entry["type"]] == []


def test_a_tick_is_repeatable(own_home: Path, tmp_path: Path) -> None:
    """A month on, one pass does what is due, and a second at the same instant finds nothing left."""
    at = "2027-02-01T10:00:00-05:00"
    first, second = (
        json.loads(reciproca("tick", "--at", at, "--json", "--home", own_home, folder=tmp_path).stdout)
        for _ in range(2)
    )
    assert first["reminders"]["notices"] > 0
    assert second == {
        "at": second["at"],
        "outbox": 0,
        "due": dict.fromkeys(first["due"], 0),
        "reminders": {"notices": 0, "invitations_closed": 0},
        "deliveries": {},
        "webhooks": {},
        "returned": {},
    }
    check_invariants(own_home)


def test_anything_in_it_can_be_proved_from_a_file(own_home: Path, tmp_path: Path) -> None:
    """A leaf by its number, a signature by its uid: the file leads from the entry to a signed checkpoint."""
    with connect(own_home) as connection:
        uid, evidence = connection.execute(
            "SELECT uid, evidence_uid FROM signature ORDER BY id DESC"
        ).fetchone()
        entries = [entry for (entry,) in connection.execute("SELECT entry FROM ledger_leaf ORDER BY idx")]
    signer = Keys.load(own_home / "keys").ledger_signer
    out = tmp_path / "one.tlog-proof"
    for asked in (["--leaf", "7"], ["--signature", uid]):
        run = reciproca("ledger", "prove", *asked, "--out", out, "--home", own_home, folder=tmp_path)
        assert run.returncode == 0
        proof = read_proof(out.read_text())
        proof.check(entries[proof.index], signer.public_key, signer.origin)
        assert proof.index == 7 or json.loads(entries[proof.index])["uid"] == evidence


@pytest.mark.parametrize(
    ("asked", "code"),
    [([], 2), (["--leaf", "1", "--signature", "x"], 2), (["--leaf", "x"], 2), (["--leaf", "999999"], 4),
     (["--signature", "x"], 4)],
)  # fmt: skip
def test_what_is_not_there_is_not_proved(own_home: Path, tmp_path: Path, asked: list[str], code: int) -> None:
    """Two for a wrong question, four for nothing there; and no file is left behind."""
    out = tmp_path / "none"
    run = reciproca("ledger", "prove", *asked, "--out", out, "--home", own_home, folder=tmp_path)
    assert (run.returncode, out.exists()) == (code, False)


def test_it_has_only_grown_since_a_checkpoint(own_home: Path, tmp_path: Path) -> None:
    """A checkpoint of the first weeks and one of today: the proof holds; for a history written anew there is none."""
    with connect(own_home) as connection:
        size, note = connection.execute(
            "SELECT size, note FROM ledger_checkpoint ORDER BY size LIMIT 1 OFFSET 9"
        ).fetchone()
    kept, out = tmp_path / "kept.txt", tmp_path / "consistency.txt"
    kept.write_text(note)
    asked = ("ledger", "consistency", "--from", kept, "--out", out, "--home", own_home)
    assert reciproca(*asked, folder=tmp_path).returncode == 0
    signer = Keys.load(own_home / "keys").ledger_signer
    newer = read_consistency(out.read_text()).check(
        open_checkpoint(note, signer.public_key, signer.origin), signer.public_key
    )
    assert newer.size > size
    out.unlink()
    kept.write_text(sign_checkpoint(signer.origin, size, bytes(32), signer.key))
    run = reciproca(*asked, folder=tmp_path)
    assert (run.returncode, out.exists()) == (1, False)
    kept.write_text(note.replace("a", "b"))
    assert reciproca(*asked, folder=tmp_path).returncode == 2


def test_evidence_is_erased_from_the_terminal(own_home: Path, tmp_path: Path) -> None:
    """It asks first; then the ledger verifies with one erased, by the same command as ever."""
    with connect(own_home) as connection:
        (uid,) = connection.execute(
            "SELECT uid FROM signature WHERE role = 'physician' ORDER BY id"
        ).fetchone()
    asked = ("signature", "erase", uid, "--reason", "decision 12 of the regulator", "--home", own_home)
    assert reciproca(*asked, folder=tmp_path).returncode == 1
    assert verify(own_home, tmp_path)[1]["erased"] == 0
    assert reciproca(*asked, "--yes", folder=tmp_path).returncode == 0
    code, report = verify(own_home, tmp_path)
    assert (code, report["ok"], report["erased"]) == (0, True, 1)
