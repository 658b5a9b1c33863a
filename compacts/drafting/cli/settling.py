"""Settling at the terminal: languages that were read, who decides for each side, what one unit adds."""

import click

from reciproca.compacts.drafting import actions, queries, schemas
from reciproca.compacts.drafting.cli.terminal import BY, JSON, ORGANISATION, compact, line, opened
from reciproca.core.cli import print_json
from reciproca.plugins.types import Side


@compact.command(
    "confirm-language",
    epilog="Example: reciproca compact confirm-language VERSION --locale fr --reviewer P12",
)
@click.argument("version")
@click.option("--locale", metavar="CODE", required=True, help="Language that has been read.")
@click.option("--reviewer", metavar="STAFF_ID", required=True, help="Who has read it.")
@click.option("--sha256", metavar="HEX", help="The words that were read; those of now by default.")
@ORGANISATION
@JSON
def confirm_language(
    version: str, locale: str, reviewer: str, sha256: str | None, organisation: str | None, as_json: bool
) -> None:
    """Record that somebody named has read VERSION (its uid) in one language and found it right."""
    with opened(organisation, write=True) as work:
        row = queries.find_version(work, uid=version)
        now = {view.locale: view.sha256 for view in queries.rendition_views(work, version=row)}
        check = actions.confirm_rendition(
            work, version_uid=version, locale=locale, sha256=sha256 or now.get(locale, ""), reviewer=reviewer
        )
        said = {"version": version, "locale": locale, "sha256": check.digest, "reviewer": reviewer}
    if as_json:
        print_json(said)
    else:
        click.echo(f"{locale}: confirmed by {reviewer}, SHA-256 {said['sha256']}")


@compact.command(
    "name-body",
    epilog="Example: reciproca compact name-body COMPACT --side physicians --name Association --members 9 "
    "--quorum 5 --by steward@riverbend.example",
)
@click.argument("agreement", metavar="COMPACT")
@click.option("--side", type=click.Choice([side.value for side in Side]), required=True, help="Whose body.")
@click.option("--name", required=True, help="What the body is called.")
@click.option("--members", type=click.IntRange(min=1), required=True, help="How many it has.")
@click.option("--quorum", type=click.IntRange(min=1), required=True, help="How many must take part.")
@BY
@ORGANISATION
@JSON
def name_body(
    agreement: str,
    side: str,
    name: str,
    members: int,
    quorum: int,
    by: str,
    organisation: str | None,
    as_json: bool,
) -> None:
    """Say which body decides for one side of COMPACT (its uid), and how many of its members must take part."""
    with opened(organisation, by=by, write=True) as work:
        body = actions.name_body(
            work, compact_uid=agreement, side=Side(side), name=name, members=members, quorum=quorum
        )
        said = schemas.BodyOut().dump(body)
    if as_json:
        print_json(said)
    else:
        click.echo(f"{side}: {said['name']}, {quorum} of {members} must take part")


@compact.command(
    "start-addendum",
    epilog="Example: reciproca compact start-addendum VERSION --unit UID --title en 'For Emergency' "
    "--by steward@riverbend.example",
)
@click.argument("version")
@click.option("--unit", metavar="UID", required=True, help="The unit that it is for.")
@click.option("--title", "titles", nargs=2, multiple=True, metavar="LOCALE TITLE", help="What it is called.")
@BY
@ORGANISATION
@JSON
def start_addendum(
    version: str,
    unit: str,
    titles: tuple[tuple[str, str], ...],
    by: str,
    organisation: str | None,
    as_json: bool,
) -> None:
    """Begin what one unit adds to VERSION (its uid), which is in force: an empty draft of its own."""
    with opened(organisation, by=by, write=True) as work:
        made = actions.start_addendum(work, version_uid=version, unit_uid=unit, titles=dict(titles))
        said = line(made)
    if as_json:
        print_json(said)
    else:
        click.echo(f"{said['uid']}  version {said['number']}: draft")
