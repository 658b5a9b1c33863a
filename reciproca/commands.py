"""Commands of the installation itself: init, serve, doctor, db, ledger, plugins."""

from pathlib import Path
from typing import Protocol

import click

from reciproca.core.clock import Clock
from reciproca.core.work import Installation


class Open(Protocol):
    """Opens the installation in a home; the demo hands in the clock of its story."""

    def __call__(self, home: Path, clock: Clock | None = None) -> Installation: ...


commands: tuple[click.Command, ...] = ()
