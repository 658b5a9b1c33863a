"""Commands of notices."""

import click

commands: tuple[click.Command, ...] = ()
