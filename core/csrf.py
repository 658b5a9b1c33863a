"""Forms carry a token that only this browser's session can have; requests from other sites are refused."""

import hmac
import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import Request, g, request

from reciproca.core.errors import Forbidden
from reciproca.core.i18n import _

FIELD = "_csrf"


def cookie_name(*, is_secure: bool) -> str:
    """Name of the cookie that ties a form to a browser, also before sign-in."""
    return "__Host-visit" if is_secure else "visit"


def visit(name: str) -> str:
    """This browser's visit id: from its cookie, or a new one that the response will set."""
    if "visit" not in g:
        g.visit = request.cookies.get(name) or secrets.token_urlsafe(32)
    return str(g.visit)


def token(secret: bytes, visit_id: str) -> str:
    """The form token for a visit."""
    return hmac.new(secret, b"csrf:" + visit_id.encode(), sha256).hexdigest()


def needs_no_cookie(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that programs without a cookie post to, because its address alone says who may do what."""
    view.__dict__["needs_no_cookie"] = True
    return view


def is_without_cookie(view: Callable[..., Any]) -> bool:
    """Whether the view is one of these."""
    return bool(getattr(view, "needs_no_cookie", False))


def check(asked: Request, secret: bytes, name: str) -> None:
    """Refuse a change that didn't come from one of our own forms."""
    site = asked.headers.get("Sec-Fetch-Site", "same-origin")
    sent = asked.form.get(FIELD, "")
    expected = token(secret, asked.cookies.get(name, ""))
    if site not in {"same-origin", "none"} or not hmac.compare_digest(sent.encode(), expected.encode()):
        raise Forbidden(
            detail=_("This form has expired or came from another site. Nothing was changed."),
            remedy=_("Open the page again and send it from there."),
        )
