"""Webhooks that are due: one line to each endpoint, several lines at once, so that one that is slow or dead holds up
nobody else. As with mail, a message is leased, sent outside any transaction, and written down by itself."""

from collections import Counter
from collections.abc import Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from reciproca.compacts.webhooks.actions import settle
from reciproca.compacts.webhooks.calling import Answer, call
from reciproca.compacts.webhooks.queries import order_of
from reciproca.compacts.webhooks.tables import WebhookDelivery
from reciproca.core.db import ACROSS
from reciproca.core.identity import OrganisationRef, system
from reciproca.core.leases import held, is_due, lease, put_back
from reciproca.core.outbox import Stopping, never
from reciproca.core.work import Installation
from reciproca.scheduler.places import all_places

LINES = 8
"""Endpoints that one process speaks to at a time."""
BATCH = 20
"""Messages under one lease."""
REST = timedelta(seconds=60)
"""For how long an endpoint that didn't answer is left alone with its other messages."""
LOOK_SECONDS = 0.5
"""How often it is looked whether another endpoint is due, while some are spoken to."""

CALLER = system("webhooks")
log = structlog.get_logger(__name__)


def call_webhooks(installation: Installation, *, stopping: Stopping = never) -> Counter[str]:
    """Send everything that is due, in all organisations; how many ended in which way."""
    counts: Counter[str] = Counter()
    lines: dict[Future[Counter[str]], int] = {}
    with ThreadPoolExecutor(LINES, thread_name_prefix="webhooks") as pool:
        while True:
            free = LINES - len(lines)
            due = [] if stopping() or not free else _due(installation, set(lines.values()), free)
            lines |= {pool.submit(_call_one, installation, one, stopping): one for one in due}
            if not lines:
                return +counts
            for line in wait(lines, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED).done:
                del lines[line]
                counts.update(line.result())


def _due(installation: Installation, besides: Collection[int], limit: int) -> Sequence[int]:
    """Endpoints (their ids) with a message that is due, whoever waits longest first; without those that somebody is
    speaking to."""
    now, other = installation.clock.now(), aliased(WebhookDelivery)
    spoken_to = select(other.endpoint_id).where(other.state == "leased", other.lease_until >= now)
    asked = (
        select(WebhookDelivery.endpoint_id)
        .where(is_due(WebhookDelivery, now), WebhookDelivery.endpoint_id.not_in(spoken_to))
        .where(WebhookDelivery.endpoint_id.not_in(besides))
        .group_by(WebhookDelivery.endpoint_id)
        .order_by(func.min(WebhookDelivery.not_before), WebhookDelivery.endpoint_id)
        .limit(limit)
    )
    with installation.database.transaction(write=False) as session:
        return session.scalars(asked, execution_options=ACROSS).all()


def _call_one(installation: Installation, endpoint_id: int, stopping: Stopping) -> Counter[str]:
    """One batch to one endpoint, message by message, until it doesn't answer."""
    database, clock, seconds = installation.database, installation.clock, installation.settings.lease
    only = WebhookDelivery.endpoint_id == endpoint_id
    with database.transaction() as session:
        taken = list(
            lease(session, WebhookDelivery, now=clock.now(), limit=BATCH, seconds=seconds, only=only)
        )
    if not taken:
        return Counter()
    place = next(place for place in all_places(installation) if place.id == taken[0].organisation_id)
    counts: Counter[str] = Counter()
    with held(database, clock, taken, seconds=seconds):
        while taken and not stopping():
            row = taken.pop(0)
            answer = _called(installation, place, row)
            with installation.work(CALLER, place) as work:
                counts[settle(work, delivery=row, answer=answer)] += 1
            if answer and answer.status is None:
                break
    if taken:
        with database.transaction() as session:
            put_back(session, taken, until=None if stopping() else clock.now() + REST)
    return counts


def _called(installation: Installation, place: OrganisationRef, row: WebhookDelivery) -> Answer | None:
    with installation.work(CALLER, place, write=False) as work:
        order = order_of(work, delivery_id=row.id)
    if order is None:
        return None
    answer = call(
        order.url, headers=order.headers, body=order.body, allowed=installation.settings.webhook_nets
    )
    log.info("webhook.called", delivery=row.uid, status=answer.status, reason=answer.reason)
    return answer
