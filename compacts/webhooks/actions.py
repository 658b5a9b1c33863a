"""Endpoints are added, turned and switched off; what has happened is put down for each that hears it; and what became
of each message is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from reciproca.compacts.notices.actions import notify_all
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.webhooks import queries, rules
from reciproca.compacts.webhooks.calling import Answer, NotCalled, address_of
from reciproca.compacts.webhooks.tables import DROPPED, WebhookDelivery, WebhookEndpoint, Why
from reciproca.compacts.webhooks.words import GONE_TEXT, GONE_TITLE, URL_FAULTS, in_languages
from reciproca.core import ids
from reciproca.core.errors import Conflict, Fault, Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.leases import acknowledge, give_back, give_up
from reciproca.core.ledger.entry import instant
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.events import BY_WIRE, Event


@dataclass(frozen=True, kw_only=True)
class Made:
    """An endpoint and its secret, which is shown this once."""

    row: WebhookEndpoint
    secret: str


def add_endpoint(work: Work, *, url: str, events: Sequence[str]) -> Made:
    """Have another system told at `url` of events of these wires. Invalid."""
    authorize(work, Action.WEBHOOK_KEEP)
    faults = [*_faults_of_url(work, url), *_faults_of_events(events)]
    if faults:
        raise Invalid(detail=_("Nothing was changed."), faults=faults)
    row = WebhookEndpoint(
        uid=ids.time_ordered(work.clock),
        url=url,
        events=[wire for wire in BY_WIRE if wire in events],
        generation=1,
        made_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.act("webhook.added", about=row.uid, record={"to": rules.shown(url), "events": row.events})
    return _made(work, row)


def rotate(work: Work, *, uid: str) -> Made:
    """Give an endpoint another secret; for a day the one before signs as well. NotFound."""
    authorize(work, Action.WEBHOOK_KEEP)
    row = queries.endpoint(work, uid=uid)
    row.generation, row.rotated_at = row.generation + 1, work.now
    work.session.flush()
    work.act("webhook.rotated", about=row.uid, record={"generation": row.generation})
    return _made(work, row)


def disable(work: Work, *, uid: str) -> None:
    """Tell an endpoint nothing any more; what still waits isn't sent. Once more changes nothing. NotFound."""
    authorize(work, Action.WEBHOOK_KEEP)
    row = queries.endpoint(work, uid=uid)
    if row.disabled_at is None:
        _switch_off(work, row, Why.ASKED)


def enable(work: Work, *, uid: str) -> None:
    """Tell an endpoint again, from now on. Once more changes nothing. NotFound."""
    authorize(work, Action.WEBHOOK_KEEP)
    row = queries.endpoint(work, uid=uid)
    if row.disabled_at is not None:
        row.disabled_at = row.disabled_why = None
        work.act("webhook.enabled", about=row.uid, record={})


def send_test(work: Work, *, uid: str) -> WebhookDelivery:
    """Send an endpoint a message that says nothing but that it is a test. NotFound; Conflict when it is disabled."""
    authorize(work, Action.WEBHOOK_KEEP)
    row = _enabled(work, uid)
    delivery = WebhookDelivery(
        uid=(own := ids.time_ordered(work.clock)),
        endpoint_id=row.id,
        source=own,
        event=rules.TEST,
        payload=rules.payload_of(
            rules.TEST, {"organisation": work.organisation.uid, "at": instant(work.now)}
        ),
        not_before=work.now,
        written_at=work.now,
    )
    work.session.add(delivery)
    work.session.flush()
    return delivery


def retry(work: Work, *, endpoint_uid: str, uid: str) -> WebhookDelivery:
    """Try a message again now, from the first try on. NotFound; Conflict when it was accepted, is on its way, or its
    endpoint is disabled."""
    authorize(work, Action.WEBHOOK_KEEP)
    to = _enabled(work, endpoint_uid)
    asked = select(WebhookDelivery).filter_by(endpoint_id=to.id, uid=uid).with_for_update()
    row = work.session.scalars(asked).one_or_none()
    if row is None:
        raise NotFound(
            detail=_("There is no such message. Nothing was changed."),
            remedy=_("Open the webhook’s page again."),
        )
    if row.state in {"done", "leased"}:
        raise Conflict(
            detail=_("This message was accepted, or is on its way. Nothing was changed."),
            remedy=_("Open the webhook’s page again."),
        )
    row.state, row.attempts, row.not_before, row.failure = "pending", 0, work.now, None
    work.session.flush()
    return row


