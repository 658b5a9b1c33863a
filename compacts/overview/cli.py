"""The command that says what will be sent."""

from typing import Any

import click
from sqlalchemy import or_, select

from reciproca.compacts.drafting.cli.terminal import JSON, ORGANISATION, opened
from reciproca.compacts.drafting.queries import find_compact
from reciproca.compacts.overview import queries
from reciproca.compacts.overview.schemas import AheadOut
from reciproca.compacts.people.tables import Person
from reciproca.core.cli import Group, print_json
from reciproca.core.errors import NotFound
from reciproca.core.work import Work


@click.group("schedule", cls=Group)
def schedule() -> None:
    """What comes by itself."""


@schedule.command(
    "plan", epilog="Example: reciproca schedule plan --person anna.roy@riverbend.example --json"
)
@click.option("--person", metavar="WHO", help="An address, or a number of the staff list.")
@click.option("--compact", "agreement", metavar="UID", help="An agreement.")
@ORGANISATION
@JSON
def plan(person: str | None, agreement: str | None, organisation: str | None, as_json: bool) -> None:
    """Say what will be sent, when, why, and why not: to one person, or about one agreement (then invitations are
    counts)."""
    if (person is None) == (agreement is None):
        raise click.UsageError("Name either --person or --compact.")
    with opened(organisation) as work:
        rows = (
            queries.plan_for_person(work, person=_person(work, person))
            if person
            else queries.plan_for_compact(work, compact=find_compact(work, uid=agreement or ""))
        )
        zone, locale = work.organisation.zone, work.organisation.locales[0]
        said = [AheadOut().dump(row) for row in rows]
    if as_json:
        print_json({"zone": zone, "items": said})
        return
    for row in said:
        click.echo(_line(row, locale))
    if not said:
        click.echo("Nothing is planned.")


def _person(work: Work, who: str) -> Person:
    asked = select(Person).where(or_(Person.email == who.strip().lower(), Person.staff_id == who.strip()))
    found = work.session.scalars(asked).first()
    if found is None:
        raise NotFound(
            detail=f"Nobody on file is {who}.",
            remedy="Take the address or number from `reciproca roster export`.",
        )
    return found


def _line(row: dict[str, Any], locale: str) -> str:
    when = row["at"][:16].replace("T", " ") + "Z" if row["at"] else "never"
    people = row["to"] or (f"{row['people']} people" if row["people"] else "fewer than five people")
    title = row["title"].get(locale) or next(iter(row["title"].values()), "")
    held = f"  ({row['held'].replace('_', ' ')})" if row["held"] else ""
    return f"{when:<18} {_why(row):<30} {people:<30} {title}, due {row['due']}{held}"


def _why(row: dict[str, Any]) -> str:
    days = row["offset_days"]
    if days is None:
        return "-"
    if row["from_opening"]:
        return f"{days} days after it began"
    return f"{-days} days before it is due" if days < 0 else f"{days} days after it was due"


commands: tuple[click.Command, ...] = (schedule,)
