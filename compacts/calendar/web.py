"""One's own dates as a page, the address of one's own feed, and the feed that calendar programs read."""

from hashlib import sha256

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from reciproca.compacts.access.mail import catalogues
from reciproca.compacts.access.schemas import Empty
from reciproca.compacts.access.web.forms import typed
from reciproca.compacts.calendar import actions, queries
from reciproca.core.errors import Unauthenticated
from reciproca.core.http import current_work, go_on_as
from reciproca.core.i18n import _
from reciproca.templates.calendar import feed
from reciproca.templates.web import page, translator

pages = Blueprint("calendar", __name__, url_prefix="/calendar")


@pages.get("")
def show() -> str:
    """One's own dates, and how to have them in one's own calendar."""
    work = current_work()
    _signed_in()
    mine = queries.own_feed(work)
    address = queries.address_of(work, feed=mine) if mine else ""
    return page(
        "calendar/dates.html",
        dates=queries.own_dates(work, translator=translator()),
        feed=mine,
        address=address,
        subscription=address.replace("https://", "webcal://").replace("http://", "webcal://"),
        today=work.today(),
        zone=work.organisation.zone,
    )


@pages.post("/address")
def make() -> ResponseReturnValue:
    """Make an address for one's own feed, or another one in its place."""
    typed(Empty)
    _signed_in()
    actions.make_feed(current_work())
    return redirect("/calendar#address", 303)


@pages.post("/address/revocations")
def revoke() -> ResponseReturnValue:
    """Make the address of one's own feed worthless."""
    typed(Empty)
    _signed_in()
    actions.revoke_feed(current_work())
    return redirect("/calendar#address", 303)


@pages.get("/<string(length=52):secret>.ics")
def read(secret: str) -> Response:
    """Somebody's dates, for the calendar program that knows the secret; 304 while nothing has changed."""
    work = go_on_as(queries.by_secret(current_work(), secret=secret))
    language = catalogues().translator(work.actor.locale or work.organisation.locales[0])
    dates = queries.own_dates(work, translator=language)
    body = feed(dates, name=f"Reciproca · {work.organisation.name}", locale=language.locale)
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = (
        "private, no-cache"  # kept by the program alone, and asked about each time
    )
    response.set_etag(sha256(body).hexdigest()[:32])
    response.make_conditional(request)
    return response


def _signed_in() -> None:
    if current_work().actor.is_anonymous:
        raise Unauthenticated(remedy=_("Sign in, then try again."))
