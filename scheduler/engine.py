"""The engine port: something that calls plain functions again and again. Embedded: APScheduler, in this process.

Ticks are wake-ups only: everything that they do is derived from rows, so a lost or doubled tick changes nothing.
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


class Engine(Protocol):
    """Calls functions at intervals, none beside itself, until it is stopped."""

    def every(self, seconds: int, name: str, run: Callable[[], None]) -> None: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def is_stopping(self) -> bool: ...


class Embedded:
    """APScheduler with its memory store, in UTC: missed ticks run once, late ones run, nothing is pickled."""

    def __init__(self) -> None:
        settings = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = BackgroundScheduler(timezone=UTC, job_defaults=settings)
        self._stopping = Event()

    def every(self, seconds: int, name: str, run: Callable[[], None]) -> None:
        """Have `run` called every `seconds`."""
        self._scheduler.add_job(run, IntervalTrigger(seconds=seconds, timezone=UTC), id=name, name=name)

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
