"""Commands of signing: checking sealed documents and bundles, anywhere; campaigns; erasing evidence by law; what waits
for its seal, and the seal's key."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from reciproca.compacts.drafting.cli.terminal import BY, JSON, ORGANISATION, opened
from reciproca.compacts.people.queries import find_organisation
from reciproca.compacts.signing.actions import (
    erase_evidence,
    extend_campaign,
    pause_campaign,
    preview_campaign,
    resume_campaign,
)
from reciproca.compacts.signing.queries import progress
from reciproca.compacts.signing.queries.campaigns import campaigns
from reciproca.compacts.signing.queries.waiting import unarchived, unsealed, unstamped
from reciproca.compacts.signing.rules.reminders import Reminders
from reciproca.compacts.signing.schemas.previews import PreviewOut, preview_data
from reciproca.compacts.signing.tables import Campaign, SealedDocument
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.core.cli import Group, existing_home, print_json
from reciproca.core.errors import Unreadable
from reciproca.core.identity import console
from reciproca.core.outbox import OutboxItem
from reciproca.core.work import Installation, Work

_FILE = click.Path(path_type=Path)
_DAYS = partial(click.option, metavar="DAYS", multiple=True, type=int)
UNTIL = click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day for answers."
)


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
            if verdict.stamp:
                for line in verdict.stamp.words:
                    click.echo(f"  {line}")
            elif verdict.parties:
                click.echo("  time stamp: none; the time is the sealer's own word")
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


@click.group(cls=Group)
def documents() -> None:
    """Sealed documents and what keeps them waiting."""


@documents.command(epilog="Example: reciproca documents waiting --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def waiting(context: click.Context, as_json: bool) -> None:
    """List documents that could not be sealed yet, or got no archive stamp, with the reason and the next try, and count
    those that wait for their time stamp. `reciproca tick --again` tries what failed for good."""
    installation = context.find_root().obj["open"](existing_home())
    with installation.database.transaction(write=False) as session:
        failed = [_job(item) for item in unsealed(session)]
        unready = unstamped(session)
        unkept = [_without(uid, document) for uid, document in unarchived(session)]
    if as_json:
        return print_json({"unsealed": failed, "unstamped": unready, "unarchived": unkept})
    for job in (*failed, *unkept):
        click.echo(f"{job['of']}: {job['state']}, next try {job['next_try'] or 'none'}: {job['failure']}")
    return click.echo(
        f"{len(failed)} not sealed, {unready} without their time stamp, {len(unkept)} without their archive stamp"
    )


def _job(item: OutboxItem) -> dict[str, Any]:
    of = item.payload.get("signature") or item.payload.get("version")
    later = item.not_before.isoformat() if item.state != "failed" else None
    return {"of": of, "state": item.state, "next_try": later, "failure": item.failure}


def _without(uid: str, document: SealedDocument) -> dict[str, Any]:
    later = document.archive_due_at.isoformat() if document.archive_due_at else None
    return {"of": uid, "state": "archive stamp", "next_try": later, "failure": document.archive_failure}


@click.group(cls=Group)
def campaign() -> None:
    """Campaigns that ask for signatures."""


@campaign.command("list", epilog="Example: reciproca campaign list --json")
@ORGANISATION
@JSON
def list_campaigns(organisation: str | None, as_json: bool) -> None:
    """List every campaign, the newest first: its state, last day, and how many were asked and have signed."""
    with opened(organisation) as work:
        found = [_told(work, row) for row in campaigns(work)]
    if as_json:
        return print_json(found)
    for one in found:
        click.echo(
            f"{one['uid']}  {one['state']:<6}  until {one['due']}  {one['signed']} of {one['asked']} signed"
        )
    return None


@campaign.command(epilog="Example: reciproca campaign pause CAMPAIGN --by steward@riverbend.example")
@click.argument("uid", metavar="CAMPAIGN")
@BY
@ORGANISATION
@JSON
def pause(uid: str, by: str, organisation: str | None, as_json: bool) -> None:
    """Hold CAMPAIGN (its uid): no reminders and no signatures until it goes on."""
    with opened(organisation, by=by, write=True) as work:
        said = _told(work, pause_campaign(work, campaign_uid=uid))
    _say(said, as_json=as_json)


@campaign.command(
    epilog="Example: reciproca campaign resume CAMPAIGN --until 2026-12-01 --by steward@riverbend.example"
)
@click.argument("uid", metavar="CAMPAIGN")
@UNTIL
@BY
@ORGANISATION
@JSON
def resume(uid: str, until: datetime, by: str, organisation: str | None, as_json: bool) -> None:
    """Let a paused CAMPAIGN go on."""
    with opened(organisation, by=by, write=True) as work:
        said = _told(work, resume_campaign(work, campaign_uid=uid, due=until.date()))
    _say(said, as_json=as_json)


@campaign.command(
    epilog="Example: reciproca campaign extend CAMPAIGN --until 2026-12-01 --by steward@riverbend.example"
)
@click.argument("uid", metavar="CAMPAIGN")
@UNTIL
@BY
@ORGANISATION
@JSON
def extend(uid: str, until: datetime, by: str, organisation: str | None, as_json: bool) -> None:
    """Move the last day of CAMPAIGN; reminders move with it."""
    with opened(organisation, by=by, write=True) as work:
        said = _told(work, extend_campaign(work, campaign_uid=uid, due=until.date()))
    _say(said, as_json=as_json)


@campaign.command(
    epilog="Example: reciproca campaign preview VERSION --until 2026-12-01 --remind-after 7 --json"
)
@click.argument("uid", metavar="VERSION")
@UNTIL
@click.option(
    "--remind-after",
    "after",
    metavar="DAYS",
    multiple=True,
    type=int,
    help="Remind so many days after asking.",
)
@click.option(
    "--remind-before",
    "before",
    metavar="DAYS",
    multiple=True,
    type=int,
    help="Remind so many days before the end.",
)
@click.option("--no-reminders", "never", is_flag=True, help="Send the invitation only.")
@ORGANISATION
@JSON
def preview(
    uid: str, until: datetime, after: tuple[int, ...], before: tuple[int, ...], never: bool,
    organisation: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Say what a campaign for VERSION (its uid) would send if everybody were asked now: when, to how many, and how the
    mails read. Nobody is asked and nobody is named. Without days, it reminds as usual."""
    chosen = Reminders(after=after, before=before) if after or before or never else None
    with opened(organisation) as work:
        found = preview_campaign(work, version_uid=uid, due=until.date(), reminders=chosen)
        said = PreviewOut().dump(preview_data(found))
    if as_json:
        return print_json(said)
    for line in _preview_lines(said):
        click.echo(line)
    return None


