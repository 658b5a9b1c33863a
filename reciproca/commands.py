"""Commands of the installation itself: init, serve, db, ledger, plugins."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import click

from reciproca.compacts.access.actions import make_first_code
from reciproca.compacts.people.actions import create_organisation
from reciproca.compacts.people.queries import has_organisation
from reciproca.core import schema
from reciproca.core.cli import Group, existing_home, home, print_json
from reciproca.core.clock import Clock, SystemClock
from reciproca.core.errors import Conflict, ReciprocaError
from reciproca.core.identity import console
from reciproca.core.keys import create_keys
from reciproca.core.work import Installation
from reciproca.doctor import doctor
from reciproca.key_commands import keys
from reciproca.ledger_commands import ledger
from reciproca.serving import run_server


class Open(Protocol):
    """Opens the installation in a home; the demo hands in the clock of its story."""

    def __call__(self, home: Path, clock: Clock | None = None) -> Installation: ...


def opened(folder: Path | None = None) -> Installation:
    """The installation in the chosen home."""
    installation: Installation = _root()["open"](folder or existing_home())
    return installation


def _root() -> dict[str, Any]:
    context: dict[str, Any] = click.get_current_context().find_root().obj
    return context


@click.command()
@click.option("--organisation", help="Name of a first organisation.")
@click.option("--jurisdiction", default="CA-ON", show_default=True, help="Code of its jurisdiction pack.")
@click.option("--locales", default="en,fr", show_default=True, help="Its languages, in order.")
@click.option("--zone", default="America/Toronto", show_default=True, help="Its time zone (IANA name).")
def init(organisation: str | None, jurisdiction: str, locales: str, zone: str) -> None:
    """Make an installation: database, its own keys and seal certificate, and a code for the first administrator.

    Example: reciproca init --organisation "Riverbend Hospital" --jurisdiction CA-ON --locales en,fr
    """
    folder = home()
    with _undone_when_refused(folder):
        installation = initialise(folder, _root()["open"], organisation, jurisdiction, locales, zone)
    with installation.work(console()) as work:
        code = make_first_code(work)
    click.echo(f"Made an installation in {folder}.")
    click.echo(f"Fingerprint of its root certificate (SHA-256): {installation.keys.root_fingerprint}")
    click.echo(
        f"First administrator: start `reciproca serve`, open /auth/first and enter this code once: {code}"
    )


@contextmanager
def _undone_when_refused(folder: Path) -> Iterator[None]:
    """Take away what the block put into `folder` when it is refused; what was there before stays."""
    before = set(folder.glob("*"))
    try:
        yield
    except ReciprocaError:
        for path in set(folder.glob("*")) - before:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        raise


def initialise(
    folder: Path,
    open_: Open,
    organisation: str | None,
    jurisdiction: str,
    locales: str,
    zone: str,
    clock: Clock | None = None,
) -> Installation:
    """Keys, database and, when named, the first organisation. The keys are as old as `clock` says. What an earlier try
    left unfinished is finished; Conflict where there is an organisation already."""
    if not (folder / "keys").exists():
        create_keys(folder / "keys", clock or SystemClock(), organisation or "Reciproca")
    installation = open_(folder, clock)
    schema.upgrade(installation.database)
    with installation.work(console()) as work:
        if has_organisation(work.session):
            raise Conflict(
                detail=f"There is an installation in {folder} already. Nothing was changed.",
                remedy="Choose another --home.",
            )
        if organisation:
            create_organisation(
                work,
                name=organisation,
                jurisdiction=jurisdiction,
                zone=zone,
                locales=tuple(part.strip() for part in locales.split(",")),
            )
    return installation


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Or the next free one after it.",
)
@click.option("--no-scheduler", is_flag=True, help="Web only: something else runs the ticks.")
def serve(host: str, port: int, no_scheduler: bool) -> None:
    """Serve the web application, with its scheduler, until Ctrl-C.

    Example: reciproca serve --port 8000
    """
    run_server(opened(), _root(), host, port, with_scheduler=not no_scheduler)


@click.group(cls=Group)
def db() -> None:
    """The database's schema."""


@db.command()
def upgrade() -> None:
    """Bring the database to this release's schema; safe to repeat.

    Example: reciproca db upgrade
    """
    installation = opened()
    schema.upgrade(installation.database)
    click.echo(f"The database is at schema {schema.current(installation.database)}.")


@db.command()
def current() -> None:
    """Print the schema that the database is at.

    Example: reciproca db current
    """
    click.echo(schema.current(opened().database) or "empty")


@db.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Compare tables and code. Exit code 1 when they differ.

    Example: reciproca db check
    """
    installation = opened()
    differences = schema.differences(installation.database)
    for difference in differences:
        click.echo(difference)
    ok = not differences and schema.current(installation.database) == schema.expected()
    click.echo("The database agrees with this release." if ok else "Run `reciproca db upgrade`.")
    context.exit(0 if ok else 1)


@click.group(cls=Group)
def plugins() -> None:
    """The plugins of this installation."""


@plugins.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def list_plugins(as_json: bool) -> None:
    """Every plugin, where it came from and whether it loaded.

    Example: reciproca plugins list
    """
    records = opened().plugins.records
    rows = [
        {
            "name": record.name,
            "source": record.source,
            "state": record.state,
            "reason": record.reason,
            "version": record.info.version if record.info else None,
        }
        for record in records
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['name']:<16} {row['state']:<8} {row['source']:<10} {row['reason']}".rstrip())


commands: tuple[click.Command, ...] = (init, serve, doctor, db, ledger, keys, plugins)
