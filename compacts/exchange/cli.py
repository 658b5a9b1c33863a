"""Commands of exchange, beside drafting's: documents in and out, and agreements on paper."""

from pathlib import Path
from typing import Any

import click

from reciproca.compacts.drafting import queries as drafting
from reciproca.compacts.drafting.cli.terminal import BY, JSON, LOCALE, ORGANISATION, compact, opened, shaped
from reciproca.compacts.exchange import actions, queries, rules
from reciproca.compacts.exchange.schemas import (
    BroughtOut,
    PaperForm,
    PaperSignatureOut,
    ReadingShape,
    TranslatedOut,
)
from reciproca.core.cli import print_json, write_whole
from reciproca.core.errors import Conflict, Unreadable

FORMATS = {"docx": queries.word_file, "xlf": queries.xliff_file}
"""What a version can be written as, by the name of the format."""
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@compact.command("import", epilog="Example: reciproca compact import agreement.docx --locale en --dry-run")
@click.argument("file", type=FILE)
@click.option("--title", default="", help="What the agreement is called; the document's title by default.")
@click.option("--into", metavar="UID", help="Make it the next version of this agreement.")
@click.option("--swap", is_flag=True, help="The columns are the other way round.")
@click.option("--dry-run", is_flag=True, help="Change nothing; print what would become of it.")
@LOCALE
@ORGANISATION
@JSON
def import_(
    file: Path, title: str, into: str | None, swap: bool, dry_run: bool,
    locale: str | None, organisation: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Make a draft of FILE: a .docx, an .html page, or text with columns separated by tabs."""
    made: dict[str, Any] = {"version": None, "compact": None}
    with opened(organisation, write=not dry_run) as work:
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


@compact.command("export", epilog="Example: reciproca compact export VERSION --format docx --locale fr")
@click.argument("version")
@click.option("--format", "form", type=click.Choice(sorted(FORMATS)), default="docx", show_default=True)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write it; named after the version by default.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@LOCALE
@ORGANISATION
@JSON
def export(
    version: str, form: str, out: Path | None, force: bool, locale: str | None,
    organisation: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Write VERSION (its uid) in one language to a file that others can edit, and that can be brought back."""
    with opened(organisation) as work:
        row = drafting.find_version(work, uid=version)
        chosen = locale or work.organisation.locales[0]
        data = FORMATS[form](work, version=row, locale=chosen)
    file = out or Path(f"version-{row.number}-{chosen}.{form}")
    if file.exists() and not force:
        raise Conflict(
            detail=f"{file} is there already. Nothing was written.",
            remedy="Name another file, or use --force.",
        )
    write_whole(file, data)
    if as_json:
        print_json({"file": str(file), "version": version, "locale": chosen, "bytes": len(data)})
    else:
        click.echo(f"{file}: version {row.number}, {chosen}")


@compact.command("translate", epilog="Example: reciproca compact translate VERSION french.xlf --machine")
@click.argument("version")
@click.argument("file", type=FILE)
@click.option(
    "--machine", is_flag=True, help="A machine translated all of it: it is marked until somebody checks it."
)
@ORGANISATION
@JSON
def translate(version: str, file: Path, machine: bool, organisation: str | None, as_json: bool) -> None:
    """Take the words of one language into the draft VERSION (its uid) from a translator's FILE (XLIFF 1.2)."""
    with opened(organisation, write=True) as work:
        done = actions.take_translation(work, version_uid=version, data=read_file(file), is_machine=machine)
    if as_json:
        print_json(TranslatedOut().dump(done))
        return
    for unit in done.outdated:
        click.echo(f"left out, its words have changed since ({unit.field}): {unit.source}")
    click.echo(f"{done.locale}: {done.changed} promises changed")


@compact.command(
    "bring-back",
    epilog="Example: reciproca compact bring-back VERSION edited.docx --by drafter@riverbend.example",
)
@click.argument("version")
@click.argument("file", type=FILE)
@BY
@LOCALE
@ORGANISATION
@JSON
def bring_back(
    version: str, file: Path, by: str, locale: str | None, organisation: str | None, as_json: bool
) -> None:
    """Bring FILE back, the exported draft VERSION (its uid) after somebody edited it: what is tracked is proposed."""
    data = read_file(file)
    with opened(organisation, by=by, write=True) as work:
        chosen = locale or work.organisation.locales[0]
        brought = actions.bring_back(work, version_uid=version, locale=chosen, data=data)
        told = BroughtOut().dump(brought)
    if as_json:
        print_json(told)
    else:
        click.echo(
            f"{len(brought.edited)} edited in, {len(brought.said)} proposed, {brought.known} said before"
        )


@compact.command(
    "register-paper",
    epilog="Example: reciproca compact register-paper VERSION --in-force-since 2024-05-31 --where-kept 'Binder 12' "
    "--signed-organisation chiefs.txt --signed-physicians staff.txt --by steward@riverbend.example",
)
@click.argument("version")
@click.option("--in-force-since", metavar="DAY", required=True, help="Its first day, as year-month-day.")
@click.option("--where-kept", metavar="TEXT", required=True, help="Where the paper is.")
@click.option(
    "--signed-organisation", type=FILE, help="Who signed: a name and, after a comma, the day, in each line."
)
@click.option("--signed-physicians", type=FILE, help="The same, of the physicians' side.")
@BY
@ORGANISATION
@JSON
def register_paper(
    version: str, in_force_since: str, where_kept: str, signed_organisation: Path | None,
    signed_physicians: Path | None, by: str, organisation: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Say that the draft VERSION (its uid) is the text of an agreement in force on paper, with its signatures."""
    lists = {"signed_organisation": signed_organisation, "signed_physicians": signed_physicians}
    told = {name: _text(file) for name, file in lists.items() if file}
    asked = shaped(PaperForm(), {"in_force_since": in_force_since, "where_kept": where_kept, **told})
    with opened(organisation, by=by, write=True) as work:
        row = actions.register_paper(work, version_uid=version, **asked)
        said = PaperSignatureOut(many=True).dump(queries.signers_on_paper(work, version=row))
    if as_json:
        print_json(said)
    else:
        click.echo(f"{len(said)} signatures recorded from paper, not verified here")


def read_file(file: Path) -> bytes:
    """What a file holds. Unreadable."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unreadable(
            detail=f"{file.name} can't be read: {error.strerror}.", remedy="Check its rights."
        ) from error


def _text(file: Path) -> str:
    try:
        return read_file(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(detail=f"{file.name} isn't UTF-8.", remedy="Save it as UTF-8 text.") from error


commands: tuple[click.Command, ...] = (compact,)
