"""Coming in and going out: by password, by a mailed link, as the first administrator, to the sample hospital."""

import json
from typing import Any, cast

from flask import (
    Blueprint,
    current_app,
    make_response,
    redirect,
    request,
)
from flask.typing import ResponseReturnValue

from reciproca.compacts.access import actions
from reciproca.compacts.access.actions.sessions import HANDED_TO_THE_DOOR
from reciproca.compacts.access.rules import safe_path
from reciproca.compacts.access.schemas import AskLink, FirstCode, SignIn, UseLink
from reciproca.compacts.access.web.forms import again, typed
from reciproca.compacts.access.web.identity import drop_cookie, remember_language, set_cookie
from reciproca.core.errors import Invalid, NotFound, ReciprocaError, TooMany
from reciproca.core.http import Shell, current_work
from reciproca.core.i18n import _
from reciproca.core.identity import system
from reciproca.core.settings import Settings
from reciproca.templates.web import page

pages = Blueprint("entering", __name__)


@pages.get("/sign-in")
def sign_in_page() -> ResponseReturnValue:
    """The page to sign in on; who is signed in already goes where they were going."""
    onwards = safe_path(request.args.get("next"))
    if not current_work().actor.is_anonymous:
        return redirect(onwards, 303)
    return page("access/sign_in.html", faults=[], values={}, **_sign_in_context(onwards))


@pages.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Sign in by password; with the other button, have a link mailed."""
    onwards = safe_path(request.form.get("next"))
    try:
        form = typed(SignIn)
        actions.sign_in(current_work(), email=form["email"], password=form["password"], address=_address())
    except (Invalid, TooMany) as error:
        return again("access/sign_in.html", error, **_sign_in_context(onwards))
    return redirect(onwards, 303)


@pages.get("/link")
def link_page() -> ResponseReturnValue:
    """The page to ask for a link on."""
    return page("access/ask_link.html", faults=[], values={}, sent=False, **_mail_context())


@pages.post("/link")
def ask_link() -> ResponseReturnValue:
    """Have a link mailed; the page says the same whether or not anybody has that address."""
    try:
        actions.ask_link(current_work(), email=typed(AskLink)["email"], address=_address())
    except (Invalid, TooMany) as error:
        return again("access/ask_link.html", error, sent=False, **_mail_context())
    return page("access/ask_link.html", faults=[], values={}, sent=True, **_mail_context())


@pages.get("/link/<string(length=52):code>")
def open_link(code: str) -> ResponseReturnValue:
    """One button. Opening the link uses nothing up, because mail scanners open links too."""
    return page("access/use_link.html", code=code, faults=[])


@pages.post("/link/<string(length=52):code>")
def use_link(code: str) -> ResponseReturnValue:
    """Sign in by the link; whoever has no password yet is asked for one next."""
    typed(UseLink)
    try:
        account = actions.use_link(current_work(), code=code, address=_address())
    except (Invalid, TooMany) as error:
        return again("access/use_link.html", error, code=code)
    return redirect("/" if account.password_hash else "/auth/account", 303)


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this session."""
    work = current_work()
    actions.sign_out(work)
    response = make_response(redirect("/auth/sign-in", 303))
    drop_cookie(response, work.settings)
    return response


@pages.get("/first")
def first_page() -> ResponseReturnValue:
    """The page where the first administrator enters the code that `init` printed."""
    return page("access/first.html", faults=[], values={})


@pages.post("/first")
def first() -> ResponseReturnValue:
    """Make the first administrator, signed in."""
    try:
        actions.use_first_code(current_work(), **typed(FirstCode), address=_address())
    except ReciprocaError as error:
        return again("access/first.html", error)
    return redirect("/", 303)


@pages.get("/language/<string(maxlength=20):locale>")
def read_in(locale: str) -> ResponseReturnValue:
    """Read in another language on this browser: only a cookie changes."""
    work = current_work()
    if work.place is None or locale not in work.place.locales:
        raise NotFound(detail=_("This language is not offered here."))
    response = make_response(redirect(safe_path(request.args.get("next")), 303))
    remember_language(response, work.settings, locale)
    return response


@pages.get("/demo/<string(length=36):uid>")
def enter_demo(uid: str) -> ResponseReturnValue:
    """Sign in as somebody of the sample hospital.

    The one GET that changes something, so that the lines that the demo prints can be clicked. It exists only in a home
    that holds `demo.json`, where everybody is invented; elsewhere there is nothing here. Signing still asks for the
    password."""
    installation = cast(Shell, current_app).installation
    if not (installation.settings.home / "demo.json").is_file():
        raise NotFound
    with installation.work(system("demo")) as work:
        actions.enter(work, account_uid=uid, method="link")
        token = work.session.info.pop(HANDED_TO_THE_DOOR)
    response = make_response(redirect("/", 303))
    set_cookie(response, installation.settings, token)
    return response


def _demo_lines(settings: Settings) -> list[dict[str, str]]:
    story = settings.home / "demo.json"
    return json.loads(story.read_text(encoding="utf-8")).get("sign_in", []) if story.is_file() else []


def _sign_in_context(onwards: str) -> dict[str, Any]:
    return {"onwards": onwards, "demo": _demo_lines(current_work().settings)}


def _mail_context() -> dict[str, Any]:
    return {"mail_is_dropped": not current_work().settings.smtp_url}


def _address() -> str:
    """Where the request came from. Headers that anybody can write are not believed."""
    return request.remote_addr or "unknown"
