"""`reciproca doctor`: what would fail later, said now, each with the one thing that mends it."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from imaplib import IMAP4
from pathlib import Path
from urllib.parse import urlsplit

import click
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from reciproca.compacts.notices.returned import returned
from reciproca.compacts.proving.endings import endings, words
from reciproca.compacts.signing.queries.waiting import SOON, archives, unsealed, unstamped
from reciproca.compacts.webhooks.rules import shown
from reciproca.compacts.webhooks.tables import WebhookEndpoint, Why
from reciproca.core import outbox, schema
from reciproca.core.cli import existing_home, print_json
from reciproca.core.db import ACROSS, Base
from reciproca.core.errors import PluginFailed, ReciprocaError
from reciproca.core.i18n import Translator
from reciproca.core.identity import system
from reciproca.core.ledger import guards, health
from reciproca.core.ledger.entry import readable
from reciproca.core.ledger.tables import LedgerLeaf, LedgerWitness
from reciproca.core.seal_key import FILE
from reciproca.core.work import Installation
from reciproca.plugins.bundled.mail import connected
from reciproca.scheduler.places import all_places
from reciproca.scheduler.returning import mailbox
from reciproca.scheduler.waiting import outcomes, queues
from reciproca.seal_keys import can_sign
from reciproca.templates.pdf import check_libraries

LEAST_FREE = 200 * 1024 * 1024
MOST_OFF = timedelta(seconds=30)
MOST_LATE = timedelta(minutes=15)
"""How long something may be due before it counts as forgotten; a busy scheduler is minutes behind at most."""
RECENT = timedelta(days=1)
"""What became of mail is told for so long: a daily look sees each refusal once."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check saw: `ok`, and when not, what to do."""

    name: str
    ok: bool
    said: str
    remedy: str = ""


Probe = Callable[[Installation], Finding]


def examine(installation: Installation) -> Iterator[Finding]:
    """Run every check, in order."""
    for probe in PROBES:
        try:
            yield probe(installation)
        except (ReciprocaError, OSError, SQLAlchemyError) as error:
            yield Finding(
                name=probe.__name__.strip("_"), ok=False, said=str(error), remedy="See the message."
            )


def _database(installation: Installation) -> Finding:
    at, wanted = schema.current(installation.database), schema.expected()
    ok = at == wanted
    return Finding(
        name="database", ok=ok, said=f"schema {at}", remedy="" if ok else "Run `reciproca db upgrade`."
    )


def _guards(installation: Installation) -> Finding:
    with installation.database.engine.connect() as connection:
        gone = guards.missing(connection, Base.metadata)
    said = f"missing: {', '.join(gone)}" if gone else "the ledger's triggers are in place"
    return Finding(
        name="guards", ok=not gone, said=said, remedy="Run `reciproca db upgrade`." if gone else ""
    )


def _ledger(installation: Installation) -> Finding:
    with installation.database.transaction(write=False) as session:
        last = health.last_check(session)
    if last is None:
        return Finding(name="ledger", ok=True, said="not verified yet; it is every day while serving")
    said = f"verified at {last.checked_at:%Y-%m-%d %H:%M} UTC, {last.size} leaves"
    if not last.ok:
        said = f"doesn't verify ({last.problems[0]}): nothing can be signed until it does"
    remedy = "" if last.ok else "Run `reciproca ledger verify`; restore the last good backup."
    return Finding(name="ledger", ok=last.ok, said=said, remedy=remedy)


def _witnesses(installation: Installation) -> Finding:
    with installation.database.transaction(write=False) as session:
        rows = session.scalars(select(LedgerWitness).order_by(LedgerWitness.witness)).all()
    said = "; ".join(f"{row.witness}: {row.failure or f'holds {row.size} leaves'}" for row in rows)
    ok = not any(row.failure for row in rows)
    remedy = "" if ok else "Mend the witness; it is asked again by itself, and nobody waits for it."
    return Finding(name="witnesses", ok=ok, said=said or "nobody keeps checkpoints elsewhere", remedy=remedy)


def _keys(installation: Installation) -> Finding:
    loose = [
        path.name
        for path in sorted(installation.settings.keys_folder.iterdir())
        if path.stat().st_mode & 0o077
    ]
    said = (
        f"readable by others: {', '.join(loose)}"
        if loose
        else f"root {installation.keys.root_fingerprint[:16]}…"
    )
    return Finding(
        name="keys", ok=not loose, said=said, remedy="Run `chmod 600` on the keys." if loose else ""
    )


def _seal_key(installation: Installation) -> Finding:
    keys = installation.keys
    who = (
        "a file of this installation"
        if keys.holder == FILE
        else f"{keys.holder}, which declares {keys.declares} seals"
    )
    try:
        ok, why = can_sign(installation), "what it signs doesn't fit the certificate"
    except PluginFailed as error:
        ok, why = False, error.detail
    return Finding(
        name="seal",
        ok=ok,
        said=f"the key is held by {who}, and " + ("signs" if ok else f"can't sign: {why} Signing goes on."),
        remedy="" if ok else "Mend who holds the key; then run `reciproca tick --again`.",
    )


