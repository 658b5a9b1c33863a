"""Proofs from the stored log: the ones that other libraries make, from a few hashes, and none from a broken log."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency
from sqlalchemy import event, select

from reciproca.core.db import Database
from reciproca.core.errors import NotFound, Unreadable
from reciproca.core.ledger import index, merkle, proving
from reciproca.core.ledger.consistency import NotConsistent, read_consistency
from reciproca.core.ledger.glance import check_log
from reciproca.core.ledger.health import LedgerBroken
from reciproca.core.ledger.note import NotSigned, open_checkpoint
from reciproca.core.ledger.tables import LedgerCheckpoint, LedgerLeaf
from tests.building.log import ORIGIN, SIGNER, a_log, an_act, checked, damage, wrote

KEY = SIGNER.public_key


def grown(url: str, *batches: int) -> Database:
    """A log to which transactions of so many leaves were appended; leaf i names the record "r<i>"."""
    database, first = a_log(url), 0
    for size in batches:
        wrote(database, *(an_act(f"r{at}") for at in range(first, first + size)))
        first += size
    return database


def leaves(database: Database) -> list[bytes]:
    """Every leaf hash, in order."""
    with database.transaction(write=False) as session:
        return list(session.scalars(select(LedgerLeaf.leaf_hash).order_by(LedgerLeaf.idx)))


@pytest.fixture
def log(database_url: str) -> Iterator[Database]:
    """600 leaves in three transactions: two full tiles of 256 hashes and a part of a third."""
    database = grown(database_url, 3, 500, 97)
    yield database
    database.dispose()


@settings(deadline=None, max_examples=15)
@given(batches=st.lists(st.integers(1, 30), min_size=1, max_size=6))
def test_every_proof_is_the_one_of_the_whole_tree(
    tmp_path_factory: pytest.TempPathFactory, batches: list[int]
) -> None:
    """For any history, each leaf's path and the consistency of any two checkpoints are those computed from all leaves,
    and another library accepts them. Tiles of four hashes, so that three stored levels take part."""
    url = f"sqlite:///{tmp_path_factory.mktemp('log') / 'log.db'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "BITS", 2)
        database = grown(url, *batches)
        hashes, sizes = leaves(database), list(itertools.accumulate(batches))
        theirs = InmemoryTree(algorithm="sha256")
        with database.transaction(write=False) as session:
            for row in session.scalars(select(LedgerLeaf).order_by(LedgerLeaf.idx)):
                theirs.append_entry(row.entry)
            for idx, proof in enumerate(proving.inclusions(session, range(len(hashes)))):
                assert list(proof.path) == merkle.inclusion_proof(hashes, idx)
            for old, new in itertools.combinations_with_replacement(sizes, 2):
                made = proving.consistency(session, old=old, new=new)
                assert list(made.proof) == merkle.consistency_proof(hashes[:new], old)
                kept = open_checkpoint(_note(database, old), KEY, ORIGIN)
                newer = read_consistency(made.text()).check(kept, KEY)
                verify_consistency(kept.root, newer.root, theirs.prove_consistency(old, new))
        database.dispose()


def test_finding_and_proving_read_little(log: Database) -> None:
    """One statement finds leaves by their records; a proof reads three tiles, not the log."""
    seen: list[str] = []
    event.listen(log.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    with log.transaction(write=False) as session:
        assert index.positions(session, ["r0", "r599", "nobody"]) == {"r0": 0, "r599": 599}
        assert len([one for one in seen if "ledger_place" in one]) == 1
        del seen[:]
        proving.inclusion(session, 300)
    assert len([one for one in seen if one.startswith("SELECT")]) <= 6


def test_the_index_can_be_made_again(log: Database) -> None:
    """Everything derived is lost, made anew from the leaves, and proves the same."""
    with log.transaction(write=False) as session:
        before = proving.inclusion(session, 299).text()
    damage(log, "DELETE FROM ledger_place", "DELETE FROM ledger_node")
    with log.transaction(write=False) as session:
        assert index.positions(session, ["r7"]) == {}
        with pytest.raises(LedgerBroken):
            proving.inclusion(session, 299)
    with log.transaction() as session:
        index.rebuild(session)
    with log.transaction(write=False) as session:
        assert index.positions(session, ["r7"]) == {"r7": 7}
        assert proving.inclusion(session, 299).text() == before


@pytest.mark.parametrize(
    ("leaf", "statement"),
    [
        (
            400,
            "UPDATE ledger_node SET hash = (SELECT leaf_hash FROM ledger_leaf WHERE idx = 0) WHERE position = 0",
        ),
        (9, "UPDATE ledger_leaf SET leaf_hash = entry WHERE idx = 9"),
        (8, "DELETE FROM ledger_leaf WHERE idx = 9"),
    ],
)
def test_no_proof_is_made_from_a_changed_log(log: Database, leaf: int, statement: str) -> None:
    """What doesn't lead to the signed root is not handed out as a proof."""
    damage(log, statement)
    with log.transaction(write=False) as session, pytest.raises(LedgerBroken):
        proving.inclusion(session, leaf)


