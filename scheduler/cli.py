"""Commands of the scheduler."""

from datetime import datetime

import click

from reciproca.core.cli import existing_home, print_json
from reciproca.core.clock import FixedClock
from reciproca.core.errors import Conflict, Invalid, Misconfigured
from reciproca.core.outbox import try_again
from reciproca.scheduler.ticks import TickReport
from reciproca.scheduler.ticks import tick as run_tick
from reciproca.scheduler.working import run_worker


@click.command()
@click.option("--at", "instant", metavar="TIME", help="ISO 8601 instant with its offset; now when left out.")
@click.option("--yes", is_flag=True, help="Allow an instant that is still to come, outside a demo home.")
@click.option("--again", is_flag=True, help="Also try again what failed for good, documents for instance.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def tick(context: click.Context, instant: str | None, yes: bool, again: bool, as_json: bool) -> None:
    """Do once what is due: versions, reviews, reminders, mail. Safe to repeat.

    Example: reciproca tick --at 2026-11-22T09:00:00-05:00 --json
    """
    root, folder = context.find_root().obj, existing_home()
    installation = root["open"](folder)
    if instant is not None:
        at = _instant(instant)
        if at > installation.clock.now() and not yes and not (folder / "demo.json").exists():
            raise Conflict(
                detail="That instant is still to come, and this is no demo. Nothing was changed.",
                remedy="Reminders sent too early can't be taken back; if you mean it, add --yes.",
            )
        installation.database.dispose()
        clock = FixedClock()
        clock.move_to(at)
        installation = root["open"](folder, clock)
    if again:
        try_again(installation)
    report = run_tick(installation, root["handlers"])
    print_json(report.to_json()) if as_json else _print(report)


@click.command()
@click.pass_context
def worker(context: click.Context) -> None:
    """Work beside others until Ctrl-C: reminders, mail, documents, but no pages. For PostgreSQL; start as many as you
    like, on as many machines.

    Example: reciproca worker
    """
    root = context.find_root().obj
    installation = root["open"](existing_home())
    if not installation.settings.url.startswith("postgresql"):
        raise Misconfigured(
            detail="This installation is on SQLite, which serves one machine. Nothing was started.",
            remedy="`reciproca serve` does the same work beside its pages; for several machines, move to PostgreSQL.",
        )
    click.echo("Working (Ctrl-C ends it).")
    run_worker(installation, root["handlers"])


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid(
            detail=f"{text!r} is not an instant. Nothing was changed.",
            remedy="Write it like 2026-11-22T09:00:00-05:00, with its offset.",
        )
    return found


def _print(report: TickReport) -> None:
    click.echo(f"At {report.at.isoformat()}")
    lines = {
        "outbox items done": report.outbox,
        **{name.replace("_", " "): number for name, number in report.due.items()},
        "notices written": report.swept.notices,
        "invitations closed": report.swept.closed,
        **{f"deliveries {name.replace('_', ' ')}": number for name, number in report.deliveries.items()},
        **{f"webhooks {name}": number for name, number in report.webhooks.items()},
    }
    for name, number in lines.items():
        click.echo(f"  {name:<26} {number:>6}")


commands: tuple[click.Command, ...] = (tick, worker)
