"""`reciproca ledger`: the log against its checkpoints, its records, frozen texts, and a checkpoint kept elsewhere."""

from pathlib import Path

import click

from reciproca.compacts.proving import queries
from reciproca.compacts.proving.verifying import check_ledger, verify_ledger, verify_log
from reciproca.core.cli import Group, existing_home, print_json, write_whole
from reciproca.core.errors import Unreadable
from reciproca.core.identity import console
from reciproca.core.ledger import export as exports
from reciproca.core.work import Installation

_KEPT = click.Path(path_type=Path, exists=True, dir_okay=False)
_OUT = click.Path(path_type=Path, dir_okay=False)


@click.group(cls=Group)
def ledger() -> None:
    """The append-only record of what was decided."""


@ledger.command()
@click.option(
    "--against",
    type=_KEPT,
    help="A checkpoint that was kept elsewhere (a text file).",
)
@click.option(
    "--log", is_flag=True, help="The log alone: no records, no texts; seconds for a million leaves."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def verify(context: click.Context, against: Path | None, log: bool, as_json: bool) -> None:
    """Recompute the ledger, every record and every frozen text. Exit code 1 when anything differs.

    Then nothing can be signed until a verification succeeds again.

    Example: reciproca ledger verify --against checkpoint.txt
    """
    installation = _opened(context)
    if log and against:
        raise click.UsageError("Give either --log or --against.")
    if log:
        report = verify_log(installation)
    else:
        report = verify_ledger(installation, _read(against)) if against else check_ledger(installation)
    if as_json:
        print_json(report.to_json())
    else:
        for problem in report.problems:
            click.echo(str(problem))
        click.echo(
            f"{'intact' if report.ok else 'NOT intact'}: {report.size} leaves, root {report.root}"
            + (f", {report.erased} erased" if report.erased else "")
        )
    context.exit(0 if report.ok else 1)


@ledger.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def export(context: click.Context, file: Path) -> None:
    """Write every leaf and checkpoint to FILE, one JSON text a line.

    Example: reciproca ledger export ledger.jsonl
    """
    with (
        _opened(context).database.transaction(write=False) as session,
        file.open("w", encoding="utf-8") as stream,
    ):
        stream.writelines(f"{line}\n" for line in exports.export(session))
    click.echo(f"Wrote {file}.", err=True)


@ledger.command()
@click.option("--leaf", type=click.IntRange(0, 10**15), help="The leaf's index, counted from 0.")
@click.option("--signature", metavar="UID", help="A signature's uid: its evidence's leaf.")
@click.option("--out", type=_OUT, required=True, help="Where to write the proof.")
@click.pass_context
def prove(context: click.Context, leaf: int | None, signature: str | None, out: Path) -> None:
    """Write the proof that an act is in the ledger: a C2SP tlog-proof, which needs no installation to check.

    Example: reciproca ledger prove --leaf 12 --out 12.tlog-proof
    """
    if (leaf is None) == (signature is None):
        raise click.UsageError("Give either --leaf or --signature.")
    with _opened(context).work(console(), write=False) as work:
        if leaf is not None:
            proof = queries.prove_leaf(work, leaf=leaf)
        else:
            proof = queries.prove_signature(work, uid=signature or "")
    write_whole(out, proof.text().encode())
    click.echo(f"Wrote {out}: leaf {proof.index}.", err=True)


@ledger.command()
@click.option("--from", "kept", type=_KEPT, required=True, help="An older checkpoint (a text file).")
@click.option("--out", type=_OUT, required=True, help="Where to write the proof.")
@click.pass_context
def consistency(context: click.Context, kept: Path, out: Path) -> None:
    """Write the proof that the ledger has only grown since a checkpoint, with the newest one. Exit code 1 if it hasn't.

    Example: reciproca ledger consistency --from checkpoint.txt --out consistency.txt
    """
    with _opened(context).work(console(), write=False) as work:
        made = queries.consistency_with(work, note=_read(kept))
    write_whole(out, made.text().encode())
    click.echo(f"Wrote {out}: it begins with the {made.old} leaves of that checkpoint.", err=True)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(
            detail=f"{file} can't be read as text. Nothing was changed.", remedy="Name the checkpoint's file."
        ) from error


def _opened(context: click.Context) -> Installation:
    installation: Installation = context.find_root().obj["open"](existing_home())
    return installation
