"""Dispatch: leased deliveries are looked at once more, sent outside any transaction, and written down one by one.

A worker that dies between sending a message and writing that down leaves its lease to run out; the next one sends that
message again, under the same key, so that the mail has the same Message-ID and is recognised as one. Duplicates are
possible in that window only: one message for each worker that dies.
"""

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import structlog

from reciproca.compacts.notices.actions import MAIL, Result, settle
from reciproca.compacts.notices.mail import compose, mail_settings
from reciproca.compacts.notices.queries import letters
from reciproca.compacts.notices.rules import Reason, judge
from reciproca.compacts.notices.tables import IS_URGENT, Delivery
from reciproca.core.errors import ReciprocaError
from reciproca.core.identity import OrganisationRef, system
from reciproca.core.leases import held, lease
from reciproca.core.work import Installation
from reciproca.plugins.types import OutgoingMessage
from reciproca.scheduler import pacing
from reciproca.scheduler.places import all_places

BATCH = 20
"""Deliveries under one lease."""
SHARE = 5
"""Of so many places one isn't for what is urgent, but for whatever waits longest."""

WORKER = system("dispatcher")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """A message to be sent, and the notices (by id) that it goes without."""

    delivery: Delivery
    message: OutgoingMessage
    left_out: Mapping[int, Reason]


def dispatch(
    installation: Installation, places: Sequence[OrganisationRef], *, limit: int = BATCH
) -> Counter[str]:
    """One batch of what is due in all organisations; how many ended in which way (`taken` counts them all). Nothing
    taken means that nothing is due."""
    database, clock, seconds = installation.database, installation.clock, installation.settings.lease
    taken = _taken(installation, limit)
    known = {place.id: place for place in places}
    if any(row.organisation_id not in known for row in taken):  # founded a moment ago
        known = {place.id: place for place in all_places(installation)}
    counts: Counter[str] = Counter(taken=len(taken))
    taken.sort(key=lambda row: row.organisation_id)
    with held(database, clock, taken, seconds=seconds):
        for organisation_id, rows in groupby(taken, key=lambda row: row.organisation_id):
            counts.update(_send(installation, known[organisation_id], list(rows)))
    return counts


def _taken(installation: Installation, limit: int) -> list[Delivery]:
    """As many as the relay may have now: what is urgent first, beside some of whatever waits longest, so that nothing
    waits for ever."""
    now, seconds = installation.clock.now(), installation.settings.lease
    with installation.database.transaction() as session:
        most = min(limit, pacing.free(installation, session, now=now))
        first = most - _kept_free(most, now, installation.settings.dispatch_every)
        taken = list(lease(session, Delivery, now=now, limit=first, seconds=seconds, only=IS_URGENT))
        taken += lease(session, Delivery, now=now, limit=most - len(taken), seconds=seconds)
        pacing.spend(installation, session, now=now, count=len(taken))
    return taken


def _kept_free(places: int, now: datetime, every: int) -> int:
    """Of so many places, how many are for whatever waits longest; where there are too few to share, every fifth time
    all of them."""
    if places >= SHARE:
        return places // SHARE
    return 0 if int(now.timestamp()) // every % SHARE else places


def _send(installation: Installation, place: OrganisationRef, rows: list[Delivery]) -> Counter[str]:
    try:
        settled, ready = _looked_at(installation, place, rows)
    except Exception as error:  # noqa: BLE001 -- whatever is wrong with one message, the others still go
        if len(rows) > 1:
            return sum((_send(installation, place, [row]) for row in rows), Counter())
        log.error("dispatch.failed", delivery=rows[0].uid, error=repr(error))
        settled, ready = [Result(delivery=rows[0], failure=_reason(error))], []
    pacing.unspend(installation, count=len(rows) - len(ready))
    counts = _settled(installation, place, settled)
    with closing(_sent(installation, ready)) as sent:
        for result in sent:  # each is written down before the next one goes
            written = _settled(installation, place, [result])
            counts += written
            if not written:  # this process stood still for longer than its lease: the rest is another's now
                log.warning("dispatch.overtaken", delivery=result.delivery.uid)
                break
    return counts


def _looked_at(
    installation: Installation, place: OrganisationRef, rows: list[Delivery]
) -> tuple[list[Result], list[_Ready]]:
    """What isn't to be sent, or not now; and what is, with its message. Nothing is sent before every message of `rows`
    is written, so that what raises here can be tried again one by one."""
    with installation.work(WORKER, place, write=False) as work:
        found = letters(work, delivery_ids=[row.id for row in rows])
        verdicts = {row.id: judge(found[row.id].standings, work.now) for row in rows}
    settled, ready = [], []
    for row in rows:
        letter, verdict = found[row.id], verdicts[row.id]
        left_out = {letter.notices[one]: reason for one, reason in verdict.left_out.items()}
        if verdict.kept:
            message = compose(letter.with_only(verdict.kept), installation.settings)
            ready.append(_Ready(delivery=row, message=message, left_out=left_out))
        else:
            dropped, until = verdict.dropped, verdict.wait_until
            settled.append(Result(delivery=row, dropped=dropped, wait_until=until, left_out=left_out))
    return settled, ready


def _sent(installation: Installation, ready: Sequence[_Ready]) -> Generator[Result, None, None]:
    """What became of each message, as soon as the channel says so. One that it leaves out counts as not sent."""
    waiting, failure = {one.message.key: one for one in ready}, "no receipt"
    if not ready:
        return
    try:
        settings = mail_settings(installation.settings)
        for receipt in installation.plugins.deliver(MAIL, [one.message for one in ready], settings):
            if one := waiting.pop(receipt.key, None):
                yield Result(delivery=one.delivery, receipt=receipt, left_out=one.left_out)
    except Exception as error:  # noqa: BLE001 -- a channel that fails must not lose the batch
        log.error("dispatch.channel_failed", deliveries=len(waiting), error=repr(error))
        failure = _reason(error)
    for one in waiting.values():
        yield Result(delivery=one.delivery, failure=failure)


def _settled(installation: Installation, place: OrganisationRef, results: Sequence[Result]) -> Counter[str]:
    if not results:
        return Counter()
    with installation.work(WORKER, place) as work:
        return Counter(_word(result) for result in settle(work, results=results))


def _reason(error: Exception) -> str:
    return error.detail if isinstance(error, ReciprocaError) else type(error).__name__


def _word(result: Result) -> str:
    if result.receipt:
        return result.receipt.outcome.value
    if result.failure:
        return "deferred"
    return "dropped" if result.dropped else "waiting"
