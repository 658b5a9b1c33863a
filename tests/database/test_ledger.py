"""The ledger on both databases: appending, proofs, erasure, and guards that stop accidents."""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

from reciproca.core import ids
from reciproca.core.db import Database
from reciproca.core.errors import Conflict, NotFound
from reciproca.core.ledger import entry as entries
from reciproca.core.ledger import export, guards, index, merkle, proving
from reciproca.core.ledger.append import append, erase
from reciproca.core.ledger.health import LedgerBroken
from reciproca.core.ledger.proof import read_proof
from reciproca.core.ledger.tables import LedgerCheckpoint, LedgerLeaf, LedgerRecord
from tests.building.log import METADATA, ORIGIN, SIGNER, OtherRecord, a_log, an_act, checked, no_guards, wrote
from tests.postgres import fresh_database


@pytest.fixture
def log(database_url: str) -> Iterator[Database]:
    """A guarded ledger of five leaves: two transactions with two acts, one with one; the last is kept elsewhere."""
    database = a_log(database_url)
    wrote(database, an_act("a", table=OtherRecord), an_act("b"))
    wrote(database, an_act("c"))
    wrote(database, an_act("d"), an_act("e", table=OtherRecord))
    yield database
    database.dispose()


def test_acts_become_leaves_records_and_one_checkpoint_a_transaction(log: Database) -> None:
    """What is written is what the contract says, and it verifies."""
    with log.transaction(write=False) as session:
        leaves = session.execute(select(LedgerLeaf.idx, LedgerLeaf.entry, LedgerLeaf.leaf_hash)).all()
        sizes = session.scalars(select(LedgerCheckpoint.size).order_by(LedgerCheckpoint.size)).all()
    assert [idx for idx, _, _ in leaves] == [0, 1, 2, 3, 4]
    assert [leaf for _, _, leaf in leaves] == [merkle.leaf_hash(entry) for _, entry, _ in leaves]
    assert list(sizes) == [2, 3, 5]
    report = checked(log)
    assert report.to_json() == {
        "ok": True,
        "size": 5,
        "root": merkle.root(leaf for _, _, leaf in leaves).hex(),
        "erased": 0,
        "problems": [],
    }


def test_a_leaf_holds_no_word_of_its_record(log: Database) -> None:
    """Names and words stand in the record alone: the leaf has opaque uids and a salted hash."""
    wrote(log, an_act("f", record={"name": "Esther Okafor"}))
    with log.transaction(write=False) as session:
        entry = session.scalar(select(LedgerLeaf.entry).where(LedgerLeaf.idx == 5))
        record = session.scalar(select(LedgerRecord.record).where(LedgerRecord.uid == "f"))
    assert entry is not None
    assert b"Okafor" not in entry
    assert entries.decode(entry).keys() == entries.FIELDS
    assert json.loads(record or "") == {"name": "Esther Okafor"}


def test_an_empty_log_verifies(database_url: str) -> None:
    """A new installation has nothing to hide: size 0, the root of nothing."""
    database = a_log(database_url)
    report = checked(database)
    assert (report.ok, report.size, report.root) == (True, 0, merkle.EMPTY_ROOT.hex())
    database.dispose()


def test_nothing_stays_of_a_transaction_that_fails(log: Database) -> None:
    """Leaf, record and checkpoint go with the change that they tell of, and leave no gap."""
    with suppress(KeyError), log.transaction() as session:
        append(session, [an_act("lost")], signer=SIGNER)
        raise KeyError
    wrote(log, an_act("kept"))
    report = checked(log)
    assert (report.ok, report.size) == (True, 6)


