"""`reciproca backup` and `restore`: an installation as one file, taken while people write, brought back elsewhere."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from reciproca.compacts.proving.verifying import check_ledger
from reciproca.compacts.signing.queries.on_disk import files_on_record
from reciproca.core import settings
from reciproca.core.backup.archive import Manifest
from reciproca.core.backup.restoring import opened
from reciproca.core.backup.restoring import restore as bring_back
from reciproca.core.backup.taking import take
from reciproca.core.cli import existing_home, home, print_json
from reciproca.core.errors import Conflict
from reciproca.core.ledger.report import Report
from reciproca.core.settings import Settings
from reciproca.core.work import Installation

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--yes", is_flag=True, help="Replace FILE where it is there already.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def backup(context: click.Context, file: Path, yes: bool, as_json: bool) -> None:
    """Write the whole installation to FILE while people go on working: database, keys, documents, settings, mail
    folder. Who has FILE can seal and sign in your name: keep it where few can read it. Exit code 1 when the home has
    lost documents; FILE is written then, too.

    Example: reciproca backup /mnt/backup/reciproca-monday.zip --yes
    """
    if file.exists() and not yes:
        raise Conflict(
            detail=f"{file} is there already. Nothing was changed.", remedy="Add --yes to replace it."
        )
    root = context.find_root().obj
    installation: Installation = root["open"](existing_home())
    left_out = _left_out(installation.settings, root["environ"])
    made = take(installation, file, release=version("reciproca"), named=files_on_record, left_out=left_out)
    if as_json:
        print_json(_data(made, file))
    else:
        _say(made, f"Wrote {file}")
        click.echo("Its keys can seal in your name: keep it where few can read it.")
    context.exit(1 if made.missing else 0)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def restore(context: click.Context, file: Path, as_json: bool) -> None:
    """Bring the installation in FILE back into an empty home and an empty database, SQLite or PostgreSQL, whichever it
    came from; a backup of an earlier release is brought to this one. Then the whole ledger is verified. Exit code 1
    when it isn't what the backup says; what was restored stays to be looked at.

    Example: reciproca restore /mnt/backup/reciproca-monday.zip --home /srv/reciproca
    """
    root, folder = context.find_root().obj, home()
    with opened(file) as reading:
        made = bring_back(reading, folder, lambda place: settings.load(place, root["environ"]).url)
    report = check_ledger(root["open"](folder))
    same = report.ok and (report.size, report.root) == (made.ledger_size, made.ledger_root or report.root)
    if as_json:
        print_json({**_data(made, file), "home": str(folder), "ledger": report.to_json(), "same": same})
    else:
        _say(made, f"Restored {file} to {folder}")
        _say_verified(report, same=same)
    context.exit(0 if same and not made.missing else 1)


def _left_out(chosen: Settings, environ: Mapping[str, str]) -> list[str]:
    """What a backup of the installation can't hold, in words."""
    names = sorted(f"RECIPROCA_{one.name.upper()}" for one in fields(Settings) if one.name != "home")
    found = [f"the setting {name}, which is in the environment" for name in names if name in environ]
    if chosen.seal_provider != "file":
        found.append(f"the seal's key, which {chosen.seal_provider} holds")
    outside = (chosen.pkcs11_pin_file, chosen.timestamp_root, chosen.witness_folder)
    found += [f"{path}, which is outside the home" for path in outside if Path(path).is_absolute()]
    return [*found, "programs: Reciproca itself and third parties' plugins"]


def _data(made: Manifest, file: Path) -> dict[str, Any]:
    said = asdict(made)
    return {"file": str(file), **said, "tables": sum(made.tables.values()), "files": len(made.files)}


def _say(made: Manifest, done: str) -> None:
    click.echo(
        f"{done}: {sum(made.tables.values())} rows, {len(made.files)} files, "
        f"a ledger of {made.ledger_size} leaves, as of {made.made_at}."
    )
    for what in made.left_out:
        click.echo(f"Not in it: {what}.")
    for name in made.missing:
        click.echo(f"MISSING: {name} is on record and not in the home.")


def _say_verified(report: Report, *, same: bool) -> None:
    for problem in report.problems:
        click.echo(str(problem))
    click.echo(f"{'intact' if report.ok else 'NOT intact'}: {report.size} leaves, root {report.root}")
    if report.ok and not same:
        click.echo("NOT the ledger that the backup speaks of.")
    click.echo(
        "Mail that was waiting then is sent as soon as this is served; for a drill, set RECIPROCA_SMTP_URL to nothing."
    )


commands: tuple[click.Command, ...] = (backup, restore)
"""Both."""
