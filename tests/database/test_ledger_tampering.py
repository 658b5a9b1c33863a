"""Whoever changes the ledger by SQL, with the triggers dropped, is found out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from reciproca.core.db import Database
from reciproca.core.errors import Unreadable
from reciproca.core.ledger import entry as entries
from reciproca.core.ledger.append import append, erase
from reciproca.core.ledger.health import LedgerBroken
from reciproca.core.ledger.note import sign_checkpoint
from reciproca.core.ledger.report import MOST
from tests.building.log import (
    ORIGIN,
    SIGNER,
    OtherRecord,
    a_log,
    an_act,
    checked,
    damage,
    damaged,
    forge,
    wrote,
)

THIEF = Ed25519PrivateKey.from_private_bytes(bytes(32))
BLANK = bytes(32)


def five_leaves(url: str) -> Database:
    """Leaves 0–4 in three transactions; records a, d and e are signatures, b and c ordinary acts."""
    database = a_log(url)
    wrote(database, an_act("a", table=OtherRecord), an_act("b"))
    wrote(database, an_act("c"))
    wrote(database, an_act("d", table=OtherRecord), an_act("e", table=OtherRecord))
    return database


@pytest.fixture
def log(database_url: str) -> Iterator[Database]:
    """Five leaves, verified."""
    database = five_leaves(database_url)
    assert checked(database).ok
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def shared(module_database_url: str) -> Iterator[Database]:
    """The same for tests that only look at what damage would show."""
    database = five_leaves(module_database_url)
    assert checked(database).ok
    yield database
    assert checked(database).ok
    database.dispose()


def swap(table: str, key: str, one: object, other: object) -> list[str]:
    """Let two rows change places."""
    between = "'between'" if isinstance(one, str) else "-1"
    return [
        f"UPDATE {table} SET {key} = {to} WHERE {key} = {at}"
        for at, to in (
            (repr(one), between),
            (repr(other), repr(one)),
            (between, repr(other)),
        )
    ]


@pytest.mark.parametrize("idx", range(5))
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_leaf SET entry = :blank WHERE idx = {idx}",
        "UPDATE ledger_leaf SET leaf_hash = :blank WHERE idx = {idx}",
        "UPDATE ledger_leaf SET idx = idx + 100 WHERE idx = {idx}",
        "UPDATE ledger_leaf SET idx = -1 WHERE idx = {idx}",
        "DELETE FROM ledger_leaf WHERE idx = {idx}",
    ],
)
def test_no_leaf_can_be_changed_or_removed(shared: Database, idx: int, statement: str) -> None:
    """Each leaf is covered, the first and the last too."""
    assert not damaged(shared, statement.format(idx=idx), blank=BLANK).ok


@pytest.mark.parametrize("pair", [(0, 1), (1, 2), (0, 4), (3, 4)])
def test_leaves_cannot_change_places(shared: Database, pair: tuple[int, int]) -> None:
    """Order is part of what was signed, inside one transaction too."""
    report = damaged(shared, *swap("ledger_leaf", "idx", *pair))
    assert {problem.index for problem in report.problems} & {pair[0], pair[1], pair[1] - 1, 1}


@pytest.mark.parametrize("column", ["salt", "record", "uid"])
@pytest.mark.parametrize("uid", ["a", "d", "e"])
def test_no_column_of_a_signature_can_be_changed(shared: Database, uid: str, column: str) -> None:
    """The leaf covers every column of a signature's evidence."""
    value = ":blank" if column == "salt" else "'{}'"
    assert not damaged(
        shared, f"UPDATE other_record SET {column} = {value} WHERE uid = '{uid}'", blank=BLANK
    ).ok


@pytest.mark.parametrize("uid", ["a", "d", "e"])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM other_record WHERE uid = '{uid}'",
        "UPDATE other_record SET salt = NULL, record = NULL WHERE uid = '{uid}'",
        "UPDATE other_record SET salt = NULL WHERE uid = '{uid}'",
        "UPDATE other_record SET record = NULL WHERE uid = '{uid}'",
    ],
)
def test_no_signature_can_be_removed_or_emptied(shared: Database, uid: str, statement: str) -> None:
    """Without an act of erasure, an empty record is damage."""
    assert not damaged(shared, statement.format(uid=uid)).ok


