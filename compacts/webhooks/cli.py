"""Commands of webhooks."""

from collections.abc import Sequence
from typing import Any

import click

from reciproca.compacts.people.queries import find_organisation
from reciproca.compacts.webhooks import actions, queries
from reciproca.compacts.webhooks.schemas import MOST, EndpointOut, NewEndpointOut, WebhookDeliveryOut
from reciproca.core.cli import Group, existing_home, print_json
from reciproca.core.identity import console
from reciproca.core.work import Installation
from reciproca.plugins.events import BY_WIRE

JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
ORGANISATION = click.option("--organisation", metavar="UID", help="Which one, if there are several.")


@click.group(cls=Group)
def webhook() -> None:
    """Other systems that are told what has happened here.

    Example: reciproca webhook list
    """


@webhook.command()
@click.argument("url")
@click.option(
    "--event", "events", multiple=True, type=click.Choice(list(BY_WIRE)), help="What it hears; several times."
)
@click.option("--all", "everything", is_flag=True, help="Every event.")
@ORGANISATION
@JSON
def add(url: str, events: tuple[str, ...], everything: bool, organisation: str | None, as_json: bool) -> None:
    """Add an endpoint, and print its secret: this once.

    Example: reciproca webhook add https://records.hospital.example/hooks --event version.in_force --event review.closed
    """
    with _work(organisation, write=True) as work:
        made = actions.add_endpoint(work, url=url, events=list(BY_WIRE) if everything else events)
        told = {**queries.told(made.row), "secret": made.secret}
    _print_made(told, as_json=as_json)


@webhook.command("list")
@ORGANISATION
@JSON
def list_webhooks(organisation: str | None, as_json: bool) -> None:
    """List the endpoints.

    Example: reciproca webhook list
    """
    with _work(organisation, write=False) as work:
        found = [queries.told(row) for row in queries.endpoints(work)]
    if as_json:
        print_json(EndpointOut(many=True).dump(found))
        return
    for one in found:
        state = "enabled" if one["disabled_at"] is None else f"disabled ({one['disabled_why']})"
        click.echo(f"{one['uid']}  {state:<18} {one['url']}  {' '.join(one['events'])}")


@webhook.command()
@click.argument("uid")
@ORGANISATION
@JSON
def rotate(uid: str, organisation: str | None, as_json: bool) -> None:
    """Give an endpoint another secret, and print it; for 24 hours the one before signs as well.

    Example: reciproca webhook rotate 01a1f3c2-7d50-7a55-9c1e-0d6f8b2c4e11
    """
    with _work(organisation, write=True) as work:
        made = actions.rotate(work, uid=uid)
        told = {**queries.told(made.row), "secret": made.secret}
    _print_made(told, as_json=as_json)


@webhook.command()
@click.argument("uid")
@ORGANISATION
@JSON
def disable(uid: str, organisation: str | None, as_json: bool) -> None:
    """Tell an endpoint nothing any more; what still waits isn't sent.

    Example: reciproca webhook disable 01a1f3c2-7d50-7a55-9c1e-0d6f8b2c4e11
    """
    with _work(organisation, write=True) as work:
        actions.disable(work, uid=uid)
        told = queries.told(queries.endpoint(work, uid=uid))
    print_json(EndpointOut().dump(told)) if as_json else click.echo("It is disabled.")


@webhook.command()
@click.argument("uid")
@ORGANISATION
@JSON
def enable(uid: str, organisation: str | None, as_json: bool) -> None:
    """Tell an endpoint again, from now on.

    Example: reciproca webhook enable 01a1f3c2-7d50-7a55-9c1e-0d6f8b2c4e11
    """
    with _work(organisation, write=True) as work:
        actions.enable(work, uid=uid)
        told = queries.told(queries.endpoint(work, uid=uid))
    print_json(EndpointOut().dump(told)) if as_json else click.echo("It is enabled.")


@webhook.command()
@click.argument("uid")
@ORGANISATION
@JSON
def test(uid: str, organisation: str | None, as_json: bool) -> None:
    """Have a test sent by the next tick; `webhook deliveries` says how it went.

    Example: reciproca webhook test 01a1f3c2-7d50-7a55-9c1e-0d6f8b2c4e11
    """
    with _work(organisation, write=True) as work:
        told = queries.told_delivery(actions.send_test(work, uid=uid))
    _print_deliveries([told], as_json=as_json)


@webhook.command()
@click.argument("uid")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, MOST), help="How many at most."
)
@ORGANISATION
@JSON
def deliveries(uid: str, limit: int, organisation: str | None, as_json: bool) -> None:
    """List what an endpoint was told last and what truly became of it, the newest first.

    Example: reciproca webhook deliveries 01a1f3c2-7d50-7a55-9c1e-0d6f8b2c4e11
    """
    with _work(organisation, write=False) as work:
        found = [
            queries.told_delivery(row) for row in queries.deliveries(work, endpoint_uid=uid, limit=limit)
        ]
    _print_deliveries(found, as_json=as_json)


@webhook.command()
@click.argument("uid")
@click.argument("delivery")
@ORGANISATION
@JSON
def retry(uid: str, delivery: str, organisation: str | None, as_json: bool) -> None:
    """Have a message tried again that was refused, waits, or was held back.

    Example: reciproca webhook retry 01a1f3c2-7d50-7a55-9c1e-0d6f8b2c4e11 01a1f3c2-7d50-7a55-9c1e-0d6f8b2c4e12
    """
    with _work(organisation, write=True) as work:
        told = queries.told_delivery(actions.retry(work, endpoint_uid=uid, uid=delivery))
    _print_deliveries([told], as_json=as_json)


def _work(organisation: str | None, *, write: bool) -> Any:
    installation: Installation = click.get_current_context().find_root().obj["open"](existing_home())
    return installation.work(
        lambda session: (console(), find_organisation(session, organisation)), write=write
    )


def _print_made(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(NewEndpointOut().dump(told))
        return
    click.echo(f"{told['uid']}  {told['url']}")
    click.echo(f"Its secret, shown this once: {told['secret']}")


def _print_deliveries(found: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(WebhookDeliveryOut(many=True).dump(found))
        return
    for one in found:
        said = one["reason"] or one["status"] or ""
        click.echo(
            f"{one['uid']}  {one['state']:<9} {one['attempts']:>2}  {one['event']:<24} {said}".rstrip()
        )


commands: tuple[click.Command, ...] = (webhook,)
