"""How busy a process is with people's requests: work that can wait gives way to them for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

PATIENCE = 2.0
"""Seconds for which one thing that can wait gives way; then it is done all the same."""


class Traffic:
    """Requests under way in this process, counted by the door."""

    def __init__(self) -> None:
        self._under_way = 0
        self._changed = Condition()

    @contextmanager
    def passing(self) -> Iterator[None]:
        """One request is under way while the block lasts."""
        with self._changed:
            self._under_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                if not self._under_way:
                    self._changed.notify_all()

    def give_way(self, patience: float = PATIENCE) -> bool:
        """Wait until no request is under way, at most `patience` seconds; whether none is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._under_way, timeout=patience)