@pytest.mark.parametrize("pair", [("a", "d"), ("d", "e")])
def test_signatures_cannot_change_places(shared: Database, pair: tuple[str, str]) -> None:
    """One person's evidence can't be put under another's leaf."""
    assert {problem.reason for problem in damaged(shared, *swap("other_record", "uid", *pair)).problems} == {
        f"the record {uid} of other_record was changed" for uid in pair
    }


def test_a_signature_cannot_be_moved_to_another_table(shared: Database) -> None:
    """The leaf names the table: evidence hidden among ordinary records is missing."""
    assert not damaged(
        shared,
        "INSERT INTO ledger_record SELECT * FROM other_record WHERE uid = 'e'",
        "DELETE FROM other_record WHERE uid = 'e'",
    ).ok


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_checkpoint SET root = :blank WHERE size = {size}",
        "UPDATE ledger_checkpoint SET nodes = :blank WHERE size = {size}",
        "UPDATE ledger_checkpoint SET note = 'x' WHERE size = {size}",
        "UPDATE ledger_checkpoint SET size = 4 WHERE size = {size}",
        "UPDATE ledger_checkpoint SET size = 0 WHERE size = {size}",
        "UPDATE ledger_checkpoint SET size = 9 WHERE size = {size}",
        "DELETE FROM ledger_checkpoint WHERE size = {size}",
    ],
)
@pytest.mark.parametrize("size", [2, 3, 5])
def test_no_checkpoint_can_be_changed_or_removed(shared: Database, size: int, statement: str) -> None:
    """Every transaction's checkpoint is missed, not only the last."""
    assert not damaged(shared, statement.format(size=size), blank=BLANK).ok


@pytest.mark.parametrize(
    "statements",
    [
        ["INSERT INTO ledger_checkpoint SELECT 9, root, nodes, note FROM ledger_checkpoint WHERE size = 5"],
        ["INSERT INTO ledger_checkpoint SELECT 0, root, nodes, note FROM ledger_checkpoint WHERE size = 5"],
        ["DELETE FROM ledger_leaf WHERE idx > 2", "DELETE FROM other_record WHERE uid IN ('d', 'e')"],
    ],
)
def test_no_checkpoint_speaks_of_leaves_that_are_not_there(shared: Database, statements: list[str]) -> None:
    """A tail cut off cleanly, but for its checkpoint, and checkpoints from nowhere."""
    assert [problem.reason for problem in damaged(shared, *statements).problems] == [
        "1 checkpoints speak of leaves that are not there"
    ]


def test_no_leaf_borrows_the_record_of_another(log: Database) -> None:
    """Two leaves on one record leave another without: shown even if the key's holder wrote them, and the counts fit."""
    with log.transaction(write=False) as session:
        other = entries.decode(session.scalars(text("SELECT entry FROM ledger_leaf WHERE idx = 3")).one())
    forge(log, 4, words="{}", key=SIGNER.key, instead=other | {"actor": "another"})
    assert [problem.reason for problem in checked(log).problems] == [
        "other_record has 3 records, and not those 3 that leaves name"
    ]


@pytest.mark.parametrize("pair", [(2, 3), (3, 5)])
def test_checkpoints_cannot_change_places(shared: Database, pair: tuple[int, int]) -> None:
    """A genuine note in another's place is not what was signed there."""
    assert not damaged(shared, *swap("ledger_checkpoint", "size", *pair)).ok


@pytest.mark.parametrize("one_batch", [False, True])
@pytest.mark.parametrize("key", [None, THIEF])
@pytest.mark.parametrize("idx", [0, 2, 4])
def test_recomputing_everything_needs_the_key(
    log: Database, idx: int, key: Ed25519PrivateKey | None, *, one_batch: bool
) -> None:
    """A history rewritten to its last hash is found out by the checkpoints' signatures; with one exception, the real
    key, which shows that the forgery was complete but for it."""
    forge(log, idx, words='{"words":"forged"}', key=key, one_batch=one_batch)
    reasons = [problem.reason for problem in checked(log).problems]
    assert reasons
    assert all("checkpoint" in reason for reason in reasons)
    forge(log, idx, words='{"words":"forged"}', key=SIGNER.key, one_batch=one_batch)
    assert checked(log).ok


