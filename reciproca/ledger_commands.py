"""`reciproca ledger`: the log against its checkpoints, its records, frozen texts, and a checkpoint kept elsewhere."""

from pathlib import Path

import click

from reciproca.compacts.drafting.queries import check_frozen_texts
from reciproca.compacts.signing.queries.recorded import check_signatures
from reciproca.compacts.signing.tables import SignatureEvidence
from reciproca.core.cli import Group, existing_home, print_json
from reciproca.core.ledger import export as exports
from reciproca.core.ledger.report import Report
from reciproca.core.ledger.tables import LedgerRecord
from reciproca.core.ledger.verify import verify as verify_log
from reciproca.core.work import Installation

RECORD_TABLES = (LedgerRecord, SignatureEvidence)
CHECKS = (check_frozen_texts, check_signatures)


def verify_ledger(installation: Installation, against: str | None = None) -> Report:
    """Verify the whole ledger of `installation`; `against` is the text of a checkpoint that was kept elsewhere."""
    signer = installation.keys.ledger_signer
    with installation.database.transaction(write=False) as session:
        return verify_log(
            session,
            public_key=signer.public_key,
            origin=signer.origin,
            record_tables=RECORD_TABLES,
            checks=CHECKS,
            against=against,
        )


@click.group(cls=Group)
def ledger() -> None:
    """The append-only record of what was decided."""


@ledger.command()
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint that was kept elsewhere (a text file).",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def verify(context: click.Context, against: Path | None, as_json: bool) -> None:
    """Recompute the ledger, every record and every frozen text. Exit code 1 when anything differs.

    Example: reciproca ledger verify --against checkpoint.txt
    """
    report = verify_ledger(_opened(context), against.read_text(encoding="utf-8") if against else None)
    if as_json:
        print_json(report.to_json())
    else:
        for problem in report.problems:
            click.echo(
                f"leaf {problem.index}: {problem.reason}" if problem.index is not None else problem.reason
            )
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


def _opened(context: click.Context) -> Installation:
    installation: Installation = context.find_root().obj["open"](existing_home())
    return installation
