"""How a door renders a page: the request's language, the shell around the page, and the form's hidden fields."""

import secrets
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from flask import Response, current_app, g, request
from jinja2 import Environment

from reciproca.core import csrf
from reciproca.core.http import current_work
from reciproca.core.i18n import Catalogues, Translator, negotiate
from reciproca.core.work import Work
from reciproca.templates.loader import render
from reciproca.templates.shell import Link, Shell

LOCALE_COOKIE = "locale"
MakeShell = Callable[[Work | None, Translator], Shell]


def translator() -> Translator:
    """The Translator of this request: the person's choice, the cookie, the browser's wish, the first language."""
    if "translator" not in g:
        catalogues = cast(Catalogues, current_app.extensions["catalogues"])
        g.translator = catalogues.translator(_locale(catalogues))
    return cast(Translator, g.translator)


def page(name: str, **context: Any) -> str:
    """The page template `name` (under `pages/`) as HTML, in the request's language, inside the shell."""
    work = cast(Work | None, g.get("work"))
    environment = cast(Environment, current_app.extensions["environment"])
    make_shell = cast(MakeShell, current_app.extensions["make_shell"])
    language = translator()
    return render(
        environment,
        f"pages/{name}",
        language,
        shell=make_shell(work, language),
        csrf=form_token(),
        key=secrets.token_hex(16),
        **context,
    )


def form_token() -> str:
    """The hidden `_csrf` value of this browser's forms."""
    installation = current_app.installation  # type: ignore[attr-defined]  # our Shell; Flask's proxy can't say so
    name = csrf.cookie_name(is_secure=installation.settings.is_secure)
    return csrf.token(installation.keys.secret, csrf.visit(name))


def languages(language: Translator) -> tuple[Link, ...]:
    """Links that show this page in each language on offer; following one is remembered by the browser."""
    catalogues = cast(Catalogues, current_app.extensions["catalogues"])
    path = request.path if request.method == "GET" else "/"
    kept = {name: value for name, value in request.args.items() if name != "lang"}
    return tuple(
        Link(
            language.language_name(locale),
            f"{path}?{urlencode({**kept, 'lang': locale})}",
            current=locale == language.locale,
            lang=locale,
        )
        for locale in _allowed(catalogues)
    )


def remember_language(response: Response) -> Response:
    """Keep the language that a `?lang=` link asked for."""
    if (asked := request.args.get("lang")) and "translator" in g and g.translator.locale == asked:
        is_secure = request.is_secure
        response.set_cookie(
            LOCALE_COOKIE, asked, max_age=31536000, samesite="Lax", secure=is_secure, httponly=True
        )
    return response


def _allowed(catalogues: Catalogues) -> tuple[str, ...]:
    work = cast(Work | None, g.get("work"))
    return work.place.locales if work and work.place else catalogues.locales


def _locale(catalogues: Catalogues) -> str:
    work, allowed = cast(Work | None, g.get("work")), _allowed(catalogues)
    wished = [
        request.args.get("lang"),
        request.cookies.get(LOCALE_COOKIE),
        work.actor.locale if work else None,
    ]
    chosen = next((locale for locale in wished if locale in allowed), None)
    return chosen or negotiate(request.headers.get("Accept-Language", ""), allowed, allowed[0])


__all__ = ["current_work", "form_token", "page", "translator"]
