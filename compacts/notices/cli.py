"""Commands of notices: what was sent, or lies in the mail drop."""

from dataclasses import asdict
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import click

from reciproca.compacts.access.rules import without_secrets
from reciproca.compacts.notices import queries
from reciproca.compacts.people.queries import find_organisation
from reciproca.core.cli import Group, existing_home, print_json
from reciproca.core.errors import NotFound
from reciproca.core.identity import console
from reciproca.core.work import Installation

organisation_option = click.option("--organisation", metavar="UID", help="Which one, if there are several.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group(cls=Group)
def mail() -> None:
    """Mail that was sent, waits, or lies in the mail drop.

    Example: reciproca mail list
    """


@mail.command("list")
@click.option(
    "--limit", default=200, show_default=True, type=click.IntRange(1, 10_000), help="How many at most."
)
@organisation_option
@json_option
def list_mail(limit: int, organisation: str | None, as_json: bool) -> None:
    """List deliveries and what truly became of them, the newest first; then other mails of the drop (sign-in links).

    Example: reciproca mail list --json
    """
    installation = _opened()
    rows = [_delivery(sent) for sent in _deliveries(installation, organisation, None, limit)]
    known = {row["reference"] for row in rows}
    rows += [_file(path) for path in _dropped(installation)[:limit] if path.name not in known]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['at'][:19]}  {row['state']:<12} {row['kind']:<24} {row['to']:<36} {row['id']}")


@mail.command()
@click.argument("id_", metavar="ID")
@organisation_option
@json_option
def show(id_: str, organisation: str | None, as_json: bool) -> None:
    """Show one mail: a delivery by its uid, or a file of the mail drop by its name. Links and codes that open
    something are its reader's alone: they are left out, but in a sample hospital.

    Example: reciproca mail show 20261122T140000Z-0f3c9a7d11e25b48.eml
    """
    installation = _opened()
    row = _one(installation, organisation, id_)
    file = installation.settings.mail_folder / Path(row["reference"] or "none").name
    row |= _read(file) if file.is_file() else {"subject": None, "text": None}
    if not (installation.settings.home / "demo.json").is_file():
        row |= {name: without_secrets(row[name] or "") or None for name in ("subject", "text")}
    if as_json:
        print_json(row)
        return
    for name in ("at", "to", "state", "reason", "subject"):
        click.echo(f"{name:<8} {row[name] or ''}".rstrip())
    click.echo(f"\n{row['text'] or 'Its text was handed to the mail server and is not kept here.'}")


def _opened() -> Installation:
    installation: Installation = click.get_current_context().find_root().obj["open"](existing_home())
    return installation


def _deliveries(
    installation: Installation, organisation: str | None, uid: str | None, limit: int
) -> list[queries.Sent]:
    with installation.work(
        lambda session: (console(), find_organisation(session, organisation)), write=False
    ) as work:
        return queries.deliveries(work, uid=uid, limit=limit)


def _one(installation: Installation, organisation: str | None, id_: str) -> dict[str, Any]:
    named = [path for path in _dropped(installation) if path.name == id_]
    if named:
        return _file(named[0])
    found = _deliveries(installation, organisation, id_, 1)
    if not found:
        raise NotFound(detail=f"There is no mail {id_!r} here.", remedy="See `reciproca mail list`.")
    return _delivery(found[0])


def _dropped(installation: Installation) -> list[Path]:
    return sorted(installation.settings.mail_folder.glob("*.eml"), reverse=True)


def _delivery(sent: queries.Sent) -> dict[str, Any]:
    facts = asdict(sent)
    return {
        "id": sent.uid,
        "at": (sent.done_at or sent.written_at).isoformat(),
        "to": sent.address,
        "kind": sent.kind,
        "state": sent.outcome or sent.state,
        **{name: facts[name] for name in ("notices", "reference", "reason", "attempts")},
    }


def _file(path: Path) -> dict[str, Any]:
    mail = _parsed(path)
    at = datetime.strptime(path.name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return {
        "id": path.name,
        "at": at.isoformat(),
        "to": str(mail["To"]),
        "kind": "mail_drop",
        "state": "written",
        "notices": 1,
        "reference": path.name,
        "reason": "",
        "attempts": 1,
    }


def _read(path: Path) -> dict[str, Any]:
    mail = _parsed(path)
    body = mail.get_body(("plain",))
    return {"subject": str(mail["Subject"]), "text": body.get_content() if body else ""}


def _parsed(path: Path) -> EmailMessage:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    if not isinstance(mail, EmailMessage):
        raise NotFound(detail=f"{path.name} is no mail.")
    return mail


commands: tuple[click.Command, ...] = (mail,)
