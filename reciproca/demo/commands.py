"""`reciproca demo`: the sample hospital, told once as a table of steps or served in the browser."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from reciproca.compacts.people.actions import create_organisation
from reciproca.core import schema
from reciproca.core.cli import home, progress
from reciproca.core.clock import FixedClock, SystemClock, instant_of, today
from reciproca.core.errors import Conflict
from reciproca.core.identity import console, system
from reciproca.core.keys import create_keys
from reciproca.core.work import Installation
from reciproca.demo import reviews, story
from reciproca.demo.cast import PASSWORD
from reciproca.demo.report import describe
from reciproca.demo.stage import Stage, Step
from reciproca.serving import free_port, run_server

NAME, ZONE = "Riverbend Hospital", "America/Toronto"
SCENES: tuple[story.Scene, ...] = (
    story.gather_people, story.write_together, story.renew_appointments, reviews.review_together, story.propose_again,
)  # fmt: skip


@click.command()
@click.option("--once", is_flag=True, help="Tell the story and stop: nothing is served.")
@click.option("--reset", is_flag=True, help="Throw the sample hospital away and begin again.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Or the next free one after it.",
)
@click.pass_context
def demo(context: click.Context, once: bool, reset: bool, port: int) -> None:
    """A sample hospital: the whole life of an agreement, on a roster of 204 people. Needs nothing, asks nothing.

    Example: reciproca demo --once --home sample
    """
    folder, open_ = home(), context.find_root().obj["open"]
    if reset and folder.exists():
        _clear(folder)
    if not (folder / "demo.json").is_file():
        tell(folder, open_, context.find_root().obj["handlers"])
    elif once:
        raise Conflict(detail=f"The story in {folder} has been told.", remedy="Add --reset to begin again.")
    else:
        click.echo(f"Using the sample hospital in {folder} (--reset begins again).", err=True)
    if not once:
        installation = open_(folder)
        port = free_port("127.0.0.1", port)
        _print_sign_in(folder, port)
        run_server(installation, context.find_root().obj, "127.0.0.1", port, with_scheduler=True)


def tell(folder: Path, open_: Callable[..., Installation], handlers: Any) -> None:
    """Play the whole story in `folder` and print it as a table."""
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(detail=f"{folder} is not empty.", remedy="Choose another --home, or add --reset.")
    now = SystemClock().now()
    days = story.Calendar(ends=now, last=today(FixedClock(now), ZONE))
    clock = FixedClock(instant_of(days.opening, 9, 0, ZONE))
    stage = _begin(folder, open_, clock, handlers)
    with progress("A year at the sample hospital", len(SCENES)) as advance:
        for scene in SCENES:
            scene(stage, days)
            advance(1)
    with stage.installation.work(system("demo"), stage.place) as work:
        told = describe(work)
    stage.installation.database.dispose()
    (folder / "demo.json").write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    _print_steps(stage.steps)
    _print_totals(told)


def _begin(folder: Path, open_: Callable[..., Installation], clock: FixedClock, handlers: Any) -> Stage:
    folder.mkdir(parents=True, exist_ok=True)
    create_keys(folder / "keys", clock, NAME)
    installation = open_(folder, clock)
    schema.upgrade(installation.database)
    with installation.work(console()) as work:
        place = create_organisation(work, name=NAME, jurisdiction="CA-ON", zone=ZONE, locales=("en", "fr"))
    stage = Stage(installation=installation, clock=clock, place=place, handlers=handlers)
    stage.note("IT", "made an installation with its own keys, and the hospital in it")
    return stage


def _print_steps(steps: list[Step]) -> None:
    table = Table(title="The life of an agreement")
    table.add_column("when", no_wrap=True)
    table.add_column("who", no_wrap=True)
    table.add_column("what")
    for step in steps:
        table.add_row(f"{step.at:%Y-%m-%d}", step.who, step.what)
    Console(width=None if Console().is_terminal else 120).print(table)


def _print_totals(told: Mapping[str, Any]) -> None:
    """What the story left behind, in a few numbers."""
    requests, notices, ledger = told["requests"], told["notices"], told["ledger"]
    lines = {
        "people": f"{told['people']}, in {told['appointments']} appointments",
        "signatures": f"{requests['signed']}, of which {requests['bound']} signed by the hospital too",
        "otherwise": f"{requests['declined']} declined, {requests['asked_to_talk']} asked to talk, "
        f"{requests['open']} still open",
        "messages": f"{notices['to_organisation']} to the hospital, {notices['to_physicians']} to physicians",
        "ledger": f"{ledger['size']} entries, root {ledger['root']}",
    }
    for name, said in lines.items():
        click.echo(f"{name:<12} {said}")


def _print_sign_in(folder: Path, port: int) -> None:
    told = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
    click.echo("Sign in as:")
    for line in told["sign_in"]:
        click.echo(f"  {line['role']:<24} {line['email']:<40} http://127.0.0.1:{port}{line['url']}")
    click.echo(f"Signing asks for a password; everybody at the sample hospital has the same one: {PASSWORD}")


def _clear(folder: Path) -> None:
    if not (folder / "demo.json").is_file() and not (folder / "keys").is_dir():
        raise Conflict(detail=f"{folder} doesn't look like a sample hospital, so it was left alone.")
    shutil.rmtree(folder)
