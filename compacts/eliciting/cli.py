"""Commands of eliciting, beside drafting's: asking both sides before the text, at the terminal.

Whoever runs the installation acts for a named member (`--by`), with that member's rights. Nobody writes lines here: a
terminal is no place where one can be sure of being alone with them."""

from typing import Any

import click

from reciproca.compacts.drafting.cli.terminal import BY, JSON, ORGANISATION, compact, opened, shaped
from reciproca.compacts.eliciting import actions, queries, schemas
from reciproca.compacts.eliciting.rules import Caution
from reciproca.core.cli import print_json

_WARNINGS = {
    Caution.ONE_PHYSICIAN_ASKED: "Only one physician is asked: one can't stand for all.",
    Caution.FEW_PHYSICIANS_WROTE: "Fewer than five people on the physicians' side wrote: a few can't stand for all.",
}


@compact.command(
    "ask",
    epilog="Example: reciproca compact ask COMPACT --by steward@riverbend.example "
    "--question 'What do you give, what do you hope to get?' --closes-on 2026-10-15",
)
@click.argument("agreement", metavar="COMPACT")
@BY
@click.option("--question", metavar="TEXT", required=True, help="What both sides are asked.")
@click.option("--closes-on", metavar="DAY", required=True, help="Its last day, as year-month-day.")
@ORGANISATION
@JSON
def ask(
    agreement: str, by: str, question: str, closes_on: str, organisation: str | None, as_json: bool
) -> None:
    """Ask both sides of COMPACT (its uid), before the text, what they give and hope to get."""
    asked = shaped(schemas.ElicitationIn(), {"question": question, "closes_on": closes_on})
    with opened(organisation, by=by, write=True) as work:
        found = actions.open_elicitation(work, compact_uid=agreement, **asked)
        data = schemas.ElicitationOut().dump(found)
        cautions = queries.cautions(work)
    _print(data, f"{data['uid']}  open until {data['closes_on']}", cautions, as_json=as_json)


@compact.command(
    "ask-close", epilog="Example: reciproca compact ask-close ROUND --by steward@riverbend.example"
)
@click.argument("asked", metavar="ROUND")
@BY
@ORGANISATION
@JSON
def ask_close(asked: str, by: str, organisation: str | None, as_json: bool) -> None:
    """Close ROUND (its uid): both lists can be read then, and who wrote what is forgotten for good."""
    with opened(organisation, by=by, write=True) as work:
        found, _compact = queries.find_elicitation(work, uid=asked)
        cautions = queries.cautions(work, wrote=queries.writers(work, elicitation=found))
        data = schemas.ElicitationOut().dump(actions.close_elicitation(work, elicitation_uid=asked))
    _print(data, f"Round {data['number']} is closed.", cautions, as_json=as_json)


@compact.command("lists", epilog="Example: reciproca compact lists ROUND --json")
@click.argument("asked", metavar="ROUND")
@ORGANISATION
@JSON
def lists(asked: str, organisation: str | None, as_json: bool) -> None:
    """Show both sides' lists of ROUND (its uid), by theme, once it is closed."""
    with opened(organisation) as work:
        found, _compact = queries.find_elicitation(work, uid=asked)
        data = schemas.ListsOut().dump(queries.lists(work, elicitation=found))
    if as_json:
        print_json(data)
        return
    for strand in data["strands"]:
        click.echo(f"{strand['title']}{'' if strand['identity'] else '  (no promise answers it yet)'}")
        _show(strand["lines"])
    if data["loose"]:
        click.echo("In no theme")
        _show(data["loose"])
    if not data["strands"] and not data["loose"]:
        click.echo("Nobody wrote a line.")


def _show(found: list[dict[str, str]]) -> None:
    for line in sorted(found, key=lambda one: (one["side"], one["direction"])):
        click.echo(f"  {line['side']} {line['direction']}s: {line['text']}")


def _print(data: dict[str, Any], line: str, cautions: list[Caution], *, as_json: bool) -> None:
    if as_json:
        print_json({**data, "warnings": [one.value for one in cautions]})
        return
    click.echo(line)
    for one in cautions:
        click.echo(_WARNINGS[one])


commands: tuple[click.Command, ...] = (compact,)
