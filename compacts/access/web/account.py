"""One's own account: language, password, open sessions, tokens."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, make_response, redirect
from flask.typing import ResponseReturnValue

from reciproca.compacts.access import actions, queries
from reciproca.compacts.access.schemas import Empty, FirstPassword, Language, OtherPassword, TokenForm
from reciproca.compacts.access.web.forms import again, typed
from reciproca.compacts.access.web.identity import remember_language
from reciproca.core.errors import Invalid, TooMany, Unauthenticated
from reciproca.core.http import current_work
from reciproca.core.i18n import _
from reciproca.core.rights import Action, is_allowed
from reciproca.templates.web import page, translator

pages = Blueprint("account", __name__, url_prefix="/account")


@pages.get("")
def show() -> ResponseReturnValue:
    """Who one is here, and what can be changed about it."""
    return page("access/account.html", faults=[], values={}, **_context())


@pages.post("/language")
def language() -> ResponseReturnValue:
    """Read, and be written to, in another language."""
    locale = typed(Language)["locale"]
    work = current_work()
    actions.choose_language(work, locale=locale)
    response = make_response(redirect("/auth/account", 303))
    remember_language(response, work.settings, locale)
    return response


@pages.post("/password")
def password() -> ResponseReturnValue:
    """Set the first password, or another one."""
    work = current_work()
    _signed_in()
    try:
        if queries.own_account(work).password_hash is None:
            actions.set_password(work, new=typed(FirstPassword)["password"])
        else:
            form = typed(OtherPassword)
            actions.set_password(work, new=form["password"], current=form["current"])
    except (Invalid, TooMany) as error:
        return again("access/account.html", error, **_context())
    return redirect("/auth/account", 303)


@pages.post("/sessions/<string(length=36):uid>/end")
def end_session(uid: str) -> ResponseReturnValue:
    """End one of one's own sessions."""
    typed(Empty)
    _signed_in()
    actions.end_session(current_work(), uid=uid)
    return redirect("/auth/account", 303)


@pages.post("/tokens")
def create_token() -> ResponseReturnValue:
    """Make a token for oneself; this answer is the only one that holds it, so the page isn't sent elsewhere."""
    _signed_in()
    try:
        form = typed(TokenForm)
        made = actions.create_token(
            current_work(),
            email=queries.own_account(current_work()).email,
            scopes=form["scopes"].split(),
            label=form["label"],
            life=timedelta(days=90),
        )
    except Invalid as error:
        return again("access/account.html", error, **_context())
    return page("access/account.html", faults=[], values={}, **{**_context(), "new_token": made.secret})


@pages.post("/tokens/<string(length=36):uid>/revoke")
def revoke_token(uid: str) -> ResponseReturnValue:
    """Make one of one's own tokens worthless."""
    typed(Empty)
    _signed_in()
    actions.revoke_token(current_work(), uid=uid)
    return redirect("/auth/account", 303)


def _signed_in() -> None:
    if current_work().actor.is_anonymous:
        raise Unauthenticated(remedy=_("Sign in, then try again."))


def _context() -> dict[str, Any]:
    _signed_in()
    work = current_work()
    can_make_tokens = is_allowed(work, Action.TOKEN_CREATE, person_id=work.actor.person_id)
    return {
        "who": queries.badge(work),
        "account": queries.own_account(work),
        "sessions": queries.own_sessions(work),
        "tokens": queries.own_tokens(work),
        "can_make_tokens": can_make_tokens,
        "new_token": "",
        "this_session": work.actor.proof.session_uid,
        "zone": work.organisation.zone,
        "locales": work.organisation.locales,
        "language_names": [(code, translator().language_name(code)) for code in work.organisation.locales],
    }
