"""What every command of agreements shares: the group, its options, and the transaction that it works in."""

from typing import Any

import click

from reciproca.compacts.access.queries import by_operator
from reciproca.compacts.drafting.schemas import Door
from reciproca.compacts.people.queries import find_organisation
from reciproca.core.cli import Group, existing_home
from reciproca.core.errors import Invalid
from reciproca.core.http import faults_of
from reciproca.core.identity import console

JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
ORGANISATION = click.option(
    "--organisation", metavar="UID", help="Which organisation, where there are several."
)
LOCALE = click.option(
    "--locale", metavar="CODE", help="Language of the text; the organisation's first by default."
)
BY = click.option(
    "--by", metavar="EMAIL", required=True, help="For whom you act; their rights are what counts."
)


@click.group("compact", cls=Group)
def compact() -> None:
    """Agreements and their versions."""


def opened(organisation: str | None, *, by: str | None = None, write: bool = False) -> Any:
    """A transaction for the operator, or for the member `by` with that member's rights; read-only unless it is to
    `write`."""
    installation = click.get_current_context().find_root().obj["open"](existing_home())

    def identify(session: Any) -> Any:
        place = find_organisation(session, organisation)
        if by is None:
            return console(), place
        return by_operator(session, by, place, installation.clock.now()), place

    return installation.work(identify, write=write)


def shaped(schema: Door, data: dict[str, Any]) -> Any:
    """What was typed, in the shape that every door takes. Invalid."""
    if wrong := schema.validate(data):
        faults = faults_of(wrong)
        told = "; ".join(f"{fault.field}: {fault.reason}" for fault in faults)
        raise Invalid(detail=f"{told} Nothing was changed.", faults=faults)
    return schema.load(data)


def line(version: Any) -> dict[str, Any]:
    """A version in a list."""
    return {
        "uid": version.uid,
        "number": version.number,
        "state": version.state.value,
        "change_class": version.change_class.value,
        "effective_from": version.effective_from.isoformat() if version.effective_from else None,
    }
