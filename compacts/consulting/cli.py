"""Commands of consulting, beside drafting's: rounds, what was said in them, and answers, at the terminal.

Whoever runs the installation acts for a named member of the organisation (`--by`) with that member's rights; the ledger
keeps that it was at the terminal."""

from collections.abc import Callable
from typing import Any

import click

from reciproca.compacts.consulting import actions, queries, schemas
from reciproca.compacts.consulting.queries import PointView
from reciproca.compacts.consulting.rules import Caution, PointState
from reciproca.compacts.consulting.tables import Disposition
from reciproca.compacts.drafting.cli.terminal import BY, JSON, ORGANISATION, compact, opened, shaped
from reciproca.compacts.drafting.queries import find_version
from reciproca.compacts.drafting.tables import Attribution, Consultation
from reciproca.core.cli import print_json

_WARNINGS = {
    Caution.ONE_PHYSICIAN_ASKED: "Only one physician is asked: one can't stand for all.",
    Caution.ONE_PHYSICIAN_SPOKE: "Only one physician has spoken: one can't stand for all.",
}


def _text(name: str, says: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(name, metavar="TEXT", required=True, help=says)


@compact.command(
    "round-open",
    epilog="Example: reciproca compact round-open VERSION --by steward@riverbend.example --purpose 'Hear both sides' "
    "--constraints 'Fourteen topics' --decision-rule Consent --decides 'Six physicians, three leaders' "
    "--measure 'Fewer unclear promises' --closes-on 2026-10-15",
)
@click.argument("version")
@BY
@_text("--purpose", "What it is for.")
@_text("--constraints", "What is fixed already.")
@_text("--decision-rule", "How it will be decided.")
@_text("--decides", "Who decides.")
@_text("--measure", "How it will be known what it changed.")
@click.option("--closes-on", metavar="DAY", required=True, help="Its last day, as year-month-day.")
@click.option(
    "--attribution", type=click.Choice([one.value for one in Attribution]), default="named", show_default=True,
    help="How those who comment are shown.",
)  # fmt: skip
@click.option(
    "--category",
    "categories",
    metavar="KEY",
    multiple=True,
    help="Tell only this kind of members; repeat it.",
)
@click.option("--unit", "units", metavar="UID", multiple=True, help="Tell only this unit; repeat it.")
@click.option(
    "--language", "locales", metavar="CODE", multiple=True, help="Tell only who reads this; repeat it."
)
@ORGANISATION
@JSON
def round_open(version: str, by: str, organisation: str | None, as_json: bool, **said: Any) -> None:
    """Open a round of consultation on VERSION (its uid)."""
    audience = {name: list(said.pop(name)) for name in ("categories", "units", "locales")}
    asked = shaped(schemas.RoundIn(), {**said, "audience": audience})
    with opened(organisation, by=by, write=True) as work:
        found = actions.open_consultation(work, version_uid=version, **asked)
        cautions = queries.cautions(work, audience=found.audience or {})
        data = _round(found, cautions)
    _print(data, f"Round {data['round']} is open until {data['closes_on']}.", cautions, as_json=as_json)


@compact.command(
    "round-close",
    epilog="Example: reciproca compact round-close VERSION --by steward@riverbend.example "
    "--summary 'Two promises are shorter now.'",
)
@click.argument("version")
@BY
@_text("--summary", "What came of it.")
@ORGANISATION
@JSON
def round_close(version: str, by: str, summary: str, organisation: str | None, as_json: bool) -> None:
    """Close the open round of VERSION (its uid), once every comment has its answer."""
    asked = shaped(schemas.RoundEndIn(), {"summary": summary})
    with opened(organisation, by=by, write=True) as work:
        found = actions.close_consultation(work, version_uid=version, **asked)
        cautions = queries.cautions(work, audience=found.audience or {}, round_id=found.id)
        data = _round(found, cautions)
    _print(data, f"Round {data['round']} is closed.", cautions, as_json=as_json)


@compact.command("comments", epilog="Example: reciproca compact comments VERSION --state open --json")
@click.argument("version")
@click.option(
    "--round",
    "number",
    type=click.IntRange(min=0),
    help="Which round, the newest by default; 0: what waits for the next.",
)
@click.option(
    "--state", type=click.Choice([one.value for one in PointState]), help="Only points that stand like this."
)
@click.option("--about", metavar="IDENTITY", help="Only what is about this promise.")
@ORGANISATION
@JSON
def comments(
    version: str,
    number: int | None,
    state: str | None,
    about: str | None,
    organisation: str | None,
    as_json: bool,
) -> None:
    """List what was said of VERSION (its uid), point by point, with the answers."""
    with opened(organisation) as work:
        found = queries.round_page(
            work, version=find_version(work, uid=version), number=number, about=about,
            state=PointState(state) if state else None, limit=10_000, first=10_000,
        )  # fmt: skip
        points = [schemas.PointOut().dump(point) for point in found.points]
    if as_json:
        print_json(points)
        return
    for point in found.points:
        _show(point)
    if not found.points:
        click.echo("Nothing was said here.")


@compact.command(
    "answer",
    epilog="Example: reciproca compact answer VERSION --by drafter@riverbend.example --comment COMMENT "
    "--disposition declined --reason 'A week delays discharge.'",
)
@click.argument("version")
@BY
@click.option(
    "--comment",
    "comment_uids",
    metavar="UID",
    multiple=True,
    help="What you answer; repeat it for alike ones.",
)
@click.option("--point", "point_uid", metavar="UID", help="Answer a whole point instead.")
@click.option(
    "--disposition",
    required=True,
    type=click.Choice([one.value for one in Disposition]),
    help="What is done.",
)
@_text("--reason", "Why; each author reads it.")
@click.option("--adopt", metavar="UID", help="Take the wording of this comment as it is.")
@click.option("--identity", metavar="IDENTITY", help="Which promise changes.")
@ORGANISATION
@JSON
def answer(version: str, by: str, organisation: str | None, as_json: bool, **said: Any) -> None:
    """Give comments on VERSION (its uid) one answer with its reason."""
    given = {name: value for name, value in said.items() if value} | {
        "comment_uids": list(said["comment_uids"])
    }
    asked = shaped(schemas.PointAnswerIn(), given)
    with opened(organisation, by=by, write=True) as work:
        point = actions.answer(work, version_uid=version, **asked)
        data = {"point": point.uid, "disposition": asked["disposition"].value, "reason": point.reason}
    _print(data, f"Answered: {data['disposition']}.", (), as_json=as_json)


def _round(found: Consultation, cautions: Any) -> dict[str, Any]:
    return {
        "round": found.number,
        "closes_on": found.closes_on.isoformat(),
        "is_closed": found.closed_at is not None,
        "warnings": [one.value for one in cautions],
    }


def _show(point: PointView) -> None:
    where = point.identity or "the whole text"
    click.echo(f"{point.uid}  {point.state.value}  {where}")
    for comment in point.comments:
        who = comment.speaker.name or comment.speaker.unit or comment.speaker.side.value
        click.echo(f"  {comment.uid}  {who}: {comment.text or comment.wording}")
    if point.disposition:
        click.echo(f"  {point.disposition.value}: {point.reason}")


def _print(data: dict[str, Any], line: str, cautions: Any, *, as_json: bool) -> None:
    if as_json:
        print_json(data)
        return
    click.echo(line)
    for one in cautions:
        click.echo(_WARNINGS[one])


commands: tuple[click.Command, ...] = (compact,)
