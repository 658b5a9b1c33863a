"""Commands of exchange, beside drafting's: `compact import`."""

from pathlib import Path
from typing import Any

import click

from reciproca.compacts.drafting import queries as drafting
from reciproca.compacts.drafting.cli import compact
from reciproca.compacts.exchange import actions, queries, rules
from reciproca.compacts.exchange.schemas import ReadingShape
from reciproca.compacts.people.queries import find_organisation
from reciproca.core.cli import existing_home, print_json
from reciproca.core.errors import Unreadable
from reciproca.core.identity import console

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_ORGANISATION = click.option(
    "--organisation", metavar="UID", help="Which organisation, where there are several."
)
_LOCALE = click.option(
    "--locale", metavar="CODE", help="Language of the document; the organisation's first by default."
)


@compact.command("import", epilog="Example: reciproca compact import agreement.docx --locale en --dry-run")
@click.argument("file", type=FILE)
@click.option("--title", default="", help="What the agreement is called; the document's title by default.")
@click.option("--into", metavar="UID", help="Make it the next version of this agreement.")
@click.option("--swap", is_flag=True, help="The columns are the other way round.")
@click.option("--dry-run", is_flag=True, help="Change nothing; print what would become of it.")
@_LOCALE
@_ORGANISATION
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def import_(
    context: click.Context, file: Path, title: str, into: str | None, swap: bool, dry_run: bool,
    locale: str | None, organisation: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Make a draft of FILE: a .docx, an .html page, or text with columns separated by tabs."""
    installation = context.find_root().obj["open"](existing_home())
    made: dict[str, Any] = {"version": None, "compact": None}
    with installation.work(_at(organisation), write=not dry_run) as work:
        found = queries.read_document(work, data=read_file(file))
        reading = rules.rearranged(found, is_swapped=swap, places={})
        if not dry_run:
            language = locale or work.organisation.locales[0]
            version = actions.import_draft(
                work, reading=reading, locale=language, title=title, compact_uid=into
            )
            made = {"version": version.uid, "compact": drafting.compact_of(work, version=version).uid}
    if as_json:
        print_json({**made, "reading": ReadingShape().dump(reading)})
        return
    for number, pair in enumerate(reading.pairs, 1):
        click.echo(f"{number}. {pair.topic}")
        click.echo(f"   {pair.organisation or '-'}\n   {pair.physicians or '-'}")
    if reading.is_guess:
        click.echo("Nothing tells whose column is whose; --swap turns them round.")
    for piece in reading.leftovers:
        click.echo(f"found no place ({piece.why.value}): {piece.text}")
    click.echo(
        f"{made['version']}: {len(reading.pairs)} topics" if made["version"] else "Nothing was changed."
    )


def read_file(file: Path) -> bytes:
    """What a file holds. Unreadable."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unreadable(
            detail=f"{file.name} can't be read: {error.strerror}.", remedy="Check its rights."
        ) from error


def _at(organisation: str | None) -> Any:
    return lambda session: (console(), find_organisation(session, organisation))


commands: tuple[click.Command, ...] = (compact,)
