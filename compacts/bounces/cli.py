"""Commands of mail that came back, beside those of mail that was sent."""

from typing import Any

import click

from reciproca.compacts.bounces import actions, queries
from reciproca.compacts.bounces.schemas import BounceOut
from reciproca.compacts.notices.cli import json_option, mail, organisation_option
from reciproca.compacts.people.queries import find_organisation
from reciproca.core.cli import existing_home, print_json
from reciproca.core.identity import console
from reciproca.core.work import Installation


@click.command()
@click.option(
    "--limit", default=200, show_default=True, type=click.IntRange(1, 10_000), help="How many at most."
)
@organisation_option
@json_option
def bounces(limit: int, organisation: str | None, as_json: bool) -> None:
    """List mails that came back, the newest first, and whether mail still goes to that person's address.

    Example: reciproca mail bounces
    """
    with _work(organisation, write=False) as work:
        found = queries.bounces(work, limit=limit)
    if as_json:
        print_json(BounceOut(many=True).dump(found))
        return
    for one in found:
        state = "mailed" if one.is_mailed else "not mailed"
        about = f"{one.heard_at:%Y-%m-%d %H:%M}  {one.status:<7} {state:<10}  {one.address:<36}"
        click.echo(f"{about} {one.person}  {one.said}".rstrip())


@click.command()
@click.argument("person")
@organisation_option
@json_option
def confirm(person: str, organisation: str | None, as_json: bool) -> None:
    """Say that the address of PERSON (a uid, as `mail bounces` prints it) is right: mail goes to it again.

    Example: reciproca mail confirm 01a1f3c2-7d50-7a55-9c1e-0d6f8b2c4e11
    """
    with _work(organisation, write=True) as work:
        settled = actions.confirm(work, person_uid=person)
    print_json({"settled": settled}) if as_json else click.echo(
        "Mail goes to that address again." if settled else "Mail went to that address all along."
    )


def _work(organisation: str | None, *, write: bool) -> Any:
    installation: Installation = click.get_current_context().find_root().obj["open"](existing_home())
    return installation.work(
        lambda session: (console(), find_organisation(session, organisation)), write=write
    )


mail.add_command(bounces)
mail.add_command(confirm)
commands: tuple[click.Command, ...] = ()  # they are in the group `mail`