def test_an_honest_signature_does_not_launder_a_forged_past(log: Database) -> None:
    """The installation refuses to go on from an end that its key has not signed."""
    forge(log, 1, words='{"words":"forged"}', key=None, one_batch=True)
    with pytest.raises(LedgerBroken), log.transaction() as session:
        append(session, [an_act("f")], signer=SIGNER)


def test_a_removed_tail_is_caught_by_a_checkpoint_kept_elsewhere(log: Database) -> None:
    """Leaves, checkpoints and records cut off together look whole from inside: only an outside copy tells."""
    kept = wrote(log, an_act("f")).note
    assert checked(log, against=kept).ok
    damage(
        log,
        "DELETE FROM ledger_leaf WHERE idx > 2",
        "DELETE FROM ledger_checkpoint WHERE size > 3",
        "DELETE FROM other_record WHERE uid IN ('d', 'e')",
        "DELETE FROM ledger_record WHERE uid = 'f'",
    )
    assert checked(log).ok
    report = checked(log, against=kept)
    assert report.to_json()["problems"] == [
        {"index": None, "reason": "the log is shorter than the known checkpoint 6"}
    ]


def test_a_log_begun_anew_is_caught_by_a_checkpoint_kept_elsewhere(log: Database) -> None:
    """Even the key's holder can't rewrite what somebody else has a checkpoint of."""
    kept = wrote(log, an_act("f")).note
    wrote(log, an_act("g"))
    forge(log, 1, words='{"words":"forged"}', key=SIGNER.key)
    assert checked(log).ok
    assert [problem.reason for problem in checked(log, against=kept).problems] == [
        "the log is not that of the known checkpoint 6"
    ]


def test_an_older_checkpoint_stays_good(log: Database) -> None:
    """A log that has grown still agrees with every checkpoint that it ever gave away."""
    notes = [wrote(log, an_act(f"more-{number}")).note for number in range(4)]
    assert [checked(log, against=note).ok for note in notes] == [True] * 4


def test_a_checkpoint_of_another_log_is_told_from_garbage(log: Database) -> None:
    """A foreign checkpoint is an answer of no; a file that is none can't be answered."""
    foreign = sign_checkpoint(ORIGIN, 5, BLANK, THIEF)
    assert [problem.reason for problem in checked(log, against=foreign).problems] == [
        "the checkpoint kept elsewhere is not signed by this ledger's key"
    ]
    with pytest.raises(Unreadable):
        checked(log, against="garbage")


def test_an_erasure_needs_its_act_to_come_after(log: Database) -> None:
    """The act that says 'erased' must stand in the log, be about that record, and be true."""
    with log.transaction() as session:
        append(session, [an_act("f", type_=entries.ERASED, about="a")], signer=SIGNER)
    assert [problem.index for problem in checked(log).problems] == [5]
    damage(log, "UPDATE other_record SET salt = NULL, record = NULL WHERE uid = 'd'")
    assert [problem.index for problem in checked(log).problems] == [5, 3]


def test_an_erased_record_that_comes_back_shows(log: Database) -> None:
    """Restoring what was lawfully erased is not lawful, though every hash fits."""
    with log.transaction() as session:
        row = session.execute(text("SELECT salt, record FROM other_record WHERE uid = 'a'")).one()
        erase(session, uid="a", table=OtherRecord)
        append(session, [an_act("f", type_=entries.ERASED, about="a")], signer=SIGNER)
    damage(log, "UPDATE other_record SET salt = :salt, record = :record WHERE uid = 'a'", **row._mapping)
    report = checked(log)
    assert (report.erased, [problem.index for problem in report.problems]) == (0, [5])


