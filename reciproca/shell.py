"""The frame of every page: whose it is, where one can go, who one is; and the page that an error gets."""

from urllib.parse import urlencode

from flask import current_app, g, make_response, request
from flask.typing import ResponseReturnValue

from reciproca.compacts.access.queries import badge
from reciproca.compacts.proving.endings import words
from reciproca.compacts.proving.queries import certificates_that_end, ledger_is_broken
from reciproca.core.errors import ReciprocaError, Unauthenticated
from reciproca.core.i18n import Translator
from reciproca.core.rights import Action, is_allowed
from reciproca.core.work import Work
from reciproca.templates.shell import Badge, Flash, Link, Shell
from reciproca.templates.web import form_token, languages, page


def make_shell(work: Work | None, translator: Translator) -> Shell:
    """The shell for this request; without an organisation it carries the product's own name."""
    _ = translator.gettext
    who = badge(work) if work and not work.actor.is_anonymous else None
    return Shell(
        organisation=work.place.name if work and work.place else "Reciproca",
        tagline=_("Physician engagement agreement"),
        nav=_nav(work, translator) if work and who else (),
        languages=languages(translator),
        person=Badge(who.name, who.initials, who.side, _menu(work, translator)) if work and who else None,
        token=form_token(),
        sign_out="/auth/sign-out" if who else "",
        footer=(Link(_("Check a document"), "/verify"),),
        zone_text=work.place.zone.replace("_", " ") if work and work.place else "",
        flashes=_alarms(work, translator) if work and who else (),
    )


def _alarms(work: Work, translator: Translator) -> tuple[Flash, ...]:
    _ = translator.gettext
    zone = work.place.zone if work.place else "UTC"
    ending = tuple(
        Flash(" ".join(words(one, translator, zone)), "risk" if one.step == 0 else "warn")
        for one in certificates_that_end(work)
    )
    if not ledger_is_broken(work):
        return ending
    broken = _("The record of decisions doesn’t verify, so nothing can be signed or decided at present; everything "
               "can be read. Run `reciproca ledger verify`, and restore the last good backup.")  # fmt: skip
    return (Flash(broken, "risk"), *ending)


def _menu(work: Work, translator: Translator) -> tuple[Link, ...]:
    _ = translator.gettext
    account = Link(_("Your account"), "/auth/account")
    gets_messages = is_allowed(work, Action.NOTICE_READ, person_id=work.actor.person_id)
    return (Link(_("Messages"), "/messages"), account) if gets_messages else (account,)


def _nav(work: Work, translator: Translator) -> tuple[Link, ...]:
    _ = translator.gettext
    places = (
        (_("Home"), "/", None),
        (_("Agreements"), "/compacts", Action.COMPACT_READ),
        (_("Reviews"), "/reviews", Action.REVIEW_READ),
        (_("Overview"), "/overview", Action.OVERVIEW_READ),
        (_("People"), "/people", Action.PEOPLE_READ),
    )
    return tuple(
        Link(text, href, current=request.path == href or (href != "/" and request.path.startswith(href)))
        for text, href, action in places
        if action is None or is_allowed(work, action)
    )


def render_error(error: ReciprocaError, incident: str) -> ResponseReturnValue:
    """An error as a page: what happened, what was kept, what to do next. A stranger is sent to sign in."""
    g.pop("work", None) if isinstance(error, Unauthenticated) else None
    if isinstance(error, Unauthenticated) and request.method == "GET":
        return current_app.redirect(f"/auth/sign-in?{urlencode({'next': request.full_path.rstrip('?')})}")
    earlier, installation = g.pop("work", None), current_app.installation  # type: ignore[attr-defined]  # our Shell
    if earlier is None:
        return make_response(page("error.html", error=error, incident=incident), error.status)
    with installation.work(
        earlier.actor, earlier.place, write=False
    ) as g.work:  # the request's own has ended
        return make_response(page("error.html", error=error, incident=incident), error.status)
