"""Serving the web application: one process, its own ticks, the next free port when one is taken."""

import signal
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError
from waitress.server import create_server

from reciproca.compacts.proving.verifying import check_at_start
from reciproca.core.errors import ReciprocaError
from reciproca.core.work import Installation
from reciproca.scheduler.ticks import start

PORTS = 100
THREADS = 8
CONNECTIONS = 800
"""Browsers keep a connection open between two pages: with fewer, a full house waits for those who only read. Each takes
one file, of the 1,024 that a process usually may open."""


def run_server(installation: Installation, parts: Mapping[str, Any], host: str, port: int, *,
               with_scheduler: bool) -> None:  # fmt: skip
    """Serve until Ctrl-C or a polite kill. `parts` holds the application's factory (`create_app`) and the outbox's
    `handlers`."""
    free = free_port(host, port)
    app = parts["create_app"](installation.settings, installation=installation)
    server = create_server(
        app, host=host, port=free, threads=THREADS, ident="",
        connection_limit=CONNECTIONS, asyncore_use_poll=True,  # select() gets slow with many
    )  # fmt: skip
    glance_at_ledger(installation)
    engine = start(installation, parts["handlers"]) if with_scheduler else None
    for asked in (signal.SIGINT, signal.SIGTERM):  # also where the shell that started us had them ignored
        signal.signal(asked, signal.default_int_handler)
    click.echo(f"Serving http://{host}:{free} (Ctrl-C stops it).")
    try:
        server.run()
    finally:
        if engine is not None:
            engine.stop()


def glance_at_ledger(installation: Installation) -> None:
    """See that the ledger's end fits; a database that isn't at this release's schema says so elsewhere."""
    with suppress(SQLAlchemyError):
        check_at_start(installation)


def free_port(host: str, port: int) -> int:
    """`port`, or the next one that nobody has; then that is said."""
    for candidate in range(port, min(port + PORTS, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
            )  # as the server will: the past doesn't count
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
        if candidate != port:
            click.echo(f"Port {port} is taken; using {candidate}.", err=True)
        return candidate
    raise ReciprocaError(detail=f"No free port from {port} on.", remedy="Choose one with --port.")
