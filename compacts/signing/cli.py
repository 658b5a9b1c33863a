"""Commands of signing: checking sealed documents and evidence bundles, anywhere."""

from pathlib import Path

import click

from reciproca.compacts.signing.verification.files import verify_file
from reciproca.core.cli import print_json
from reciproca.core.errors import Unreadable

_FILE = click.Path(path_type=Path)


@click.command(epilog="Example: reciproca verify agreement.pdf --trust root.pem --json")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_FILE)
@click.option("--trust", type=_FILE, help="The root certificate (PEM) of the installation that you trust.")
@click.option(
    "--timestamp-root",
    type=_FILE,
    help="Certificates (PEM) of the time-stamp authority that you trust; without them, a stamp is only reported.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def verify(
    context: click.Context,
    files: tuple[Path, ...],
    trust: Path | None,
    timestamp_root: Path | None,
    as_json: bool,
) -> None:
    """Check sealed PDFs or evidence bundles, offline, without an installation.

    Exit code 0: all intact; 1: one was altered or is not trusted; 2: one can't be read."""
    certificate = _read(trust) if trust else None
    authority = _read(timestamp_root) if timestamp_root else None
    verdicts = [verify_file(file, certificate, authority) for file in files]
    if as_json:
        print_json([verdict.to_json() for verdict in verdicts])
    else:
        for verdict in verdicts:
            click.echo(f"{verdict.file}: {verdict.verdict}: {verdict.reason}")
            for party in verdict.parties:
                signed = f"{party.name}, {party.signed_at}" if party.name else "has not signed"
                click.echo(f"  {party.party}: {signed}")
            if stamp := verdict.stamp:
                whose = "an authority that you trust" if stamp.trusted else "an authority that you didn't name"
                click.echo(f"  time stamp: {stamp.at}, by {whose}")
    context.exit(max(verdict.exit_code for verdict in verdicts))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(
            detail=f"{path} can't be read: {error.strerror}.", remedy="Check its name."
        ) from error


commands: tuple[click.Command, ...] = (verify,)
