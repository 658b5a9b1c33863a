"""Who is told, what they were told and how it went, and what a message says when it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from reciproca.compacts.access.queries import held
from reciproca.compacts.access.tables import Account, Grant, Membership
from reciproca.compacts.webhooks import rules
from reciproca.compacts.webhooks.tables import WebhookDelivery, WebhookEndpoint
from reciproca.core.canonical import canonical
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.identity import Role
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

ON_A_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Order:
    """One message as it is to be sent now."""

    url: str
    headers: Mapping[str, str]
    body: bytes


def endpoints(work: Work) -> Sequence[WebhookEndpoint]:
    """Every endpoint, the oldest first."""
    authorize(work, Action.WEBHOOK_KEEP)
    return work.session.scalars(select(WebhookEndpoint).order_by(WebhookEndpoint.id)).all()


def endpoint(work: Work, *, uid: str) -> WebhookEndpoint:
    """One endpoint. NotFound."""
    authorize(work, Action.WEBHOOK_KEEP)
    row = work.session.scalars(select(WebhookEndpoint).filter_by(uid=uid)).one_or_none()
    if row is None:
        raise NotFound(
            detail=_("There is no such webhook. Nothing was changed."),
            remedy=_("Open the list of webhooks again."),
        )
    return row


def deliveries(work: Work, *, endpoint_uid: str, limit: int = ON_A_PAGE) -> Sequence[WebhookDelivery]:
    """What an endpoint was told last, the newest first. NotFound."""
    authorize(work, Action.WEBHOOK_KEEP)
    row = endpoint(work, uid=endpoint_uid)
    asked = select(WebhookDelivery).filter_by(endpoint_id=row.id).order_by(WebhookDelivery.id.desc())
    return work.session.scalars(asked.limit(limit)).all()


def counts(work: Work) -> Mapping[int, Mapping[str, int]]:
    """By endpoint (its id), how many messages are queued, accepted, refused or disabled."""
    authorize(work, Action.WEBHOOK_KEEP)
    asked = select(WebhookDelivery.endpoint_id, WebhookDelivery.state, func.count())
    found: dict[int, dict[str, int]] = {}
    for one, state, number in work.session.execute(asked.group_by(*asked.selected_columns[:2])):
        word = rules.word_of(state)
        by_word = found.setdefault(one, {})
        by_word[word] = by_word.get(word, 0) + number
    return found


def listeners(work: Work, *, wire: str) -> Sequence[WebhookEndpoint]:
    """The endpoints that hear events of this wire."""
    authorize(work, Action.WEBHOOK_SEND)
    enabled = select(WebhookEndpoint).where(WebhookEndpoint.disabled_at.is_(None))
    return [row for row in work.session.scalars(enabled.order_by(WebhookEndpoint.id)) if wire in row.events]


def order_of(work: Work, *, delivery_id: int) -> Order | None:
    """What to send now: the same id and body at every try, the instant and the signatures anew. None when the endpoint
    is disabled."""
    authorize(work, Action.WEBHOOK_SEND)
    asked = (
        select(WebhookDelivery, WebhookEndpoint)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(WebhookDelivery.id == delivery_id)
    )
    row, to = work.session.execute(asked).one()
    if to.disabled_at is not None:
        return None
    body = canonical(row.payload)
    return Order(
        url=to.url,
        headers=rules.headers_of(_secrets(work, to), message=row.uid, now=work.now, body=body),
        body=body,
    )


def administrators(work: Work) -> Sequence[int]:
    """The people (by id) who administer here. One who isn't on the roster has no messages: `doctor` tells them."""
    authorize(work, Action.WEBHOOK_SEND)
    asked = (
        select(Membership.person_id)
        .join(Account, Account.id == Membership.account_id)
        .join(Grant, Grant.membership_id == Membership.id)
        .where(Membership.organisation_id == work.organisation.id, Membership.person_id.is_not(None))
        .where(Grant.role == Role.ADMINISTRATOR, Account.is_enabled, held(work.now))
    )
    return sorted({found for found in work.session.scalars(asked) if found is not None})


def told(row: WebhookEndpoint) -> dict[str, Any]:
    """An endpoint as the doors tell it."""
    return {
        "uid": row.uid,
        "url": row.url,
        "events": row.events,
        "made_at": row.made_at,
        "rotated_at": row.rotated_at,
        "disabled_at": row.disabled_at,
        "disabled_why": row.disabled_why.value if row.disabled_why else None,
    }


def told_delivery(row: WebhookDelivery) -> dict[str, Any]:
    """A message as the doors tell it; `next_at` is when it is tried (again)."""
    word = rules.word_of(row.state)
    return {
        "uid": row.uid,
        "event": row.event,
        "state": word,
        "attempts": row.attempts,
        "written_at": row.written_at,
        "tried_at": row.tried_at,
        "status": row.status,
        "reason": row.failure or "",
        "next_at": row.not_before if word == "queued" else None,
    }


def _secrets(work: Work, row: WebhookEndpoint) -> Sequence[str]:
    generations = rules.counting(row.generation, row.rotated_at, work.now)
    return [rules.secret_of(work.keys.secret, row.uid, one) for one in generations]
