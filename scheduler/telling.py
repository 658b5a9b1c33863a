"""Outbox kind `event`: tell every plugin what has happened. One that raises stops nobody, and that is told as well."""

import structlog

from reciproca.core.identity import system
from reciproca.core.ledger.entry import instant
from reciproca.core.outbox import OutboxItem
from reciproca.core.work import Installation
from reciproca.plugins.events import PluginFailed, from_wire
from reciproca.scheduler.places import all_places

TELLER = system("teller")
log = structlog.get_logger(__name__)


def tell_plugins(installation: Installation, item: OutboxItem) -> None:
    """Announce the event of `item`. A plugin's failure is logged and recorded, and never makes others hear it twice."""
    event = from_wire(item.payload["wire"], item.payload["event"])
    failures = installation.plugins.announce(event)
    for failure in failures:
        log.warning(
            "plugin.failed", plugin=failure.plugin, hook=failure.hook, cause=failure.cause, wire=event.wire
        )
    place = next((place for place in all_places(installation) if place.id == item.organisation_id), None)
    if (
        not failures or place is None or event.wire == PluginFailed.wire
    ):  # a failure to hear of failures ends here
        return
    with installation.work(TELLER, place) as work:
        for failure in failures:
            work.record(
                PluginFailed(
                    organisation=place.uid,
                    at=instant(work.now),
                    plugin=failure.plugin,
                    hook=failure.hook,
                    cause=failure.cause,
                )
            )
