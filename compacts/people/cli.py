"""Commands of people: the roster, in and out."""

import json
from pathlib import Path
from typing import Any

import click

from reciproca.compacts.people import actions, exporting, reading
from reciproca.compacts.people.queries import find_organisation
from reciproca.compacts.people.rules.report import Difference, RosterReport, problem_json
from reciproca.compacts.people.schemas import mapping_of
from reciproca.core.cli import Group, existing_home, print_json
from reciproca.core.errors import Unreadable
from reciproca.core.identity import console
from reciproca.core.work import Installation
from reciproca.plugins.types import Problem, RosterMapping

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
LIMIT = 64 * 1024 * 1024


@click.group(cls=Group)
def roster() -> None:
    """People and their appointments, as a table."""


@roster.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Change nothing; print what would change.")
@click.option(
    "--partial", is_flag=True, help="Leave out the lines that have an error, and take in the others."
)
@click.option("--mapping", type=FILE, help="What the file's columns, days and categories mean (JSON).")
@click.option(
    "--suggest-mapping", is_flag=True, help="Print a mapping file to start from, and change nothing."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--organisation", metavar="UID", help="Which organisation, when there are several.")
@click.pass_context
def import_(context: click.Context, file: Path, dry_run: bool, partial: bool, mapping: Path | None,
            suggest_mapping: bool, as_json: bool, organisation: str | None) -> None:  # fmt: skip
    """Take in a roster. A line with an error stops all of it, unless --partial. Nobody's appointment is ended.

    Exit codes: 0 done, 1 refused, 2 unreadable, 3 nothing could be taken in.

    Example: reciproca roster import staff.csv --dry-run
    """
    data, known = _bytes(file), _mapping(mapping)
    installation = _opened(context)
    if suggest_mapping:
        with installation.work(_at(organisation), write=False) as work:
            print_json(reading.suggested_mapping(work, data=data))
        return
    with installation.work(_at(organisation), write=not dry_run) as work:
        report = actions.import_roster(work, data=data, mapping=known, dry_run=dry_run, partial=partial)
    if as_json:
        print_json(report.to_json(with_differences=dry_run))
    else:
        _print(report, dry_run=dry_run)
    context.exit(report.exit_code(partial=partial))


@roster.command("export")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--organisation", metavar="UID", help="Which organisation, when there are several.")
@click.pass_context
def export(context: click.Context, as_json: bool, organisation: str | None) -> None:
    """Print the roster, one line an appointment, as CSV that can be imported again.

    Example: reciproca roster export > staff.csv
    """
    with _opened(context).work(_at(organisation), write=False) as work:
        rows = exporting.export_roster(work)
    if as_json:
        print_json(rows)
    else:
        click.echo(exporting.as_csv(rows).replace("\r\n", "\n"), nl=False)


def _opened(context: click.Context) -> Installation:
    installation: Installation = context.find_root().obj["open"](existing_home())
    return installation


def _at(organisation: str | None) -> Any:
    return lambda session: (console(), find_organisation(session, organisation))


def _bytes(file: Path) -> bytes:
    if file.stat().st_size > LIMIT:
        raise Unreadable(detail=f"{file.name} is larger than 64 MB.", remedy="Split it.")
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unreadable(
            detail=f"{file.name} can't be read: {error.strerror}.", remedy="Check its rights."
        ) from error


def _mapping(file: Path | None) -> RosterMapping | None:
    if file is None:
        return None
    try:
        return mapping_of(json.loads(_bytes(file)))
    except ValueError as error:
        raise Unreadable(
            detail=f"{file.name} is not a mapping file: {error}.",
            remedy="Make one with `reciproca roster import FILE --suggest-mapping`.",
        ) from error


def _print(report: RosterReport, *, dry_run: bool) -> None:
    _print_problems("Errors", report.errors)
    _print_problems("Warnings", report.warnings)
    _print_problems("Duplicates", report.duplicates)
    if dry_run and report.differences:
        click.echo("What would change:")
        for difference in report.differences:
            click.echo(f"  {_spelled(difference)}")
    for name, counts in (("people", report.people), ("appointments", report.appointments)):
        click.echo(
            f"{name + ':':<14} {counts.added} added, {counts.changed} changed, {counts.unchanged} unchanged"
        )
    click.echo(_verdict(report, dry_run=dry_run))


def _print_problems(title: str, problems: tuple[Problem, ...]) -> None:
    if problems:
        click.echo(f"{title}:")
    for problem in problems:
        said = problem_json(problem)
        where = f"line {said['line']}" + (f", {said['column']}" if said["column"] else "")
        click.echo(f"  {where}: {said['reason']} {said['remedy']}")


def _spelled(difference: Difference) -> str:
    mark = "+" if difference.kind == "added" else "~"
    fields = ", ".join(
        f"{item.field}: {item.before} → {item.after}" if item.before else f"{item.field}: {item.after}"
        for item in difference.fields
    )
    who = f"{difference.staff_id} {difference.name}"
    return f"{mark} line {difference.line}, {difference.thing} {who}: {fields}"


def _verdict(report: RosterReport, *, dry_run: bool) -> str:
    if not report.is_readable:
        return "The file could not be read. Nothing was changed."
    if dry_run:
        return "This was a dry run. Nothing was changed."
    if report.is_refused:
        return "Nothing was taken in. Correct the lines, or leave them out with --partial."
    if not report.applied:
        return "No line could be taken in. Nothing was changed."
    return "Everything was on file already." if report.changes_nothing else "Done."


commands: tuple[click.Command, ...] = (roster,)
