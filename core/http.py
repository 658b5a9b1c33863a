"""The HTTP shell: one transaction a request, one error table, security headers. Knows nothing of the product.

A view gets its `Work` from `current_work()`. The transaction ends after the view returned, so a view that raises
changes nothing; a GET can't change anything at all.
"""

import hmac
import secrets
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import IO, Any, cast

import structlog
from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from reciproca.core import csrf, idempotency, openapi
from reciproca.core.errors import (
    Fault,
    Forbidden,
    Invalid,
    NotFound,
    ReciprocaError,
    Stale,
    TooLarge,
    Unauthenticated,
    Unreadable,
)
from reciproca.core.i18n import _
from reciproca.core.identity import Actor, OrganisationRef
from reciproca.core.work import Installation, Work

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_LIMIT = 8 * 1024 * 1024
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
KEPT_HEADERS = ("Location", "ETag", "Content-Type")

Authenticate = Callable[[Session, Installation], tuple[Actor, OrganisationRef | None]]
RenderError = Callable[[ReciprocaError, str], ResponseReturnValue]
Foresee = Callable[[Installation], None]
"""What is done before a request that writes begins its transaction, because it takes long and changes nothing."""
Check = Callable[[Installation], str | None]
log = structlog.get_logger(__name__)


def current_work() -> Work:
    """The running request's `Work`."""
    return cast(Work, g.work)


def go_on_as(work: Work) -> Work:
    """Have the rest of this request done by `work`: the same transaction, by somebody whom the door has recognised."""
    g.work, g.actor = work, work.actor
    return work


class Shell(Flask):
    """Flask, with each view run inside one transaction."""

    installation: Installation
    authenticate: Authenticate
    foresee: Foresee

    def dispatch_request(self) -> ResponseReturnValue:
        if request.endpoint in {"static", "alive", "ready", "gone", "metrics"} or request.url_rule is None:
            return super().dispatch_request()
        with self.installation.traffic.passing():
            return self._answered(write=request.method not in SAFE)

    def _answered(self, *, write: bool) -> ResponseReturnValue:
        if write:
            self.foresee(self.installation)
        with self.installation.work(
            lambda session: self.authenticate(session, self.installation), write=write
        ) as work:
            g.work, g.actor = work, work.actor
            structlog.contextvars.bind_contextvars(actor=work.actor.uid)
            response = self.make_response(self._once(work) if request.method == "POST" else self._run(work))
            if (
                write and response.status_code >= 400
            ):  # a view that answers with an error changes nothing either
                work.refuse()
            return response

    def _run(self, work: Work) -> ResponseReturnValue:
        view = self.view_functions[request.endpoint or ""]
        if request.method not in SAFE and not is_api() and not csrf.is_without_cookie(view):
            csrf.check(request, work.keys.secret, csrf.cookie_name(is_secure=work.settings.is_secure))
        return super().dispatch_request()

    def _once(self, work: Work) -> ResponseReturnValue:
        key = request.headers.get("Idempotency-Key") or request.form.get("_key", "")
        if not key:
            return self._run(work)
        if len(key) > 120:
            raise Invalid(detail=_("The idempotency key is longer than 120 characters. Nothing was changed."))
        said = f"{request.method} {request.path}\n".encode() + _body_without_token()
        asked = hmac.new(work.keys.secret, said, sha256).hexdigest()  # keyed: the body may hold a password
        actor = work.actor.uid
        earlier = idempotency.claim(work.session, actor=actor, key=key, request_sha256=asked, now=work.now)
        if earlier:
            return Response(earlier.body, status=earlier.status, headers=earlier.headers)
        response = self.make_response(self._run(work))
        if response.status_code < 400 and not response.is_streamed:
            headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
            body = g.pop("kept_instead", None) or response.get_data(as_text=True)
            answer = idempotency.Answer(status=response.status_code, headers=headers, body=body)
            idempotency.keep(work.session, actor=actor, key=key, answer=answer)
        return response


def _body_without_token() -> bytes:
    if request.mimetype in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        fields = sorted((name, value) for name, value in request.form.items(multi=True) if name != csrf.FIELD)
        files = [
            (name, file.filename, _digest(file.stream)) for name, file in request.files.items(multi=True)
        ]
        return repr((fields, files)).encode()
    return request.get_data(cache=True)


def _digest(stream: IO[bytes]) -> str:
    """SHA-256 of an uploaded file, which is left to be read from its beginning."""
    found = sha256(stream.read()).hexdigest()  # at most CONTENT_LIMIT bytes
    stream.seek(0)
    return found


def keep_instead(body: dict[str, Any]) -> None:
    """Have `body` kept for repeated requests, in place of an answer that holds a secret."""
    g.kept_instead = jsonify(body).get_data(as_text=True)


