"""The same request twice is done once, and gets the same answer, however close together they come."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from reciproca.core import idempotency
from reciproca.core.db import Base, Database
from reciproca.core.errors import Invalid
from reciproca.core.idempotency import Answer, IdempotencyKey

NOW = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)
ANSWER = Answer(status=201, headers={"Location": "/x"}, body="made")


@pytest.fixture
def database(tmp_path: Path, database_url: str) -> Iterator[Database]:
    """A database with nothing but the table of keys."""
    made = Database(database_url)
    Base.metadata.create_all(made.engine, tables=[Base.metadata.tables["idempotency_key"]])
    yield made
    made.dispose()


def ask(
    database: Database, *, actor: str = "a", key: str = "k", body: str = "b", fail: bool = False
) -> Answer | None:
    """One request: what is given when it was done before, None when it is done now."""
    with database.transaction() as session:
        earlier = idempotency.claim(session, actor=actor, key=key, request_sha256=body, now=NOW)
        if fail:
            raise Invalid
        if earlier is None:
            idempotency.keep(session, actor=actor, key=key, answer=ANSWER)
        return earlier


def test_the_second_gets_the_firsts_answer(database: Database) -> None:
    """Status, headers and text are given again; nothing is done."""
    assert [ask(database), ask(database), ask(database)] == [None, ANSWER, ANSWER]


def test_a_key_is_its_actors_own(database: Database) -> None:
    """Another person's key of the same name is another key."""
    assert [ask(database, actor="a"), ask(database, actor="b")] == [None, None]


def test_a_key_that_comes_back_with_another_request_is_refused(database: Database) -> None:
    """A programme that reuses keys learns it, instead of having its request swallowed."""
    ask(database)
    with pytest.raises(Invalid, match="different request"):
        ask(database, body="other")


def test_a_request_that_failed_leaves_its_key_free(database: Database) -> None:
    """Trying again after a refusal really tries."""
    with pytest.raises(Invalid):
        ask(database, fail=True)
    assert ask(database) is None


def test_of_twenty_at_once_one_is_done(database: Database) -> None:
    """The others wait for its transaction, and are given its answer."""
    start, given = threading.Barrier(20), []

    def press() -> None:
        start.wait()
        given.append(ask(database))

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (given.count(None), given.count(ANSWER)) == (1, 19)
    with database.transaction(write=False) as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1
