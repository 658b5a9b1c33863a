"""Dispatch: leased deliveries are looked at once more, sent outside any transaction, and written down as they went.

A worker that dies between sending and writing leaves its lease to run out; the next one sends under the same key, so
that the mail has the same Message-ID and is recognised as one. Duplicates are possible in that window only.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

import structlog

from reciproca.compacts.notices.actions import MAIL, Result, settle
from reciproca.compacts.notices.mail import compose, mail_settings
from reciproca.compacts.notices.queries import letters
from reciproca.compacts.notices.rules import judge
from reciproca.compacts.notices.tables import Delivery
from reciproca.core.errors import ReciprocaError
from reciproca.core.identity import OrganisationRef, system
from reciproca.core.leases import lease
from reciproca.core.work import Installation
from reciproca.plugins.types import OutgoingMessage, Receipt
from reciproca.scheduler.places import all_places

BATCH = 20
"""Deliveries under one lease: few enough for a slow server to take within it."""

LEASE_SECONDS = 600
WORKER = system("dispatcher")
log = structlog.get_logger(__name__)


def dispatch(
    installation: Installation, places: Sequence[OrganisationRef], *, limit: int = BATCH
) -> Counter[str]:
    """One batch of what is due in all organisations; how many ended in which way (`taken` counts them all). Nothing
    taken means that nothing is due."""
    now = installation.clock.now()
    with installation.database.transaction() as session:
        taken = list(lease(session, Delivery, now=now, limit=limit, seconds=LEASE_SECONDS))
    known = {place.id: place for place in places}
    if any(row.organisation_id not in known for row in taken):  # founded a moment ago
        known = {place.id: place for place in all_places(installation)}
    counts: Counter[str] = Counter(taken=len(taken))
    taken.sort(key=lambda row: row.organisation_id)
    for organisation_id, rows in groupby(taken, key=lambda row: row.organisation_id):
        counts.update(_send(installation, known[organisation_id], list(rows)))
    return counts


def _send(installation: Installation, place: OrganisationRef, rows: list[Delivery]) -> Counter[str]:
    try:
        results = _sent(installation, place, rows)
    except Exception as error:  # noqa: BLE001 -- whatever is wrong with one message, the others still go
        if len(rows) > 1:
            return sum((_send(installation, place, [row]) for row in rows), Counter())
        log.error("dispatch.failed", delivery=rows[0].uid, error=repr(error))
        results = [Result(delivery=rows[0], failure=_reason(error))]
    with installation.work(WORKER, place) as work:
        settle(work, results=results)
    return Counter(_word(result) for result in results)


def _sent(installation: Installation, place: OrganisationRef, rows: list[Delivery]) -> list[Result]:
    """What became of each of `rows`. Nothing is sent before every message of them is written, so that what raises
    here can be tried again one by one."""
    with installation.work(WORKER, place, write=False) as work:
        found = letters(work, delivery_ids=[row.id for row in rows])
        verdicts = {row.id: judge(found[row.id].standing, work.now) for row in rows}
    ready = [row for row in rows if not verdicts[row.id].dropped and not verdicts[row.id].wait_until]
    messages = [compose(found[row.id], installation.settings) for row in ready]
    receipts = _receipts(installation, messages)
    return [
        Result(delivery=row, dropped=verdicts[row.id].dropped, wait_until=verdicts[row.id].wait_until)
        for row in rows
        if row not in ready
    ] + [_result(row, receipts, found[row.id].key) for row in ready]


def _result(row: Delivery, receipts: Mapping[str, Receipt] | str, key: str) -> Result:
    """What the channel said of one message. One that it left out counts as not sent."""
    if isinstance(receipts, str):
        return Result(delivery=row, failure=receipts)
    receipt = receipts.get(key)
    return Result(delivery=row, receipt=receipt) if receipt else Result(delivery=row, failure="no receipt")


def _receipts(installation: Installation, messages: Sequence[OutgoingMessage]) -> Mapping[str, Receipt] | str:
    """By key; or why the channel as a whole failed, which may be after it sent some of them."""
    if not messages:
        return {}
    try:
        receipts = installation.plugins.deliver(MAIL, messages, mail_settings(installation.settings))
    except Exception as error:  # noqa: BLE001 -- a channel that fails must not lose the batch
        log.error("dispatch.channel_failed", deliveries=len(messages), error=repr(error))
        return _reason(error)
    return {receipt.key: receipt for receipt in receipts}


def _reason(error: Exception) -> str:
    return error.detail if isinstance(error, ReciprocaError) else type(error).__name__


def _word(result: Result) -> str:
    if result.receipt:
        return result.receipt.outcome.value
    if result.failure:
        return "deferred"
    return "dropped" if result.dropped else "waiting"