def test_further_checks_are_part_of_the_answer(log: Database) -> None:
    """What the house asks beyond the log (frozen texts) makes it fail, with its leaf; unreadable data is no crash."""

    def frozen_texts(session: Session) -> Iterator[tuple[int | None, str]]:
        yield 3, "the words of version 1 were changed"

    def unreadable(session: Session) -> Iterator[tuple[int | None, str]]:
        yield from [(None, bytes([255]).decode())]

    assert checked(log, frozen_texts, unreadable).to_json()["problems"] == [
        {"index": 3, "reason": "the words of version 1 were changed"},
        {"index": None, "reason": "stored data can't be read: UnicodeDecodeError"},
    ]


def test_a_ruined_log_gives_a_short_list(log: Database) -> None:
    """Past a hundred problems they are counted, not listed."""
    wrote(log, *(an_act(f"more-{number}") for number in range(2 * MOST)))
    damage(log, "DELETE FROM ledger_record")
    problems = checked(log).problems
    assert len(problems) == MOST + 1
    assert problems[-1].reason == "and 103 more problems"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE other_record SET record = CAST(record AS BLOB) WHERE uid = 'e'",
        "UPDATE other_record SET record = CAST(x'FF' AS TEXT) WHERE uid = 'e'",
        "UPDATE other_record SET salt = 'text' WHERE uid = 'e'",
        "UPDATE other_record SET salt = 7, record = 8 WHERE uid = 'e'",
        "UPDATE other_record SET uid = x'FF' WHERE uid = 'e'",
        "UPDATE ledger_leaf SET entry = CAST(entry AS TEXT) WHERE idx = 4",
        "UPDATE ledger_leaf SET entry = CAST(x'FF' AS TEXT) WHERE idx = 4",
        "UPDATE ledger_leaf SET entry = 5, leaf_hash = 6 WHERE idx = 4",
        "UPDATE ledger_leaf SET entry = CAST('[' || replace(hex(zeroblob(9000)), '00', '[') AS BLOB) WHERE idx = 4",
        "UPDATE ledger_checkpoint SET root = 1, nodes = 2, note = 3 WHERE size = 5",
        "UPDATE ledger_checkpoint SET note = CAST(x'FF' AS TEXT) WHERE size = 5",
    ],
)
def test_values_of_the_wrong_type_are_damage_and_no_crash(tmp_path: Path, statement: str) -> None:
    """SQLite stores anything anywhere: whatever is there is reported, not raised."""
    database = five_leaves(f"sqlite:///{tmp_path / 'log.db'}")
    assert not damaged(database, statement).ok
    database.dispose()


CELLS = [
    ("ledger_leaf", "idx", "entry"),
    ("ledger_leaf", "idx", "leaf_hash"),
    ("ledger_checkpoint", "size", "root"),
    ("ledger_checkpoint", "size", "nodes"),
    ("ledger_checkpoint", "size", "note"),
    ("other_record", "uid", "salt"),
    ("other_record", "uid", "record"),
    ("ledger_record", "uid", "record"),
]


def test_any_bit_of_any_value_counts(tmp_path: Path) -> None:
    """Flip one bit of one stored value, in any row of any of the tables: the log no longer verifies."""
    database = five_leaves(f"sqlite:///{tmp_path / 'log.db'}")

    @settings(max_examples=200, deadline=None)
    @given(st.data())
    def flip(data: st.DataObject) -> None:
        table, key, column = data.draw(st.sampled_from(CELLS))
        with database.engine.connect() as connection:
            cells = text(f"SELECT {key}, CAST({column} AS BLOB) FROM {table} ORDER BY {key}")
            where, value = data.draw(st.sampled_from(connection.execute(cells).all()))
        bit = data.draw(st.integers(0, 8 * len(value) - 1))
        changed = bytearray(value)
        changed[bit // 8] ^= 1 << bit % 8
        kind = "TEXT" if column in {"note", "record"} else "BLOB"
        statement = f"UPDATE {table} SET {column} = CAST(:value AS {kind}) WHERE {key} = :key"
        assert not damaged(database, statement, value=bytes(changed), key=where).ok

    flip()
    assert checked(database).ok
    database.dispose()
