"""Who is asking, for every request; and the cookies that say so."""

from flask import Response, request
from flask import g as request_state
from sqlalchemy.orm import Session

from reciproca.compacts.access import passwords, queries
from reciproca.compacts.access.actions.sessions import HANDED_TO_THE_DOOR, hash_to_prove
from reciproca.core.errors import Unauthenticated
from reciproca.core.http import SAFE, is_api
from reciproca.core.i18n import _
from reciproca.core.identity import ANONYMOUS
from reciproca.core.settings import Settings
from reciproca.core.work import Installation
from reciproca.templates.web import LOCALE_COOKIE


def cookie_name(settings: Settings) -> str:
    """Name of the cookie that carries a session."""
    return "__Host-session" if settings.is_secure else "session"


def authenticate(session: Session, installation: Installation) -> queries.Identity:
    """Who is asking: a bearer token at the API (never a cookie), a session's cookie at the pages, else a stranger.

    A session's idle time counts from its last change: a GET can't write, so reading alone doesn't renew it."""
    now = installation.clock.now()
    if is_api():
        return _bearer(session, installation) or queries.by_nobody(session)
    token = request.cookies.get(cookie_name(installation.settings), "")
    found = queries.by_cookie(session, token, now) if token else None
    if found and request.method not in SAFE:
        row = queries.session_of(session, token, now)
        if row:
            row.last_seen_at = now
    return found or queries.by_nobody(session)


def weigh_password(installation: Installation) -> None:
    """Compare the password in the request, if there is one, before the request gets its turn to write: nobody else
    has to wait for that. What it proves, and whether it may be tried, is decided within the turn."""
    passwords.weigh(None, None)
    typed = _typed_password()
    if not typed or not installation.database.takes_turns:
        return
    token, cookie = "", request.cookies.get(cookie_name(installation.settings), "")
    if is_api():
        token, cookie = request.headers.get("Authorization", "").partition(" ")[2].strip(), ""
    with installation.work(ANONYMOUS, write=False) as work:
        account = queries.account_behind(work.session, token=token, cookie=cookie)
        stored = hash_to_prove(work, account=account) if account else None
    passwords.weigh(stored, typed)


def _typed_password() -> str:
    if not request.is_json:
        return request.form.get("password", "")
    sent = request.get_json(silent=True)
    typed = sent.get("password") if isinstance(sent, dict) else ""
    return typed if isinstance(typed, str) else ""


def _bearer(session: Session, installation: Installation) -> queries.Identity | None:
    kind, _blank, token = request.headers.get("Authorization", "").partition(" ")
    if not kind:
        return None
    found = (
        queries.by_token(session, token.strip(), installation.clock.now())
        if kind.lower() == "bearer"
        else None
    )
    if found is None:
        raise Unauthenticated(
            detail=_("This token is not known, was revoked or is over. Nothing was changed."),
            remedy=_("Send `Authorization: Bearer …` with a token that still counts."),
        )
    return found


def hand_over(response: Response) -> Response:
    """Give the browser the value of a session that was opened or turned, once that is committed."""
    work = request_state.get("work")
    token = work.session.info.pop(HANDED_TO_THE_DOOR, None) if work else None
    if token and response.status_code < 400 and not is_api():
        set_cookie(response, work.settings, token)
    return response


def set_cookie(response: Response, settings: Settings, token: str) -> None:
    """Make the browser carry `token` until it is closed; scripts can't read it, other sites' forms don't send it."""
    name = cookie_name(settings)
    response.set_cookie(name, token, httponly=True, samesite="Lax", secure=settings.is_secure, path="/")


def drop_cookie(response: Response, settings: Settings) -> None:
    """Have the browser forget its session."""
    response.delete_cookie(cookie_name(settings), httponly=True, samesite="Lax", secure=settings.is_secure)


def remember_language(response: Response, settings: Settings, locale: str) -> None:
    """Have this browser ask for `locale` for a year."""
    response.set_cookie(
        LOCALE_COOKIE, locale, max_age=365 * 86400, samesite="Lax", secure=settings.is_secure, path="/"
    )
