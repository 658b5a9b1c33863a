"""The processes of a simulation: web servers and workers on one test clock, killed and started again."""

import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread

from tests.commands.running import RECIPROCA, environment

PATIENCE = 120
"""Seconds after which something that must happen is given up: a limit, not a measure."""


class Hands:
    """The hands of the clock that all processes read: it goes on as the machine's does, and jumps when told to."""

    def __init__(self, file: Path, begins: datetime) -> None:
        self._file, self._base, self._since = file, begins, time.monotonic()
        self._lock, self._over = Lock(), Event()
        self._write()
        self._thread = Thread(target=self._go_on, name="clock", daemon=True)
        self._thread.start()

    def jump(self, to: datetime) -> None:
        """Be at an instant, which must be ahead."""
        with self._lock:
            self._base, self._since = max(to, self.now()), time.monotonic()
        self._write()

    def now(self) -> datetime:
        """The instant."""
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def stop(self) -> None:
        """Stand still."""
        self._over.set()
        self._thread.join()

    def _go_on(self) -> None:
        while not self._over.wait(0.05):
            self._write()

    def _write(self) -> None:
        with self._lock:
            part = self._file.with_suffix(".part")
            part.write_text(self.now().isoformat())
            part.replace(self._file)


@dataclass
class Fleet:
    """Processes by name, each with the command that starts it; `kills` counts those of workers."""

    home: Path
    facts: Mapping[str, str]
    commands: Mapping[str, tuple[str, ...]]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: int = 0

    def start(self, name: str) -> None:
        """Start one."""
        settings = {f"RECIPROCA_{key}": value for key, value in self.facts.items()}
        log = (self.home / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            [*RECIPROCA, "--home", str(self.home), *self.commands[name]],
            env={**environment(), **settings, "PYTHONWARNINGS": "ignore"},
            stdout=log,
            stderr=log,
        )
        log.close()

    def kill(self, name: str) -> None:
        """Kill one where it stands, and start it again."""
        process = self.running[name]
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.kills += 1
        self.start(name)

    def stop(self) -> None:
        """Ask all to end, and see that they do."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()


@contextmanager
def a_fleet(home: Path, facts: Mapping[str, str], commands: Mapping[str, tuple[str, ...]]) -> Iterator[Fleet]:
    """All of them, while the block lasts."""
    fleet = Fleet(home=home, facts=facts, commands=commands)
    try:
        for name in commands:
            fleet.start(name)
        yield fleet
    finally:
        fleet.stop()
