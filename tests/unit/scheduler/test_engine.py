"""The engine and its ticks: wake-ups that go on whatever happens inside them."""

import threading
from pathlib import Path

from reciproca.core.clock import FixedClock
from reciproca.core.settings import Settings
from reciproca.core.work import Installation
from reciproca.scheduler.engine import Embedded, Engine, Run
from reciproca.scheduler.ticks import OUTBOX_SECONDS, RETURNED_SECONDS, TIME_SECONDS, WITNESS_SECONDS, start


class ByHand:
    """An engine whose ticks come when the test says so."""

    def __init__(self) -> None:
        self.ticks: dict[str, tuple[int, Run]] = {}
        self.jobs: dict[str, Run] = {}
        self.is_running = False

    def every(self, seconds: int, name: str, run: Run) -> None:
        self.ticks[name] = (seconds, run)

    def job(self, name: str, run: Run) -> None:
        self.jobs[name] = run

    def share(self, name: str, times: int) -> None:
        for _time in range(times):
            self.jobs[name]()

    def start(self) -> None:
        self.is_running = True

    def stop(self) -> None:
        self.is_running = False

    def is_stopping(self) -> bool:
        return not self.is_running


def test_the_embedded_engine_calls_again_after_a_failure() -> None:
    """A tick that raised is called again at its next turn, until the engine is stopped."""
    engine: Engine = Embedded()
    twice, calls = threading.Event(), []

    def tick() -> None:
        calls.append(threading.current_thread())
        if len(calls) >= 2:
            twice.set()

    engine.every(1, "tick", tick)
    engine.start()
    assert twice.wait(timeout=20)
    engine.stop()
    assert threading.main_thread() not in calls


def test_few_fixed_ticks_are_asked_for_and_none_raises() -> None:
    """The engine is given few intervals; a tick whose database is gone logs that and leaves the engine alone."""
    engine = ByHand()
    kept = Settings(home=Path("nowhere"))
    broken = Installation(settings=kept, clock=FixedClock(), database=None, keys=None, plugins=None)  # type: ignore[arg-type]  # broken on purpose
    assert start(broken, {}, engine) is engine
    assert engine.is_running
    assert {name: seconds for name, (seconds, _run) in engine.ticks.items()} == {
        "outbox": OUTBOX_SECONDS, "dispatch": 10, "time": 60, "ledger": TIME_SECONDS,
        "alarms": TIME_SECONDS, "webhooks": OUTBOX_SECONDS, "witnesses": WITNESS_SECONDS,
        "returned": RETURNED_SECONDS,
    }  # fmt: skip
    for _seconds, run in engine.ticks.values():
        run()