def seen_revision() -> int | None:
    """The revision named by If-Match; None where nothing, or anything (*), was asked for. Unreadable."""
    text = request.headers.get("If-Match", "*").strip().removeprefix("W/").strip('"')
    if text == "*":
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Unreadable(
            detail=_("If-Match must be the ETag of an earlier answer. Nothing was changed."),
            remedy=_("Read the thing again and send back its ETag."),
        )
    return int(text)


def is_api() -> bool:
    """Whether the request came through the API's door."""
    return request.path.startswith("/api/")


def build(
    installation: Installation,
    *,
    authenticate: Authenticate,
    foresee: Foresee,
    render_error: RenderError,
    pages: Sequence[Blueprint],
    resources: Sequence[Any],
    checks: Sequence[Check],
    static_folder: str,
) -> Shell:
    """The WSGI application: pages, API under /api/v1, health, errors and headers."""
    app = Shell("reciproca", static_folder=static_folder, static_url_path="/static")
    app.installation, app.authenticate, app.foresee = installation, authenticate, foresee
    app.config.update(
        MAX_CONTENT_LENGTH=CONTENT_LIMIT,
        MAX_FORM_MEMORY_SIZE=CONTENT_LIMIT,
        SECRET_KEY=None,
        **openapi.SETTINGS,
    )
    api = openapi.DescribedApi(app)
    for blueprint in pages:
        app.register_blueprint(blueprint)
    for resource in resources:
        api.register_blueprint(resource)
    openapi.complete(api)
    _answer_health(app, checks)
    app.before_request(_begin)
    app.after_request(_finish)
    app.register_error_handler(HTTPException, lambda error: _answer(_from_http(error), render_error))
    app.register_error_handler(ReciprocaError, lambda error: _answer(error, render_error))
    app.register_error_handler(Exception, lambda error: _answer(_unexpected(error), render_error))
    return app


def _answer_health(app: Shell, checks: Sequence[Check]) -> None:
    app.add_url_rule("/healthz", "alive", lambda: ("alive\n", {"Content-Type": "text/plain"}))

    def ready() -> ResponseReturnValue:
        installation = cast(Shell, current_app).installation
        missing = [reason for check in checks if (reason := check(installation))]
        return jsonify(ready=not missing, missing=missing), 503 if missing else 200

    app.add_url_rule("/readyz", "ready", ready)


def _begin() -> None:
    structlog.contextvars.clear_contextvars()
    g.request_id = secrets.token_hex(8)
    structlog.contextvars.bind_contextvars(
        request=g.request_id, method=request.method, route=str(request.url_rule)
    )


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    settings = cast(Shell, current_app).installation.settings
    if settings.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    if "visit" in g:
        name = csrf.cookie_name(is_secure=settings.is_secure)
        if request.cookies.get(name) != g.visit:
            response.set_cookie(
                name, g.visit, httponly=True, samesite="Lax", secure=settings.is_secure, path="/"
            )
    return response


def _answer(error: ReciprocaError, render_error: RenderError) -> ResponseReturnValue:
    incident = g.get("request_id", secrets.token_hex(8))
    if not is_api():
        return render_error(error, incident)
    body = {
        "type": f"urn:reciproca:error:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "remedy": error.remedy,
        "incident": incident,
        "errors": [
            {"field": fault.field, "reason": fault.reason, "remedy": fault.remedy} for fault in error.faults
        ],
    }
    response = jsonify(body)
    response.status_code, response.mimetype = error.status, "application/problem+json"
    if isinstance(error, Unauthenticated):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _unexpected(error: Exception) -> ReciprocaError:
    log.error("request.failed", exc_info=error)
    return ReciprocaError(
        detail=_("Something went wrong on our side. Nothing was changed."),
        remedy=_("Try again; if it happens again, give the incident number to those who run this system."),
    )


def _from_http(error: HTTPException) -> ReciprocaError:
    kinds: dict[int, type[ReciprocaError]] = {
        400: Unreadable,
        401: Unauthenticated,
        403: Forbidden,
        404: NotFound,
        412: Stale,
        413: TooLarge,
        422: Invalid,
    }
    code = error.code or 500
    kind = kinds.get(code, ReciprocaError)
    messages = getattr(error, "data", {}).get("messages", {})
    made = kind(detail="" if code in kinds else (error.description or ""), faults=tuple(faults_of(messages)))
    made.status = code
    return made


def faults_of(messages: Any, path: str = "") -> list[Fault]:
    """marshmallow's nested messages as a flat list; `path` is the field so far."""
    if isinstance(messages, dict):
        return [fault for key, value in messages.items() for fault in faults_of(value, _join(path, str(key)))]
    if isinstance(messages, list):
        return [fault for value in messages for fault in faults_of(value, path)]
    return [Fault(field=path, reason=str(messages))]


def _join(path: str, key: str) -> str:
    if key in {"json", "form", "query", "_schema"}:
        return path
    return f"{path}.{key}" if path else key