def fan_out(work: Work, *, event: Event, source: str) -> int:
    """Put a message down for each endpoint that hears the event; `source` (the outbox's item) makes a second call a
    no-op. Returns for how many."""
    authorize(work, Action.WEBHOOK_SEND)
    payload = rules.payload_of(event.wire, event.to_json())
    rows = [
        {
            "uid": ids.time_ordered(work.clock),
            "organisation_id": work.organisation.id,
            "endpoint_id": one.id,
            "source": source,
            "event": event.wire,
            "payload": payload,
            "written_at": work.now,
            "not_before": work.now,
            "state": "pending",
            "attempts": 0,
        }
        for one in queries.listeners(work, wire=event.wire)
    ]
    if rows:
        dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
        work.session.execute(dialect.insert(WebhookDelivery).values(rows).on_conflict_do_nothing())
    return len(rows)


def settle(work: Work, *, delivery: WebhookDelivery, answer: Answer | None) -> str:
    """Write down what became of a leased message: an answer, or none because its endpoint is disabled. Returns how it
    stands now, or `overtaken` when another worker has taken it over."""
    authorize(work, Action.WEBHOOK_SEND)
    if answer is None:
        is_ours = give_up(work.session, delivery, reason="")
        return _written(work, delivery, is_ours, state=DROPPED, attempts=delivery.attempts - 1, failure=None)
    said = {"status": answer.status, "tried_at": work.now}
    if rules.is_accepted(answer.status):
        return _written(work, delivery, acknowledge(work.session, delivery, now=work.now), **said)
    reason = answer.reason or f"HTTP {answer.status}"
    if answer.status == rules.GONE:
        is_ours = give_up(work.session, delivery, reason=reason)
        to = work.session.get_one(WebhookEndpoint, delivery.endpoint_id)
        if is_ours and to.disabled_at is None:
            _switch_off(work, to, Why.GONE)
            _tell(work, to)
        return _written(work, delivery, is_ours, **said)
    return _written(work, delivery, give_back(work.session, delivery, now=work.now, reason=reason), **said)


def _written(work: Work, delivery: WebhookDelivery, is_ours: bool, **values: Any) -> str:
    if not is_ours:
        return "overtaken"
    this = update(WebhookDelivery).where(WebhookDelivery.id == delivery.id).values(**values)
    work.session.execute(this, execution_options={"synchronize_session": False})
    state = select(WebhookDelivery.state).where(WebhookDelivery.id == delivery.id)
    return rules.word_of(work.session.scalars(state).one())


def _switch_off(work: Work, row: WebhookEndpoint, why: Why) -> None:
    row.disabled_at, row.disabled_why = work.now, why
    waiting = update(WebhookDelivery).where(
        WebhookDelivery.endpoint_id == row.id, WebhookDelivery.state == "pending"
    )
    work.session.execute(waiting.values(state=DROPPED), execution_options={"synchronize_session": False})
    work.act("webhook.disabled", about=row.uid, record={"why": why.value})


def _tell(work: Work, row: WebhookEndpoint) -> None:
    locales = work.organisation.locales
    data = {
        "title": in_languages(GONE_TITLE, locales, to=rules.shown(row.url)),
        "text": in_languages(GONE_TEXT, locales),
        "path": f"/webhooks/{row.uid}",
    }
    notify_all(work, kind=Kind.MESSAGE, person_ids=queries.administrators(work), data=data)


def _enabled(work: Work, uid: str) -> WebhookEndpoint:
    row = queries.endpoint(work, uid=uid)
    if row.disabled_at is not None:
        raise Conflict(
            detail=_("This webhook is disabled. Nothing was sent."), remedy=_("Enable it, then try again.")
        )
    return row


def _made(work: Work, row: WebhookEndpoint) -> Made:
    return Made(row=row, secret=rules.secret_of(work.keys.secret, row.uid, row.generation))


def _faults_of_url(work: Work, url: str) -> list[Fault]:
    code = rules.fault_of(url)
    if not code:
        try:
            address_of(url, work.settings.webhook_nets)
        except NotCalled as error:
            code = "" if error.code == "unknown" else error.code  # it may get its name later; a test tells
    return [Fault(field="url", reason=URL_FAULTS[code])] if code else []


def _faults_of_events(events: Sequence[str]) -> list[Fault]:
    if not events:
        return [Fault(field="events", reason=_("Choose at least one event."))]
    unknown = sorted(set(events) - set(BY_WIRE))
    return [Fault(field="events", reason=_("There is no such event."), remedy=", ".join(unknown))] * bool(
        unknown
    )