def test_no_consistency_is_proved_with_a_history_written_anew(log: Database) -> None:
    """An older checkpoint that the leaves don't bear out has no proof."""
    damage(log, "UPDATE ledger_checkpoint SET root = nodes WHERE size = 503", "UPDATE ledger_node SET hash = entry "
           "FROM ledger_leaf WHERE idx = 1 AND position = 1")  # fmt: skip
    with log.transaction(write=False) as session, pytest.raises(LedgerBroken):
        proving.consistency(session, old=503)


def test_a_record_is_not_found_at_anothers_leaf(log: Database) -> None:
    """A place that was changed leads to no wrong leaf: the leaf itself is asked."""
    damage(log, "UPDATE ledger_place SET idx = 5 WHERE uid = 'r6'")
    with log.transaction(write=False) as session:
        assert index.positions(session, ["r5", "r6"]) == {"r5": 5}


@pytest.mark.parametrize("size", [0, 1, 1023, 1024, 1025, 2100])
def test_a_glance_at_the_log_agrees_with_the_whole_verification(tmp_path: Path, size: int) -> None:
    """Whatever its size, an untouched log has the same root either way."""
    database = a_log(f"sqlite:///{tmp_path / 'log.db'}")
    if size:
        wrote(database, *(an_act(f"r{at}") for at in range(size)))
    with database.transaction(write=False) as session:
        found = check_log(session, public_key=KEY, origin=ORIGIN)
    assert found == checked(database)
    database.dispose()


@pytest.mark.parametrize(
    ("reason", "statement"),
    [
        ("leaf 4: the leaf hash is not that of its entry", "UPDATE ledger_leaf SET entry = leaf_hash WHERE idx = 4"),
        ("leaf 4: the leaf hash is not that of its entry", "UPDATE ledger_leaf SET leaf_hash = entry WHERE idx = 4"),
        ("leaf 4: leaf 4 is missing", "DELETE FROM ledger_leaf WHERE idx = 4"),
        ("leaf 598: the leaves are not those of the newest checkpoint", "DELETE FROM ledger_leaf WHERE idx = 599"),
        ("leaf 599: the newest checkpoint is not signed by the ledger's key",
         "UPDATE ledger_checkpoint SET note = 'x'"),
        ("leaf 599: the leaves are not those of the newest checkpoint",
         "DELETE FROM ledger_checkpoint WHERE size = 600"),
        ("there is no checkpoint", "DELETE FROM ledger_checkpoint"),
    ],
)  # fmt: skip
def test_a_glance_at_the_log_sees_a_change(log: Database, reason: str, statement: str) -> None:
    """It names the first leaf that isn't as it was signed."""
    damage(log, statement)
    with log.transaction(write=False) as session:
        found = check_log(session, public_key=KEY, origin=ORIGIN)
    assert [str(problem) for problem in found.problems] == [reason]


@pytest.mark.parametrize(("old", "new"), [(4, None), (0, 503), (503, 3), (3, 601)])
def test_only_checkpoints_that_were_issued_are_compared(log: Database, old: int, new: int | None) -> None:
    """A size of no checkpoint, or the wrong way round, is not found."""
    with log.transaction(write=False) as session, pytest.raises(NotFound):
        proving.consistency(session, old=old, new=new)


def test_a_consistency_proof_holds_for_its_two_checkpoints_alone(tmp_path: Path) -> None:
    """It is refused for another older checkpoint, a changed newer one, and with a step cut off."""
    database = grown(f"sqlite:///{tmp_path / 'log.db'}", 3, 4, 6)
    with database.transaction(write=False) as session:
        made = proving.consistency(session, old=7)
    database_notes = {size: open_checkpoint(_note(database, size), KEY, ORIGIN) for size in (3, 7)}
    database.dispose()
    assert made.check(database_notes[7], KEY).size == 13
    with pytest.raises(NotConsistent):
        made.check(database_notes[3], KEY)
    with pytest.raises(NotConsistent):
        read_consistency(made.text().replace("\n", "\n" + made.text().split("\n")[1] + "\n", 1)).check(
            database_notes[7], KEY
        )
    with pytest.raises(NotSigned):
        read_consistency(made.text().replace("\n13\n", "\n14\n")).check(database_notes[7], KEY)


@pytest.mark.parametrize(
    "words", ["", "old\n\n", "old x\n\nnote", "old 07\n\nnote", "new 3\n\nnote", "old 3\nAA==\n\nn"]
)
def test_what_is_no_consistency_proof_is_unreadable(words: str) -> None:
    """Half a file, or another one, says so."""
    with pytest.raises(Unreadable):
        read_consistency(words)


def _note(database: Database, size: int) -> str:
    with database.transaction(write=False) as session:
        return session.scalars(select(LedgerCheckpoint.note).filter_by(size=size)).one()
