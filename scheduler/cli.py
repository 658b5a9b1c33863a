"""Commands of the scheduler."""

import click

commands: tuple[click.Command, ...] = ()