def _certificates(installation: Installation) -> Finding:
    begins, now = installation.keys.seal.not_valid_before_utc, installation.clock.now()
    found = [words(one, Translator("en"), "UTC") for one in endings(installation.keys, now)]
    if begins > now:
        found = [
            (
                f"The seal's certificate begins on {begins:%Y-%m-%d}, later than this clock.",
                "Check the clock.",
            )
        ]
    ends = installation.keys.seal.not_valid_after_utc
    return Finding(
        name="certificates",
        ok=not found,
        said=" ".join(said for said, _remedy in found)
        or f"the seal is valid from {begins:%Y-%m-%d} to {ends:%Y-%m-%d}",
        remedy=" ".join(dict.fromkeys(remedy for _said, remedy in found)),
    )


def _documents_waiting(installation: Installation) -> Finding:
    with installation.database.transaction(write=False) as session:
        failed, waiting = unsealed(session), unstamped(session)
    parts = [f"{len(failed)} not sealed: {failed[0].failure}"] if failed else []
    parts += (
        [f"{waiting} sealed without the time stamp that was asked for; it is asked for again"]
        if waiting
        else []
    )
    return Finding(
        name="sealing",
        ok=not parts,
        said="; ".join(parts) or "every document is sealed as it should be",
        remedy="" if not parts else "See `reciproca documents waiting`.",
    )


def _archive_stamps(installation: Installation) -> Finding:
    is_wanted = installation.settings.has_archive_stamps
    with installation.database.transaction(write=False) as session:
        found = archives(session, installation.clock.now())
    parts = [f"{found.failed} not stamped when due: {found.failure}"] if found.failed else []
    parts += [f"{found.ended} have ended: nobody can renew them any more"] if found.ended else []
    parts += [f"{found.ending} end within {SOON.days} days"] if found.ending else []
    said = f"{found.kept} documents have archive stamps" if is_wanted else "archive stamps are not asked for"
    if found.first:
        said += f", the first of which ends on {found.first:%Y-%m-%d}"
    mend = (
        "See `reciproca documents waiting`; mend the authority, or what it says. It is asked again each hour."
    )
    return Finding(
        name="archives",
        ok=not parts,
        said="; ".join([said, *parts]),
        remedy=""
        if not parts
        else mend
        if is_wanted
        else "Set RECIPROCA_ARCHIVE_STAMPS=1 to have them renewed.",
    )


def _mail(installation: Installation) -> Finding:
    url = installation.settings.smtp_url
    if not url:
        folder = installation.settings.mail_folder
        return Finding(
            name="mail", ok=True, said=f"no relay is set: mail is written to {folder.name}/ as .eml files"
        )
    try:
        connected(url).close()
    except (OSError, ValueError) as error:
        return Finding(
            name="mail",
            ok=False,
            said=f"the relay can't be used: {error}. Mail waits",
            remedy="Mend the relay or RECIPROCA_SMTP_URL: host, port, encryption, user, password.",
        )
    return Finding(name="mail", ok=True, said=f"{urlsplit(url).hostname} answers and lets us in")


def _deliveries(installation: Installation) -> Finding:
    now = installation.clock.now()
    with installation.database.transaction(write=False) as session:
        said = outcomes(session, since=now - RECENT)
    refused = sum(said.get(word, 0) for word in ("refused", "failed", "bounced"))
    words = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in sorted(said.items()))
    return Finding(
        name="deliveries",
        ok=not refused,
        said=f"in the last 24 hours: {words or 'none'}",
        remedy="See `reciproca mail list` and `mail bounces`: an address may be wrong." if refused else "",
    )


def _returned(installation: Installation) -> Finding:
    """Whether mail that comes back is heard of, and how many people get none because of it."""
    url, address = installation.settings.bounce_imap_url, installation.settings.bounce_mailbox
    stopped = 0
    for place in all_places(installation):
        with installation.work(system("doctor"), place, write=False) as work:
            stopped += len(returned(work))
    said = f"{address} gets what comes back" if address else "nobody hears of mail that comes back"
    said += f"; {stopped} people get no mail, because it came back" if stopped else ""
    try:
        if url:
            with mailbox(url):
                said += "; the mailbox can be read"
    except (OSError, IMAP4.error) as error:
        return Finding(
            name="returned",
            ok=False,
            said=f"{said}; the mailbox can't be read: {error}",
            remedy="Mend the mailbox or RECIPROCA_BOUNCE_IMAP_URL: host, port, user, password, folder.",
        )
    if url and not address:
        return Finding(name="returned", ok=False, said=said, remedy="Set RECIPROCA_BOUNCE_ADDRESS too.")
    return Finding(
        name="returned",
        ok=not stopped,
        said=said,
        remedy="See `reciproca mail bounces`; mend the addresses on the roster." if stopped else "",
    )


