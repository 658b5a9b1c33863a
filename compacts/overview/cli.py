"""The command that says what will be sent."""

from typing import Any

import click
from sqlalchemy import or_, select

from reciproca.compacts.drafting.cli.terminal import JSON, ORGANISATION, opened
from reciproca.compacts.drafting.queries import find_compact
from reciproca.compacts.notices.queries import history as told_to
from reciproca.compacts.notices.schemas import HistoryOut, history_data
from reciproca.compacts.overview import queries
from reciproca.compacts.overview.schemas import AheadOut
from reciproca.compacts.people.tables import Person
from reciproca.core.cli import Group, print_json
from reciproca.core.errors import NotFound
from reciproca.core.i18n import Catalogues
from reciproca.core.work import Work
from reciproca.templates.loader import TRANSLATIONS


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


@schedule.command(
    "history", epilog="Example: reciproca schedule history --person anna.roy@riverbend.example --json"
)
@click.option("--person", metavar="WHO", required=True, help="An address, or a number of the staff list.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many at most."
)
@click.option(
    "--before", metavar="UID", help="Only what is older than this one, the last of the page before."
)
@ORGANISATION
@JSON
def history(person: str, limit: int, before: str | None, organisation: str | None, as_json: bool) -> None:
    """List what one person was told and what became of it, the newest first. What tells how they answered an invitation
    is theirs alone and isn't listed."""
    with opened(organisation) as work:
        found = told_to(work, person_uid=_person(work, person).uid, before=before, limit=limit)
        speaker = Catalogues.load(TRANSLATIONS).translator("en")
        said = HistoryOut().dump(history_data(found, speaker, work.organisation))
    if as_json:
        return print_json(said)
    for row in said["items"]:
        click.echo(
            f"{_minute(row['written_at'])}  {row['channel'] or 'page':<6} {row['heading']}\n    {row['words']}"
        )
    if not said["items"]:
        click.echo("Nothing was sent so far.")
    return None


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
    when = _minute(row["at"]) if row["at"] else "never"
    people = row["to"] or (f"{row['people']} people" if row["people"] else "fewer than five people")
    title = row["title"].get(locale) or next(iter(row["title"].values()), "")
    held = f"  ({row['held'].replace('_', ' ')})" if row["held"] else ""
    return f"{when:<18} {_why(row):<30} {people:<30} {title}, due {row['due']}{held}"


def _minute(instant: str) -> str:
    return instant[:16].replace("T", " ") + "Z"


def _why(row: dict[str, Any]) -> str:
    days = row["offset_days"]
    if days is None:
        return "-"
    if row["from_opening"]:
        return f"{days} days after it began"
    return f"{-days} days before it is due" if days < 0 else f"{days} days after it was due"


commands: tuple[click.Command, ...] = (schedule,)