def test_writers_at_once_leave_one_unbroken_log(log: Database) -> None:
    """Twenty-four transactions from eight threads: each has its leaf and its checkpoint, none is lost or doubled."""
    failures: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for number in range(3):
                wrote(log, an_act(f"{name}-{number}"))
        except BaseException as error:  # noqa: BLE001 -- a thread's failure must reach the test, whatever it is
            failures.append(error)

    threads = [threading.Thread(target=write, args=(f"writer-{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    report = checked(log)
    assert (report.problems, report.size) == ((), 29)
    with log.transaction(write=False) as session:
        assert session.scalar(select(func.count()).select_from(LedgerCheckpoint)) == 3 + 24


def test_every_leaf_can_be_proved_from_its_file(log: Database) -> None:
    """A proof read back from text holds for the exported entry, under the last checkpoint."""
    with log.transaction(write=False) as session:
        lines = [json.loads(line) for line in export.export(session)]
        where = index.positions(session, ["a", "b", "c", "d", "e", "unknown"])
        proofs = [proving.inclusion(session, idx).text() for idx in range(5)]
    leaves = [line for line in lines if "entry" in line]
    assert where == {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4}
    assert [line["size"] for line in lines if "size" in line] == [2, 3, 5]
    for leaf, proof in zip(leaves, proofs, strict=True):
        assert read_proof(proof).check(leaf["entry"].encode(), SIGNER.public_key, ORIGIN).size == 5


@pytest.mark.parametrize("idx", [-1, 5])
def test_a_leaf_that_is_not_there_has_no_proof(log: Database, idx: int) -> None:
    """Asking past the end says so."""
    with log.transaction(write=False) as session, pytest.raises(NotFound):
        proving.inclusion(session, idx)


def test_a_lawful_erasure_is_reported_and_not_blamed(log: Database) -> None:
    """The record and its salt are gone, its leaf and its place remain, and the act of erasing is a leaf itself."""
    with log.transaction() as session:
        erase(session, uid="a", table=OtherRecord)
        append(session, [an_act("f", type_=entries.ERASED, about="a")], signer=SIGNER)
    report = checked(log)
    assert (report.problems, report.erased, report.size) == ((), 1, 6)
    with log.transaction(write=False) as session:
        assert session.execute(
            select(OtherRecord.salt, OtherRecord.record).where(OtherRecord.uid == "a")
        ).one() == (None, None)


@pytest.mark.parametrize("uid", ["a", "unknown"])
def test_what_is_not_there_cannot_be_erased(log: Database, uid: str) -> None:
    """A second erasure, or one of nothing, is refused and changes nothing."""
    if uid == "a":
        with log.transaction() as session:
            erase(session, uid="a", table=OtherRecord)
            append(session, [an_act("f", type_=entries.ERASED, about="a")], signer=SIGNER)
    with pytest.raises(NotFound), log.transaction() as session:
        erase(session, uid=uid, table=OtherRecord)
    assert checked(log).ok


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_leaf SET entry = leaf_hash WHERE idx = 4",
        "UPDATE ledger_leaf SET idx = 9 WHERE idx = 4",
        "DELETE FROM ledger_leaf WHERE idx = 4",
        "UPDATE ledger_checkpoint SET note = '' WHERE size = 5",
        "DELETE FROM ledger_checkpoint WHERE size = 3",
        "UPDATE other_record SET record = '{}' WHERE uid = 'a'",
        "UPDATE other_record SET record = NULL WHERE uid = 'a'",
        "UPDATE other_record SET salt = NULL WHERE uid = 'a'",
        "UPDATE other_record SET salt = NULL, record = NULL, uid = 'z' WHERE uid = 'a'",
        "DELETE FROM other_record WHERE uid = 'a'",
        "DELETE FROM ledger_record WHERE uid = 'b'",
    ],
)
def test_guards_refuse_change(log: Database, statement: str) -> None:
    """No stray UPDATE or DELETE gets through, on the log, its checkpoints or its records."""
    with pytest.raises(Conflict), log.transaction() as session:
        session.execute(text(statement))
    assert checked(log).ok


SQLITE_ONLY = [
    "INSERT OR REPLACE INTO ledger_leaf SELECT 0, entry, leaf_hash FROM ledger_leaf WHERE idx = 4",
    "INSERT OR REPLACE INTO ledger_leaf SELECT 5, entry, leaf_hash FROM ledger_leaf WHERE idx = 0",
    "INSERT INTO ledger_leaf VALUES (7, x'00', x'00')",
    "INSERT OR REPLACE INTO ledger_checkpoint SELECT 3, root, nodes, note FROM ledger_checkpoint WHERE size = 5",
    "INSERT OR REPLACE INTO other_record (uid, salt, record) VALUES ('a', NULL, NULL)",
    "INSERT OR REPLACE INTO other_record (rowid, uid, salt, record) VALUES (1, 'z', NULL, NULL)",
    "UPDATE OR REPLACE other_record SET rowid = 2, salt = NULL, record = NULL WHERE uid = 'a'",
]


@pytest.mark.parametrize("statement", SQLITE_ONLY)
def test_sqlite_replace_gets_past_no_guard(tmp_path: Path, statement: str) -> None:
    """INSERT OR REPLACE deletes without firing a delete trigger: the insert guard stops it, by every unique key."""
    database = a_log(f"sqlite:///{tmp_path / 'log.db'}")
    wrote(database, *(an_act(name, table=OtherRecord) for name in "abcde"))
    with pytest.raises(Conflict), database.transaction() as session:
        session.execute(text(statement))
    assert checked(database).ok
    database.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["ledger_leaf", "ledger_checkpoint", "other_record"])