def _webhooks(installation: Installation) -> Finding:
    """Those that somebody here switched off are named, and are no fault; those that are gone are one."""
    with installation.database.transaction(write=False) as session:
        asked = select(WebhookEndpoint).order_by(WebhookEndpoint.id)
        rows = session.scalars(asked, execution_options=ACROSS).all()
    off = [row for row in rows if row.disabled_at]
    gone = [row for row in off if row.disabled_why is Why.GONE]
    said = [f"{len(rows) - len(off)} enabled" if rows else "nobody is told by webhook"]
    said += [f"{shown(row.url)} ({row.uid}) is disabled: {row.disabled_why}" for row in off]
    return Finding(
        name="webhooks",
        ok=not gone,
        said="; ".join(said),
        remedy="Ask whoever runs that system; then `reciproca webhook enable`, or add its new address."
        if gone
        else "",
    )


def _clock(installation: Installation) -> Finding:
    """The clock against the database server's, which counts leases, and against the last act: no act is of later."""
    now = installation.clock.now()
    with installation.database.transaction(write=False) as session:
        newest = select(LedgerLeaf.entry).order_by(LedgerLeaf.idx.desc()).limit(1)
        last = readable(session.scalar(newest))
        theirs = (
            session.scalar(select(func.now())) if session.get_bind().dialect.name == "postgresql" else now
        )
    off = abs((theirs or now) - now)
    if last and datetime.fromisoformat(last["at"]) > now + MOST_OFF:
        said = f"it is {now:%Y-%m-%d %H:%M:%S} UTC here, but the last act was at {last['at']}"
    elif off > MOST_OFF:
        said = f"it differs by {off.total_seconds():.0f} s from the database server's"
    else:
        return Finding(name="clock", ok=True, said=f"{now:%Y-%m-%d %H:%M:%S} UTC")
    return Finding(
        name="clock", ok=False, said=said, remedy="Let the machines keep time by NTP; then look again."
    )


def _scheduler(installation: Installation) -> Finding:
    now = installation.clock.now()
    with installation.database.transaction(write=False) as session:
        late = [one for one in queues(session, now=now) if one.oldest and one.oldest < now - MOST_LATE]
    said = "; ".join(f"{one.due} {one.name} due since {one.oldest:%Y-%m-%d %H:%M} UTC" for one in late)
    return Finding(
        name="scheduler",
        ok=not late,
        said=said or "nothing that is due waits",
        remedy="Nothing does the work: keep `reciproca serve` running, without --no-scheduler."
        if late
        else "",
    )


def _outbox(installation: Installation) -> Finding:
    with installation.database.transaction(write=False) as session:
        failed = outbox.failures(session)
    said = f"{failed} items failed for good" if failed else "nothing waits in vain"
    return Finding(
        name="outbox", ok=not failed, said=said, remedy="Run `reciproca tick --again`." if failed else ""
    )


def _disk(installation: Installation) -> Finding:
    free = shutil.disk_usage(installation.settings.home).free
    ok = free > LEAST_FREE and os.access(installation.settings.home, os.W_OK)
    return Finding(
        name="disk", ok=ok, said=f"{free // 1024**2} MiB free", remedy="" if ok else "Free some space."
    )


def _documents(_installation: Installation) -> Finding:
    missing = check_libraries()
    return Finding(
        name="documents",
        ok=not missing,
        said=missing or "PDF documents can be made",
        remedy="Run: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" if missing else "",
    )


def _plugins(installation: Installation) -> Finding:
    failed = [
        f"{record.name}: {record.reason}"
        for record in installation.plugins.records
        if record.state == "failed"
    ]
    said = "; ".join(failed) or f"{len(installation.plugins.records)} loaded"
    return Finding(name="plugins", ok=not failed, said=said, remedy="Mend or block them." if failed else "")


def _address(installation: Installation) -> Finding:
    parts = urlsplit(installation.settings.public_url)
    ok = parts.scheme == "https" or parts.hostname in {"127.0.0.1", "localhost", socket.gethostname()}
    if parts.scheme == "https" and not installation.settings.proxies:
        return Finding(
            name="address",
            ok=False,
            said="people come through a proxy, and all of them seem to have its address",
            remedy="Set RECIPROCA_TRUSTED_PROXIES to the number of proxies of yours, 1 as a rule.",
        )
    return Finding(
        name="address",
        ok=ok,
        said=installation.settings.public_url,
        remedy="" if ok else "Set RECIPROCA_PUBLIC_URL to the https address that people use.",
    )


PROBES: tuple[Probe, ...] = (
    _database,
    _guards,
    _ledger,
    _witnesses,
    _keys,
    _seal_key,
    _certificates,
    _documents_waiting,
    _archive_stamps,
    _mail,
    _deliveries,
    _returned,
    _webhooks,
    _clock,
    _scheduler,
    _outbox,
    _disk,
    _documents,
    _plugins,
    _address,
)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check settings, keys, certificates, database, mail, clock, scheduler, disk and plugins. Exit code 1 when
    something would fail.

    Example: reciproca doctor
    """
    findings = list(examine(context.find_root().obj["open"](Path(existing_home()))))
    if as_json:
        print_json([vars(finding) for finding in findings])
    else:
        for finding in findings:
            click.echo(
                f"{'ok ' if finding.ok else 'BAD'}  {finding.name}: {finding.said} {finding.remedy}".rstrip()
            )
    context.exit(0 if all(finding.ok for finding in findings) else 1)