def _told(work: Work, row: Campaign) -> dict[str, Any]:
    work.session.flush()
    found = progress(work, campaign=row)
    return {
        "uid": row.uid,
        "state": row.state,
        "due": row.due_local[:10],
        "asked": found.asked,
        "signed": found.signed,
    }


def _say(said: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(said)
    else:
        click.echo(f"The campaign is {said['state']}, until {said['due']}.")


def _preview_lines(said: Mapping[str, Any]) -> Iterator[str]:
    """A preview (dumped) as the terminal prints it."""
    yield f"{said['asked']} people, {said['without']} without an address, {said['away']} away until it is over."
    yield f"It ends on {said['due']} at 17:00, {said['zone']}."
    yield "Zones: " + (", ".join(f"{zone} {people}" for zone, people in said["zones"].items()) or "none")
    for one in said["rounds"]:
        held = "  (after a leave)" if one["held"] else ""
        yield f"{one['day']} {one['time']}  {_what(one):<34} {one['people']} mails{held}"
    for one in said["shifts"]:
        names = [next(iter(names.values()), "closed") for names in one["closed"]]
        why = ", ".join(names + ["weekend"] * one["weekend"]) or "too late in the evening"
        yield f"moved: {_what(one)}, from {one['wished']} to {one['day']} ({why})"
    for one in said["unsent"]:
        yield f"not sent: {_what(one)}, outside of the campaign or on the day of another"
    for mail in said["mails"]:
        yield f"\n--- {mail['locale']}, {'reminder' if mail['is_reminder'] else 'invitation'}: {mail['subject']}\n"
        yield mail["text"].rstrip()


def _what(one: Mapping[str, Any]) -> str:
    days, wave = one["reminder"]["days"], f"wave {one['wave'] + 1}, " if one["wave"] else ""
    if not one["reminder"]["from_opening"]:
        return f"{wave}{-days} days before the end"
    return f"{wave}{days} days after asking" if days else f"{wave}invitation"


commands: tuple[click.Command, ...] = (verify, signature, campaign, documents)
