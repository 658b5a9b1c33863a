"""One process that does the work and serves no pages: `reciproca worker`."""

import signal
from threading import Event
from typing import TYPE_CHECKING

from reciproca.core.errors import Misconfigured, ReciprocaError
from reciproca.core.work import Installation
from reciproca.scheduler.ticks import Handlers, start

if TYPE_CHECKING:
    from reciproca.scheduler.cluster import Clustered


def run_worker(installation: Installation, handlers: Handlers) -> None:
    """Work until Ctrl-C or a polite kill, beside however many others. Misconfigured without the extra `cluster`; raises
    when the engine ends by itself, so that whatever watches the process starts it again."""
    engine, asked = _engine(installation), Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_signal: asked.set())
    start(installation, handlers, engine)
    try:
        while not asked.wait(1):
            if not engine.is_alive():
                raise ReciprocaError(
                    detail="The worker lost its database, or couldn't begin; its log says why.",
                    remedy="See that PostgreSQL answers, and start the worker again.",
                )
    finally:
        engine.stop()


def _engine(installation: Installation) -> "Clustered":
    try:
        from reciproca.scheduler.cluster import Clustered  # noqa: PLC0415 -- an extra that few need
    except ModuleNotFoundError as error:
        raise Misconfigured(
            detail=f"{error.name} is not installed. Nothing was started.",
            remedy="Install Reciproca with the extra `cluster`.",
        ) from error
    return Clustered(installation.settings.url)
