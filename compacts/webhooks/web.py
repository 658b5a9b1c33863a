"""The pages of webhooks, for administrators: which systems are told, of what, and how that went."""

from typing import Any

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from reciproca.compacts.access.schemas import Empty
from reciproca.compacts.access.web.forms import again, typed
from reciproca.compacts.webhooks import actions, queries, rules
from reciproca.compacts.webhooks.schemas import EndpointIn
from reciproca.compacts.webhooks.words import EVENT_WORDS
from reciproca.core.csrf import FIELD
from reciproca.core.errors import Invalid, Unauthenticated
from reciproca.core.http import current_work, faults_of
from reciproca.core.i18n import _
from reciproca.templates.web import page

pages = Blueprint("webhooks", __name__, url_prefix="/webhooks")
LIST, ONE = "webhooks/list.html", "webhooks/one.html"


@pages.get("")
def list_webhooks() -> str:
    """Every endpoint, and the form for another."""
    return page(LIST, faults=(), values={}, chosen=(), **_list())


@pages.post("")
def add() -> ResponseReturnValue:
    """Add an endpoint; this answer is the only one that holds its secret, so the page isn't sent elsewhere."""
    _signed_in()
    try:
        asked = _typed()
        made = actions.add_endpoint(current_work(), url=asked["url"], events=asked["events"])
    except Invalid as error:
        return again(LIST, error, chosen=request.form.getlist("events"), **_list())
    return _shown(made.row.uid, secret=made.secret)


@pages.get("/<string(length=36):uid>")
def show(uid: str) -> str:
    """One endpoint, and what it was told last."""
    _signed_in()
    return _shown(uid)


@pages.post("/<string(length=36):uid>/rotations")
def rotate(uid: str) -> str:
    """Another secret, which only this answer holds."""
    typed(Empty)
    return _shown(uid, secret=actions.rotate(current_work(), uid=uid).secret)


@pages.post("/<string(length=36):uid>/disabling")
def disable(uid: str) -> ResponseReturnValue:
    """Tell it nothing any more."""
    typed(Empty)
    actions.disable(current_work(), uid=uid)
    return redirect(f"/webhooks/{uid}", 303)


@pages.post("/<string(length=36):uid>/enabling")
def enable(uid: str) -> ResponseReturnValue:
    """Tell it again."""
    typed(Empty)
    actions.enable(current_work(), uid=uid)
    return redirect(f"/webhooks/{uid}", 303)


@pages.post("/<string(length=36):uid>/tests")
def send_test(uid: str) -> ResponseReturnValue:
    """Have a test sent."""
    typed(Empty)
    actions.send_test(current_work(), uid=uid)
    return redirect(f"/webhooks/{uid}#deliveries", 303)


@pages.post("/<string(length=36):uid>/deliveries/<string(length=36):delivery>/retries")
def retry(uid: str, delivery: str) -> ResponseReturnValue:
    """Try one message again."""
    typed(Empty)
    actions.retry(current_work(), endpoint_uid=uid, uid=delivery)
    return redirect(f"/webhooks/{uid}#deliveries", 303)


def _typed() -> dict[str, Any]:
    sent = {name: value for name, value in request.form.items() if name not in {FIELD, "_key", "events"}}
    try:
        read: dict[str, Any] = EndpointIn().load({**sent, "events": request.form.getlist("events")})
    except ValidationError as error:
        raise Invalid(
            detail=_("Some of it needs to be put right. Nothing was changed."),
            faults=tuple(faults_of(error.messages)),
        ) from error
    return {**read, "url": read["url"].strip()}


def _signed_in() -> None:
    if current_work().actor.is_anonymous:
        raise Unauthenticated(remedy=_("Sign in, then try again."))


def _list() -> dict[str, Any]:
    _signed_in()
    work = current_work()
    found = queries.endpoints(work)
    counts = queries.counts(work)
    return {
        "endpoints": [{**queries.told(row), "counts": counts.get(row.id, {})} for row in found],
        "events": {wire: words for wire, words in EVENT_WORDS.items() if wire != rules.TEST},
        "zone": work.organisation.zone,
    }


def _shown(uid: str, *, secret: str = "") -> str:
    work = current_work()
    row = queries.endpoint(work, uid=uid)
    return page(
        ONE,
        endpoint=queries.told(row),
        to=rules.shown(row.url),
        deliveries=[queries.told_delivery(row) for row in queries.deliveries(work, endpoint_uid=uid)],
        secret=secret,
        events=EVENT_WORDS,
        now=work.now,
        zone=work.organisation.zone,
    )
