"""Commands of drafting."""

import click

commands: tuple[click.Command, ...] = ()
