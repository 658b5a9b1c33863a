"""Commands of signing."""

import click

commands: tuple[click.Command, ...] = ()
