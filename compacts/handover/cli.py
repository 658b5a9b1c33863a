"""The command of handover."""

import click

from reciproca.compacts.drafting.cli.terminal import JSON, ORGANISATION, compact, opened
from reciproca.compacts.drafting.queries import find_compact
from reciproca.compacts.handover import queries
from reciproca.compacts.handover.schemas import PackOut
from reciproca.compacts.handover.showing import plain
from reciproca.core.cli import print_json


@compact.command("handover", epilog="Example: reciproca compact handover AGREEMENT --json")
@click.argument("agreement")
@ORGANISATION
@JSON
def handover(agreement: str, organisation: str | None, as_json: bool) -> None:
    """What is open of AGREEMENT (its uid), for whoever takes over: who holds its offices, and what is owed."""
    with opened(organisation) as work:
        facts = PackOut().dump(plain(work, queries.pack(work, compact=find_compact(work, uid=agreement))))
    if as_json:
        print_json(facts)
        return
    for seat in facts["seats"]:
        click.echo(f"{seat['office']}: {seat['name'] or '-'}{'  (has left)' if seat['is_vacant'] else ''}")
    for post in facts["posts"]:
        names = ", ".join(post["names"]) or "-"
        click.echo(f"{post['title']}: {names}{'  (has left)' if post['is_vacant'] else ''}")
    click.echo(f"signs for the organisation: {', '.join(facts['signatories']) or '-'}")
    for duty in facts["duties"]:
        click.echo(f"{duty['due']}  {duty['side']}  {duty['kind']}{'  (late)' if duty['is_late'] else ''}")


commands: tuple[click.Command, ...] = (compact,)
