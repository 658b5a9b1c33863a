"""Commands of drafting: `compact` and what it does."""

import click

from reciproca.compacts.drafting.cli import deciding, reading, settling
from reciproca.compacts.drafting.cli.terminal import compact

__all__ = ["commands", "compact", "deciding", "reading", "settling"]

commands: tuple[click.Command, ...] = (compact,)
