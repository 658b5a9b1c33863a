"""Ticks: plain functions over the installation, and the few fixed intervals at which the engine calls them.

Each does what is due at the clock's instant and can be run again, doubled or left out without any change.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from reciproca.compacts.notices.tables import Delivery
from reciproca.compacts.proving.verifying import check_when_due
from reciproca.compacts.proving.warning import warn_of_endings
from reciproca.compacts.proving.witnessing import tell_witnesses
from reciproca.core.identity import OrganisationRef
from reciproca.core.leases import Leased, due
from reciproca.core.outbox import BATCH as ITEMS
from reciproca.core.outbox import Handler, OutboxItem, Stopping, drain, drain_all, never
from reciproca.core.work import Installation
from reciproca.scheduler.calling import call_webhooks
from reciproca.scheduler.dispatch import BATCH as LETTERS
from reciproca.scheduler.dispatch import dispatch
from reciproca.scheduler.due import SCHEDULER, run_due
from reciproca.scheduler.engine import Embedded, Engine
from reciproca.scheduler.places import all_places
from reciproca.scheduler.returning import read_returned
from reciproca.scheduler.sweep import Swept, sweep

Handlers = Mapping[str, Handler]
OUTBOX_SECONDS, WEBHOOK_SECONDS, WITNESS_SECONDS, TIME_SECONDS, RETURNED_SECONDS = 5, 5, 10, 60, 60
BATCHES = 10
"""How many batches one job does before it lets others have the next."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class TickReport:
    """What one tick did: outbox items done, due acts by name, what the sweep wrote, and what became of deliveries and
    of webhooks, and what was read of the mailbox for mail that comes back."""

    at: datetime
    outbox: int
    due: Mapping[str, int] = field(default_factory=dict)
    swept: Swept
    deliveries: Mapping[str, int] = field(default_factory=dict)
    webhooks: Mapping[str, int] = field(default_factory=dict)
    returned: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "at": self.at.isoformat(),
            "outbox": self.outbox,
            "due": dict(self.due),
            "reminders": {"notices": self.swept.notices, "invitations_closed": self.swept.closed},
            "deliveries": dict(self.deliveries),
            "webhooks": dict(self.webhooks),
            "returned": dict(self.returned),
        }


def tick(installation: Installation, handlers: Handlers) -> TickReport:
    """One pass of everything, at the instant of the installation's clock. What it makes due it does as well."""
    check_when_due(installation)
    warn_of_endings(installation)
    places = all_places(installation)
    before = drain_all(installation, handlers)
    due, swept = pass_time(installation, places)
    deliveries = send_due(installation, places)
    after = drain_all(installation, handlers)
    webhooks = call_webhooks(installation)
    returned = read_returned(installation)
    tell_witnesses(installation)
    return TickReport(
        at=installation.clock.now(),
        outbox=before + after,
        due=due,
        swept=swept,
        deliveries=deliveries,
        webhooks=webhooks,
        returned=returned,
    )


def pass_time(installation: Installation, places: tuple[OrganisationRef, ...]) -> tuple[Counter[str], Swept]:
    """What comes due by itself, then the reminders."""
    due: Counter[str] = Counter()
    swept = Swept()
    for place in places:
        due.update(run_due(installation, place))
        swept += sweep_all(installation, place)
    return due, swept


def sweep_all(installation: Installation, place: OrganisationRef) -> Swept:
    """Sweep one organisation, a chunk in each transaction, so that others can write in between."""
    total = Swept()
    while True:
        with installation.work(SCHEDULER, place) as work:
            part = sweep(work)
        if not part.looked:
            return total
        total += part


def send_due(
    installation: Installation, places: tuple[OrganisationRef, ...], *, stopping: Stopping = never
) -> Counter[str]:
    """Send batch after batch until nothing is due, or the process is `stopping`; how many ended in which way."""
    total: Counter[str] = Counter()
    while not stopping() and (counts := dispatch(installation, places)).pop("taken"):
        total.update(counts)
    return +total


def start(installation: Installation, handlers: Handlers, engine: Engine | None = None) -> Engine:
    """Begin to tick in the background; call `stop()` on what is returned to end."""
    engine = engine or Embedded()
    _share_out(engine, installation, handlers)
    for seconds, name, run in (
        (installation.settings.time_every, "time", lambda: pass_time(installation, all_places(installation))),
        (TIME_SECONDS, "ledger", lambda: check_when_due(installation)),
        (TIME_SECONDS, "alarms", lambda: warn_of_endings(installation)),
        (WEBHOOK_SECONDS, "webhooks", partial(call_webhooks, installation, stopping=engine.is_stopping)),
        (RETURNED_SECONDS, "returned", partial(read_returned, installation, stopping=engine.is_stopping)),
        (WITNESS_SECONDS, "witnesses", lambda: tell_witnesses(installation)),
    ):
        engine.every(seconds, name, _safe(name, run))
    engine.start()
    return engine


def _share_out(engine: Engine, installation: Installation, handlers: Handlers) -> None:
    """What waits in the outbox, and mail: a tick counts it, and as many jobs as it takes do it, in batches."""
    stopping = engine.is_stopping

    def drain_some() -> None:
        for _batch in range(BATCHES):
            if stopping() or not drain(installation, handlers, stopping=stopping):
                return

    def send_some() -> None:
        for _batch in range(BATCHES):
            if stopping() or not dispatch(installation, all_places(installation)).pop("taken"):
                return

    for seconds, name, table, batch, job in (
        (OUTBOX_SECONDS, "outbox", OutboxItem, ITEMS, drain_some),
        (installation.settings.dispatch_every, "dispatch", Delivery, LETTERS, send_some),
    ):
        engine.job(f"{name}.share", _safe(name, job))
        engine.every(seconds, name, _safe(name, partial(_share, engine, installation, name, table, batch)))


def _share(engine: Engine, installation: Installation, name: str, table: type[Leased], batch: int) -> None:
    with installation.database.transaction(write=False) as session:
        waiting = due(session, table, now=installation.clock.now())
    engine.share(f"{name}.share", -(-waiting // (batch * BATCHES)))


def _safe(name: str, run: Callable[[], object]) -> Callable[[], None]:
    """`run`, whose failure is logged: the next tick tries again."""

    def body() -> None:
        try:
            run()
        except Exception as error:
            log.error("tick.failed", tick=name, exc_info=error)

    return body
