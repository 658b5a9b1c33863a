"""Commands of people."""

import click

commands: tuple[click.Command, ...] = ()
