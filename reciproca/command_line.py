"""The `reciproca` command, as a list of what it can do."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reciproca import backup_commands, commands
from reciproca.compacts.access import cli as access_cli
from reciproca.compacts.bounces import cli as bounces_cli
from reciproca.compacts.closures import cli as closures_cli
from reciproca.compacts.consulting import cli as consulting_cli
from reciproca.compacts.drafting import cli as drafting_cli
from reciproca.compacts.eliciting import cli as eliciting_cli
from reciproca.compacts.exchange import cli as exchange_cli
from reciproca.compacts.handover import cli as handover_cli
from reciproca.compacts.notices import cli as notices_cli
from reciproca.compacts.overview import cli as overview_cli
from reciproca.compacts.people import cli as people_cli
from reciproca.compacts.signing import cli as signing_cli
from reciproca.compacts.webhooks import cli as webhooks_cli
from reciproca.core import settings
from reciproca.core.cli import Group
from reciproca.core.clock import Clock
from reciproca.core.settings import Settings
from reciproca.core.work import Installation
from reciproca.demo import commands as demo_commands
from reciproca.opening import HANDLERS, open_installation
from reciproca.scheduler import cli as scheduler_cli

if TYPE_CHECKING:
    from flask import Flask

COMMANDS = (
    *commands.commands,
    *backup_commands.commands,
    demo_commands.demo,
    *people_cli.commands,
    *closures_cli.commands,
    *access_cli.commands,
    *drafting_cli.commands,
    *eliciting_cli.commands,
    *consulting_cli.commands,
    *exchange_cli.commands,
    *signing_cli.commands,
    *handover_cli.commands,
    *notices_cli.commands,
    *bounces_cli.commands,
    *webhooks_cli.commands,
    *overview_cli.commands,
    *scheduler_cli.commands,
)


def command_line(environ: Mapping[str, str]) -> click.Group:
    """The `reciproca` command."""

    @click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
    @click.option(
        "--home", type=click.Path(path_type=Path, file_okay=False), help="The installation's folder."
    )
    @click.version_option(package_name="reciproca")
    @click.pass_context
    def reciproca(context: click.Context, home: Path | None) -> None:
        """Physician engagement compacts that stay alive: co-written, signed, sealed, reviewed and followed up."""
        context.obj = {
            "home": home, "environ": environ, "open": _opener(environ), "create_app": _create_app, "handlers": HANDLERS,
        }  # fmt: skip

    for command in COMMANDS:
        reciproca.add_command(command)
    return reciproca


def main() -> None:
    """Entry point of the `reciproca` command."""
    sys.exit(command_line(os.environ)())


def _create_app(chosen: Settings, *, installation: Installation) -> "Flask":
    from reciproca.app import create_app  # noqa: PLC0415 -- pages and API are a third of every command's start

    return create_app(chosen, installation=installation)


def _opener(environ: Mapping[str, str]) -> "commands.Open":
    def open_it(home: Path, clock: Clock | None = None) -> Installation:
        found = open_installation(settings.load(home, environ), clock=clock)
        click.get_current_context().find_root().call_on_close(found.database.dispose)
        return found

    return open_it
