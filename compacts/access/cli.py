"""Commands of access."""

import click

commands: tuple[click.Command, ...] = ()
