"""The life of a version at the terminal, each act for a named member with that member's rights: begin, reword, propose,
record what each side decided, give one's word, choose the day, take back."""

from collections.abc import Callable
from typing import Any

import click

from reciproca.compacts.drafting import actions, queries, schemas
from reciproca.compacts.drafting.cli.terminal import BY, JSON, ORGANISATION, compact, line, opened, shaped
from reciproca.compacts.drafting.tables import Matter, Version
from reciproca.core.cli import print_json
from reciproca.core.work import Work
from reciproca.plugins.types import ChangeClass, LegalEffect, Side

_REASON = click.option("--reason", metavar="TEXT", default="", help="Why.")


def _names(kind: Any) -> click.Choice[str]:
    return click.Choice([one.value for one in kind])


@compact.command(
    "start", epilog="Example: reciproca compact start --template ottawa-14 --by steward@riverbend.example"
)
@click.option("--template", "template_key", metavar="KEY", required=True, help="What it starts from.")
@click.option("--effect", "legal_effect", type=_names(LegalEffect), default="none", show_default=True)
@click.option(
    "--review-cycle", metavar="KEY", default="annual", show_default=True, help="How it is reviewed."
)
@click.option("--unit", "unit_uid", metavar="UID", default="", help="The whole organisation by default.")
@BY
@ORGANISATION
@JSON
def start(by: str, organisation: str | None, as_json: bool, **typed: str) -> None:
    """Begin an agreement from a template: its first version is a draft."""
    asked = shaped(schemas.NewCompactForm(), typed)
    _do(lambda work: actions.create_compact(work, **asked), by, organisation, as_json=as_json)


@compact.command(
    "next", epilog="Example: reciproca compact next COMPACT --class minor --by steward@riverbend.example"
)
@click.argument("compact_uid", metavar="COMPACT")
@click.option("--class", "change_class", type=_names(ChangeClass), default="material", show_default=True)
@BY
@ORGANISATION
@JSON
def start_next(compact_uid: str, change_class: str, by: str, organisation: str | None, as_json: bool) -> None:
    """Begin the next version of COMPACT (its uid) as a copy of the latest."""
    asked = shaped(schemas.NextVersionIn(), {"change_class": change_class})
    asked.pop("from_uid")
    _do(
        lambda work: actions.start_version(work, compact_uid=compact_uid, **asked),
        by, organisation, as_json=as_json,
    )  # fmt: skip


@compact.command(
    "propose", epilog="Example: reciproca compact propose VERSION --by steward@riverbend.example"
)
@click.argument("version")
@BY
@ORGANISATION
@JSON
def propose(version: str, by: str, organisation: str | None, as_json: bool) -> None:
    """Freeze the text of VERSION (its uid) and put it to both sides."""
    _do(lambda work: actions.propose(work, version_uid=version), by, organisation, as_json=as_json)


@compact.command(
    "ratify",
    epilog="Example: reciproca compact ratify VERSION --side physicians --body Association --decided-on 2026-09-01 "
    "--for 91 --quorum 60 --by secretary@riverbend.example",
)
@click.argument("version")
@click.option("--side", type=_names(Side), required=True, help="Whose body decided.")
@click.option("--body", required=True, help="Which body.")
@click.option("--decided-on", metavar="DAY", required=True, help="On which day, as year-month-day.")
@click.option("--refused", is_flag=True, help="It refused; say why with --reason.")
@click.option("--for", "votes_for", type=int, required=True)
@click.option("--against", "votes_against", type=int, default=0)
@click.option("--abstained", "abstentions", type=int, default=0)
@click.option("--recused", type=int, default=0)
@click.option("--quorum", type=int, default=1, show_default=True, help="How many had to take part.")
@click.option("--minutes", "minute_reference", metavar="TEXT", default="", help="Where it stands in them.")
@_REASON
@BY
@ORGANISATION
@JSON
def ratify(
    version: str, refused: bool, by: str, organisation: str | None, as_json: bool, **typed: Any
) -> None:
    """Record what the body of one side decided on VERSION (its uid)."""
    asked = shaped(schemas.BallotIn(), {**typed, "is_ratified": not refused})

    def act(work: Work) -> Version:
        actions.record_ratification(work, version_uid=version, **asked)
        return _version(work, version)

    _do(act, by, organisation, as_json=as_json)


@compact.command(
    "accord",
    epilog="Example: reciproca compact accord VERSION --matter change_class --by co-sponsor@riverbend.example",
)
@click.argument("version")
@click.option("--matter", type=_names(Matter), required=True, help="What both sides must say yes to.")
@_REASON
@BY
@ORGANISATION
@JSON
def accord(version: str, matter: str, reason: str, by: str, organisation: str | None, as_json: bool) -> None:
    """Give the word of one's side on VERSION (its uid); with the other side's it takes effect."""
    asked = shaped(schemas.AccordIn(), {"matter": matter, "reason": reason})

    def act(work: Work) -> Version:
        actions.give_accord(work, version_uid=version, **asked)
        return _version(work, version)

    _do(act, by, organisation, as_json=as_json)


@compact.command(
    "schedule",
    epilog="Example: reciproca compact schedule VERSION --on 2026-10-01 --by steward@riverbend.example",
)
@click.argument("version")
@click.option("--on", "day", metavar="DAY", required=True, help="Its first day, as year-month-day.")
@BY
@ORGANISATION
@JSON
def schedule(version: str, day: str, by: str, organisation: str | None, as_json: bool) -> None:
    """Choose the day on which VERSION (its uid), ratified by both sides, comes into force."""
    asked = shaped(schemas.DayIn(), {"effective_from": day})
    _do(lambda work: actions.schedule(work, version_uid=version, **asked), by, organisation, as_json=as_json)


@compact.command(
    "withdraw",
    epilog="Example: reciproca compact withdraw VERSION --reason 'Not yet.' --by steward@riverbend.example",
)
@click.argument("version")
@click.option("--reason", metavar="TEXT", required=True, help="Why.")
@BY
@ORGANISATION
@JSON
def withdraw(version: str, reason: str, by: str, organisation: str | None, as_json: bool) -> None:
    """Take VERSION (its uid) back before it is in force."""
    asked = shaped(schemas.ReasonIn(), {"reason": reason})
    _do(lambda work: actions.withdraw(work, version_uid=version, **asked), by, organisation, as_json=as_json)


def _version(work: Work, uid: str) -> Version:
    return queries.find_version(work, uid=uid)


def _do(act: Callable[[Work], Version], by: str, organisation: str | None, *, as_json: bool) -> None:
    """Do something for the member `by`, and say where the version stands now."""
    with opened(organisation, by=by, write=True) as work:
        version = act(work)
        work.session.flush()
        said = line(version)
    if as_json:
        print_json(said)
    else:
        click.echo(f"{said['uid']}  version {said['number']}: {said['state'].replace('_', ' ')}")
