"""Commands of signing: checking sealed documents and evidence bundles, anywhere; erasing evidence by law."""

from pathlib import Path

import click

from reciproca.compacts.people.queries import find_organisation
from reciproca.compacts.signing.actions import erase_evidence
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.core.cli import Group, existing_home, print_json
from reciproca.core.errors import Unreadable
from reciproca.core.identity import console
from reciproca.core.work import Installation

_FILE = click.Path(path_type=Path)


@click.command(epilog="Example: reciproca verify agreement.pdf --trust root.pem --json")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_FILE)
@click.option("--trust", type=_FILE, help="The root certificate (PEM) of the installation that you trust.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def verify(context: click.Context, files: tuple[Path, ...], trust: Path | None, as_json: bool) -> None:
    """Check sealed PDFs or evidence bundles, offline, without an installation.

    Exit code 0: all intact; 1: one was altered or is not trusted; 2: one can't be read."""
    certificate = _read(trust) if trust else None
    verdicts = [verify_file(file, certificate) for file in files]
    if as_json:
        print_json([verdict.to_json() for verdict in verdicts])
    else:
        for verdict in verdicts:
            click.echo(f"{verdict.file}: {verdict.verdict}: {verdict.reason}")
            for party in verdict.parties:
                signed = f"{party.name}, {party.signed_at}" if party.name else "has not signed"
                click.echo(f"  {party.party}: {signed}")
    context.exit(max(verdict.exit_code for verdict in verdicts))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(
            detail=f"{path} can't be read: {error.strerror}.", remedy="Check its name."
        ) from error


@click.group(cls=Group)
def signature() -> None:
    """Signatures that were given."""


@signature.command()
@click.argument("uid")
@click.option(
    "--reason", required=True, help="The decision or law that asks for it, without the person's name."
)
@click.option("--organisation", metavar="UID", help="Which organisation, when there are several.")
@click.option("--yes", is_flag=True, help="Don't ask first.")
@click.pass_context
def erase(context: click.Context, uid: str, reason: str, organisation: str | None, yes: bool) -> None:
    """Erase what the evidence of a signature says of a person, and its document, for good. The ledger keeps the leaf,
    and says that it was erased.

    Example: reciproca signature erase 0198f0c3-7c80-7999-916d-edec34639a30 --reason "decision 12 of the regulator"
    """
    if not yes:
        click.confirm(
            f"Erase the evidence of {uid} and its document? This can't be undone.", abort=True, err=True
        )
    installation: Installation = context.find_root().obj["open"](existing_home())
    with installation.work(lambda session: (console(), find_organisation(session, organisation))) as work:
        erase_evidence(work, signature_uid=uid, reason=reason)
    click.echo(f"Erased the evidence of {uid}. Its files are removed by the next tick.", err=True)


commands: tuple[click.Command, ...] = (verify, signature)
