"""Commands of drafting: `compact` and what it does."""

import click

from reciproca.compacts.drafting.cli import reading, settling
from reciproca.compacts.drafting.cli.terminal import compact

__all__ = ["commands", "compact", "reading", "settling"]

commands: tuple[click.Command, ...] = (compact,)
