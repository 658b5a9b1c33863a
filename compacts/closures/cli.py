"""Commands of closed days."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from reciproca.compacts.closures import actions, queries
from reciproca.compacts.closures.schemas import ClosureOut
from reciproca.compacts.people.queries import find_organisation
from reciproca.core.cli import Group, existing_home, print_json
from reciproca.core.identity import console
from reciproca.core.work import Installation

JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
ORGANISATION = click.option("--organisation", metavar="UID", help="Which one, if there are several.")
DAY = click.DateTime(["%Y-%m-%d"])


@click.group(cls=Group)
def closures() -> None:
    """Days on which nobody is reminded: public holidays, and the hospital's own.

    Example: reciproca closures list
    """


@closures.command("list")
@click.option("--year", type=click.IntRange(2000, 2100), help="Which year; this one by default.")
@ORGANISATION
@JSON
def list_closures(year: int | None, organisation: str | None, as_json: bool) -> None:
    """List one year's closed days, public holidays too.

    Example: reciproca closures list --year 2027
    """
    with _work(organisation, write=False) as work:
        found = queries.closures(work, year=year or work.today().year)
    _print(found, as_json=as_json)


@closures.command()
@click.argument("first", type=DAY)
@click.argument("last", type=DAY, required=False)
@click.option("--name", required=True, help="What the day is.")
@click.option("--locale", default="en", show_default=True, help="The language of the name.")
@ORGANISATION
@JSON
def add(
    first: datetime, last: datetime | None, name: str, locale: str, organisation: str | None, as_json: bool
) -> None:
    """Close a day, or every day from FIRST to LAST.

    Example: reciproca closures add 2026-12-24 2026-12-31 --name "Between the years"
    """
    end = (last or first).date()
    with _work(organisation, write=True) as work:
        made = actions.close_days(work, first=first.date(), last=end, name={locale: name})
        told = [queries.Closure(day=row.day, name=row.name, uid=row.uid) for row in made]
    _print(told, as_json=as_json)


@closures.command()
@click.argument("uid")
@ORGANISATION
def remove(uid: str, organisation: str | None) -> None:
    """Take back one of the hospital's own closed days, by its uid.

    Example: reciproca closures remove 01a1f3c2-7d50-7a55-9c1e-0d6f8b2c4e11
    """
    with _work(organisation, write=True) as work:
        actions.open_day(work, uid=uid)
    click.echo("It is open again.")


def _work(organisation: str | None, *, write: bool) -> Any:
    installation: Installation = click.get_current_context().find_root().obj["open"](existing_home())
    return installation.work(
        lambda session: (console(), find_organisation(session, organisation)), write=write
    )


def _print(found: Sequence[queries.Closure], *, as_json: bool) -> None:
    if as_json:
        print_json(ClosureOut(many=True).dump(found))
        return
    for one in found:
        name = next(iter(one.name.values()), "")
        click.echo(f"{one.day}  {one.uid or 'public holiday':<36}  {name}")


commands: tuple[click.Command, ...] = (closures,)
