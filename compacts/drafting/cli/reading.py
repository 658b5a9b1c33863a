"""Reading at the terminal: agreements, versions, what changed and why; documents about them."""

from pathlib import Path
from typing import Any

import click

from reciproca.compacts.drafting import documents, queries, rules, schemas
from reciproca.compacts.drafting.cli.terminal import JSON, LOCALE, ORGANISATION, compact, line, opened
from reciproca.compacts.drafting.rules import Kind
from reciproca.core.canonical import sha256
from reciproca.core.cli import print_json, write_whole
from reciproca.core.errors import Conflict, Invalid

_MARKS = {Kind.ADDED: "+", Kind.REMOVED: "-", Kind.CHANGED: "~", Kind.KEPT: "="}


@compact.command("list", epilog="Example: reciproca compact list --json")
@ORGANISATION
@JSON
def list_compacts(organisation: str | None, as_json: bool) -> None:
    """List the agreements, each with its versions."""
    with opened(organisation) as work:
        found = queries.compacts(work, limit=10_000)
        ids = [row.id for row in found]
        titles = queries.titles(work, compact_ids=ids, locale=work.organisation.locales[0])
        versions = queries.versions(work, compact_ids=ids)
        data: list[dict[str, Any]] = [
            {
                "uid": row.uid,
                "title": titles.get(row.id, ""),
                "versions": [line(version) for version in versions if version.compact_id == row.id],
            }
            for row in found
        ]
    if as_json:
        print_json(data)
        return
    for item in data:
        click.echo(f"{item['uid']}  {item['title']}")
        for version in item["versions"]:
            click.echo(
                f"  {version['uid']}  version {version['number']}: {version['state'].replace('_', ' ')}"
            )


@compact.command(
    "show", epilog="Example: reciproca compact show 01990000-0000-7000-8000-000000000000 --locale fr"
)
@click.argument("version")
@LOCALE
@ORGANISATION
@JSON
def show(version: str, locale: str | None, organisation: str | None, as_json: bool) -> None:
    """Show the text of VERSION (its uid) in two columns."""
    with opened(organisation) as work:
        row = queries.find_version(work, uid=version)
        chosen = locale or work.organisation.locales[0]
        text = queries.version_texts(work, version=row, locales=[chosen])[chosen]
        frozen = queries.renditions(work, version_ids=[row.id])
        data = {
            **line(row),
            "title": text.title,
            "locale": chosen,
            "renditions": {each.locale: {"sha256": each.sha256} for each in frozen},
            "commitments": [
                {
                    "identity": clause.identity,
                    "side": clause.side.value,
                    "topic": clause.topic,
                    "text": clause.text,
                }
                for clause in text.clauses
            ],
        }
    if as_json:
        print_json(data)
        return
    click.echo(f"{text.title}\nversion {row.number}: {row.state.value.replace('_', ' ')}")
    for topic in rules.topics(text.clauses):
        click.echo(f"\n{topic.number}. {topic.title}")
        for clause in topic.clauses:
            click.echo(f"   {text.sides.get(clause.side.value) or clause.side.value}: {clause.text}")


@compact.command("render", epilog="Example: reciproca compact render VERSION --locale fr --out agreement.pdf")
@click.argument("version")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A .pdf or .html file to write; named after the version by default.",
)
@click.option(
    "--document",
    "name",
    type=click.Choice(documents.NAMES),
    default="reading",
    show_default=True,
    help="What to make.",
)
@click.option(
    "--since", metavar="UID", help="For a redline: an earlier version; the one it started from by default."
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@LOCALE
@ORGANISATION
@JSON
def render(
    version: str,
    out: Path | None,
    name: str,
    since: str | None,
    force: bool,
    locale: str | None,
    organisation: str | None,
    as_json: bool,
) -> None:
    """Make a document about VERSION (its uid): PDF, or one HTML file. None of them is a signed one."""
    with opened(organisation) as work:
        row = queries.find_version(work, uid=version)
        chosen = locale or work.organisation.locales[0]
        sheet = documents.document(work, version=row, name=name, locale=chosen, since=since)
    file = out or Path(f"{sheet.name}.pdf")
    _check_place(file, force=force)
    data = documents.to_html(sheet).encode() if file.suffix == ".html" else documents.to_pdf(sheet)
    write_whole(file, data)
    if as_json:
        said = {"file": str(file), "version": version, "document": name, "locale": sheet.locale}
        print_json({**said, "bytes": len(data), "sha256": sha256(data)})
    else:
        click.echo(f"{file}: {name}, version {row.number}, {sheet.locale}")


@compact.command("diff", epilog="Example: reciproca compact diff VERSION --since EARLIER --json")
@click.argument("version")
@click.option("--since", metavar="UID", help="An earlier version; the one that it started from by default.")
@LOCALE
@ORGANISATION
@JSON
def diff(
    version: str, since: str | None, locale: str | None, organisation: str | None, as_json: bool
) -> None:
    """Show what changed in VERSION (its uid) since an earlier one."""
    with opened(organisation) as work:
        after = queries.find_version(work, uid=version)
        before = queries.earlier(work, version=after, uid=since)
        chosen = locale or work.organisation.locales[0]
        found = queries.comparison(work, before=before, after=after, locale=chosen)
    if as_json:
        items = [_change(change) for change in found.shown]
        print_json({"since": before.uid, "version": after.uid, "locale": chosen, "changes": items})
        return
    for change in found.shown:
        moved = f" (topic {change.moved[0]} is now {change.moved[1]})" if change.moved else ""
        click.echo(f"{_MARKS[change.kind]} {change.clause.side.value}: {change.clause.topic}{moved}")
        for mark, clause in (("-", change.before), ("+", change.after)):
            if clause:
                click.echo(f"    {mark} {clause.text}")


@compact.command("history", epilog="Example: reciproca compact history VERSION --promise IDENTITY --json")
@click.argument("version")
@click.option("--promise", metavar="IDENTITY", help="One promise only, across every version so far.")
@LOCALE
@ORGANISATION
@JSON
def history(
    version: str, promise: str | None, locale: str | None, organisation: str | None, as_json: bool
) -> None:
    """Show who changed what in VERSION (its uid), when and why, newest first."""
    with opened(organisation) as work:
        row, chosen = queries.find_version(work, uid=version), locale or work.organisation.locales[0]
        if promise:
            readings = queries.promise_history(work, version=row, identity=promise, locale=chosen)
            found = [edit for reading in readings for edit in reading.edits]
        else:
            found = queries.logged(work, version=row, locale=chosen, limit=10_000)
        data = [schemas.EditOut().dump(edit) for edit in found]
    if as_json:
        print_json(data)
        return
    for said in data:
        mark = " (undone)" if said["is_undone"] else ""
        click.echo(
            f"{said['at']}  {said['who'] or 'system'}: {said['kind'].replace('_', ' ')}{mark}  {said['why']}"
        )


def _check_place(file: Path, *, force: bool) -> None:
    """Refuse what can't or mustn't be written, before anything is made."""
    if file.suffix not in {".pdf", ".html"}:
        raise Invalid(detail=f"{file} is neither a .pdf nor a .html file. Nothing was written.")
    if file.exists() and not force:
        raise Conflict(
            detail=f"{file} is there already. Nothing was written.",
            remedy="Name another file, or use --force.",
        )


def _change(change: rules.Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "identity": change.identity,
        "side": change.clause.side.value,
        "topic": change.clause.topic,
        "before": change.before.text if change.before else None,
        "after": change.after.text if change.after else None,
        "moved": change.moved,
        "joined": change.joined.identity if change.joined else None,
    }
