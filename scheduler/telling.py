"""Outbox kind `event`: tell webhooks and every plugin what has happened. A plugin that raises stops nobody, and that is
told as well."""

import structlog

from reciproca.compacts.webhooks.actions import fan_out
from reciproca.compacts.webhooks.queries import listeners
from reciproca.core.identity import OrganisationRef, system
from reciproca.core.ledger.entry import instant
from reciproca.core.outbox import OutboxItem
from reciproca.core.work import Installation
from reciproca.plugins.events import Event, PluginFailed, from_wire
from reciproca.scheduler.places import all_places

TELLER = system("teller")
log = structlog.get_logger(__name__)


def tell(installation: Installation, item: OutboxItem) -> None:
    """Announce the event of `item`: put down for webhooks, which are called later; then to plugins. A plugin's failure
    is logged and recorded, and never makes others hear it twice."""
    event = from_wire(item.payload["wire"], item.payload["event"])
    place = next((place for place in all_places(installation) if place.id == item.organisation_id), None)
    if place:
        _put_down(installation, place, event, item.uid)
    failures = installation.plugins.announce(event)
    for failure in failures:
        log.warning(
            "plugin.failed", plugin=failure.plugin, hook=failure.hook, cause=failure.cause, wire=event.wire
        )
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


def _put_down(installation: Installation, place: OrganisationRef, event: Event, source: str) -> None:
    """A transaction that writes only when somebody listens: most installations have no webhook for most events."""
    with installation.work(TELLER, place, write=False) as work:
        is_heard = bool(listeners(work, wire=event.wire))
    if is_heard:
        with installation.work(TELLER, place) as work:
            fan_out(work, event=event, source=source)