def test_postgres_truncate_gets_past_no_guard(postgres_url: str, table: str) -> None:
    """TRUNCATE fires no row trigger: it has a guard of its own."""
    with fresh_database(postgres_url) as url:
        database = a_log(url)
        wrote(database, an_act("a", table=OtherRecord))
        with pytest.raises(Conflict), database.transaction() as session:
            session.execute(text(f"TRUNCATE {table}"))
        database.dispose()


def test_missing_guards_are_named_and_put_back(log: Database) -> None:
    """`doctor` can say which guards are gone; installing again restores them, and twice is once."""
    tables = {"ledger_leaf", "ledger_checkpoint", "ledger_record", "other_record"}
    with log.engine.begin() as connection:
        assert guards.missing(connection, METADATA) == []
        no_guards(connection)
        gone = guards.missing(connection, METADATA)
        assert tables <= {name.rsplit("_no_", 1)[0] for name in gone}
        assert {"ledger_leaf_no_update", "ledger_leaf_no_delete"} <= set(gone)
        guards.install(connection, METADATA)
        guards.install(connection, METADATA)
        assert guards.missing(connection, METADATA) == []


def test_a_disabled_or_altered_guard_is_missing(log: Database) -> None:
    """A trigger that is there in name only does not count."""
    with log.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE ledger_leaf DISABLE TRIGGER ledger_leaf_no_update")
        else:
            connection.exec_driver_sql("DROP TRIGGER ledger_leaf_no_update")
            connection.exec_driver_sql(
                "CREATE TRIGGER ledger_leaf_no_update BEFORE UPDATE ON ledger_leaf BEGIN SELECT 1; END"
            )
        assert guards.missing(connection, METADATA) == ["ledger_leaf_no_update"]
        guards.install(connection, METADATA)
        assert guards.missing(connection, METADATA) == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ledger_leaf WHERE idx = 4",
        "DELETE FROM ledger_checkpoint WHERE size = 5",
        "UPDATE ledger_checkpoint SET nodes = root WHERE size = 5",
        "UPDATE ledger_checkpoint SET note = 'mine' WHERE size = 5",
    ],
)
def test_nothing_is_signed_over_a_damaged_end(log: Database, statement: str) -> None:
    """The key that runs the house must not make a rewritten history good by signing what comes after it."""
    with log.engine.begin() as connection:
        no_guards(connection)
        connection.execute(text(statement))
    with pytest.raises(LedgerBroken), log.transaction() as session:
        append(session, [an_act("f")], signer=SIGNER)


def test_the_same_uid_is_not_recorded_twice(log: Database) -> None:
    """A record belongs to one leaf."""
    with pytest.raises(Conflict), log.transaction() as session:
        append(session, [an_act("a", table=OtherRecord)], signer=SIGNER)
    assert checked(log).ok


def test_a_record_slipped_in_beside_the_log_shows(log: Database) -> None:
    """A row that no leaf names is a problem, though no guard forbids writing it."""
    with log.transaction() as session:
        session.execute(insert(OtherRecord).values(uid=ids.timeless(), salt=b"s", record="{}"))
    assert [problem.reason for problem in checked(log).problems] == [
        "other_record has 3 records, and not those 2 that leaves name"
    ]
