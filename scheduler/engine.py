"""The engine port: something that calls plain functions again and again, and shares work out. Embedded: APScheduler, in
this process. Several processes, several machines: `cluster.py`.

Ticks and jobs are wake-ups only: all that they do is derived from rows, so a lost or doubled one changes nothing.
"""

from collections.abc import Callable
from datetime import UTC
from threading import Event
from typing import Protocol

from apscheduler.schedulers.background import (  # type: ignore[import-untyped]  # APScheduler 3 has no type hints
    BackgroundScheduler,
)
from apscheduler.triggers.interval import (  # type: ignore[import-untyped]  # the same
    IntervalTrigger,
)

Run = Callable[[], object]


class Engine(Protocol):
    """Calls functions at intervals, until it is stopped."""

    def every(self, seconds: int, name: str, run: Run) -> None:
        """Have `run` called every `seconds`: once, however many processes tick."""

    def job(self, name: str, run: Run) -> None:
        """What a job of this name does: a share of what is due, which it takes itself."""

    def share(self, name: str, times: int) -> None:
        """Have the job done so many times, by whoever is free."""

    def start(self) -> None:
        """Begin, in the background."""

    def stop(self) -> None:
        """End, after what is in hand."""

    def is_stopping(self) -> bool:
        """Whether the end was asked for: then nothing new is begun."""


class Embedded:
    """APScheduler with its memory store, in UTC: missed ticks run once, late ones run, nothing is pickled."""

    def __init__(self) -> None:
        settings = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = BackgroundScheduler(timezone=UTC, job_defaults=settings)
        self._stopping = Event()
        self._jobs: dict[str, Run] = {}

    def every(self, seconds: int, name: str, run: Run) -> None:
        """Have `run` called every `seconds`, never beside itself."""
        self._scheduler.add_job(run, IntervalTrigger(seconds=seconds, timezone=UTC), id=name, name=name)

    def job(self, name: str, run: Run) -> None:
        """What a job of this name does."""
        self._jobs[name] = run

    def share(self, name: str, times: int) -> None:
        """Do it here, one after the other: there is nobody to share with."""
        for _time in range(times):
            if not self.is_stopping():
                self._jobs[name]()

    def start(self) -> None:
        """Begin, in threads that end with the process."""
        self._scheduler.start()

    def stop(self) -> None:
        """End, after what the running ticks have in hand: they look at `is_stopping` and don't begin anything new."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)

    def is_stopping(self) -> bool:
        """Whether the end was asked for."""
        return self._stopping.is_set()
