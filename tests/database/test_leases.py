"""Work that several workers share is done by one of them; what fails waits longer each time, and then is shown."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select

from reciproca.core.clock import FixedClock
from reciproca.core.identity import system
from reciproca.core.leases import BACKOFF, acknowledge, give_back, lease
from reciproca.core.outbox import OutboxItem, drain, drain_all
from reciproca.core.work import Installation
from tests.building.house import an_installation


@pytest.fixture
def installation(tmp_path: Path, database_url: str) -> Iterator[Installation]:
    """An installation whose connections are closed afterwards."""
    made = an_installation(tmp_path / "home", database_url, FixedClock())
    yield made
    made.database.dispose()


def clock(installation: Installation) -> FixedClock:
    """The clock that this test moves."""
    return cast(FixedClock, installation.clock)


def enqueue(installation: Installation, number: int, *, key: str | None = None) -> None:
    """Ask for `number` things to be done."""
    with installation.work(system("test")) as work:
        for index in range(number):
            work.enqueue("thing", {"index": index}, key=key)


def taken(installation: Installation, limit: int = 100) -> list[OutboxItem]:
    """Lease what is due."""
    with installation.database.transaction() as session:
        return list(lease(session, OutboxItem, now=installation.clock.now(), limit=limit))


def states(installation: Installation) -> dict[str, int]:
    """How many items are in each state."""
    with installation.database.transaction(write=False) as session:
        return dict(Counter(session.scalars(select(OutboxItem.state))))


def test_simultaneous_workers_take_different_rows(installation: Installation) -> None:
    """Four workers share forty rows; none is taken twice, none is left."""
    enqueue(installation, 40)
    start, all_taken = threading.Barrier(4), []

    def work() -> None:
        start.wait()
        while rows := taken(installation, 5):
            all_taken.extend(row.id for row in rows)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(all_taken), len(set(all_taken)), states(installation)) == (40, 40, {"leased": 40})


def test_a_lease_that_ran_out_is_taken_over_and_its_first_holder_finishes_nothing(
    installation: Installation,
) -> None:
    """A worker that was thought dead can't acknowledge what another has in hand."""
    enqueue(installation, 1)
    first = taken(installation)[0]
    assert taken(installation) == []
    clock(installation).advance(timedelta(seconds=91))
    second = taken(installation)[0]
    with installation.database.transaction() as session:
        said = [acknowledge(session, row, now=installation.clock.now()) for row in (first, second, second)]
    assert (said, second.attempts) == ([False, True, False], 2)


def test_what_is_not_due_yet_waits(installation: Installation) -> None:
    """`not_before` is kept to the instant."""
    with installation.work(system("test")) as work:
        work.enqueue("thing", {}, not_before=work.now + timedelta(minutes=5))
    assert taken(installation) == []
    clock(installation).advance(timedelta(minutes=5))
    assert len(taken(installation)) == 1


def test_each_failure_waits_longer_and_the_last_one_is_shown(installation: Installation) -> None:
    """A minute, five, half an hour, two hours, six hours; then `failed`, with its reason, for somebody to look at."""
    enqueue(installation, 1)
    for pause in BACKOFF:
        with installation.database.transaction() as session:
            row = lease(session, OutboxItem, now=installation.clock.now())[0]
            give_back(session, row, now=installation.clock.now(), reason="no")
        clock(installation).advance(timedelta(seconds=pause - 1))
        assert taken(installation) == []
        clock(installation).advance(timedelta(seconds=1))
    with installation.database.transaction() as session:
        give_back(
            session,
            lease(session, OutboxItem, now=installation.clock.now())[0],
            now=installation.clock.now(),
            reason="never",
        )
    with installation.database.transaction(write=False) as session:
        row = session.scalars(select(OutboxItem)).one()
    assert (row.state, row.failure, row.attempts) == ("failed", "never", len(BACKOFF) + 1)


def test_a_key_asks_once_however_often_it_is_said(installation: Installation) -> None:
    """A second request for the same thing is no second thing, also after it was done."""
    enqueue(installation, 3, key="seal:1")
    drain_all(installation, {"thing": lambda _installation, _item: None})
    enqueue(installation, 1, key="seal:1")
    assert states(installation) == {"done": 1}


def test_one_handler_that_fails_stops_no_other(installation: Installation) -> None:
    """What fails, and what nobody handles, is kept and tried again; the rest is done."""
    done: list[int] = []

    def handle(_installation: Installation, item: OutboxItem) -> None:
        if item.payload["index"] == 1:
            raise OSError("the disk is full")
        done.append(item.payload["index"])

    enqueue(installation, 3)
    with installation.work(system("test")) as work:
        work.enqueue("unknown", {})
    assert drain(installation, {"thing": handle}) == 2
    with installation.database.transaction(write=False) as session:
        failures = list(
            session.scalars(select(OutboxItem.failure).filter_by(state="pending").order_by(OutboxItem.id))
        )
    assert (done, failures) == ([0, 2], ["OSError('the disk is full')", "KeyError('unknown')"])


def test_a_handler_works_outside_any_transaction(installation: Installation) -> None:
    """It can open its own, and what it asks for is done in the same drain."""

    def handle(inner: Installation, item: OutboxItem) -> None:
        if item.payload["index"] == 0:
            with inner.work(system("test")) as work:
                work.enqueue("thing", {"index": 9})

    enqueue(installation, 1)
    assert drain_all(installation, {"thing": handle}) == 2


def test_a_process_that_ends_leaves_the_rest_to_the_next(installation: Installation) -> None:
    """What was taken and not begun is due at once for another worker, with no try counted against it."""
    enqueue(installation, 30)
    done: list[int] = []

    def handle(_installation: Installation, item: OutboxItem) -> None:
        done.append(item.payload["index"])

    assert drain_all(installation, {"thing": handle}, stopping=lambda: len(done) >= 3) == 3
    assert states(installation) == {"done": 3, "pending": 27}
    assert {row.attempts for row in taken(installation)} == {1}
    assert done == [0, 1, 2]


def test_what_can_wait_gives_way_to_people(installation: Installation) -> None:
    """Nothing of the outbox is begun while a request is under way, for a moment; then it is begun all the same."""
    enqueue(installation, 1)
    begun = threading.Event()
    worker = threading.Thread(
        target=drain, args=(installation, {"thing": lambda _installation, _item: begun.set()})
    )
    with installation.traffic.passing():
        worker.start()
        assert not begun.wait(timeout=0.5)
        assert not installation.traffic.give_way(0.01)
    assert begun.wait(timeout=20)
    worker.join()
