"""`/metrics`: numbers about this installation in Prometheus's text format. No name, no address, nothing of a person.

What waits and what the ledger is comes from the database at each look, so that it is the same whichever process
answers; requests are counted by the process that answers.
"""

import hmac
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from time import monotonic
from typing import cast

from flask import Flask, Request, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from reciproca.core import schema
from reciproca.core.http import Shell
from reciproca.core.ledger import health
from reciproca.core.ledger.tables import LedgerCheckpoint
from reciproca.core.settings import Settings
from reciproca.core.work import Installation
from reciproca.scheduler.waiting import queues

_HERE = ("127.0.0.1", "::1")
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_REFUSED = (
    "Not for you. Nothing was changed. /metrics is read on the machine itself, or with the token of "
    "RECIPROCA_METRICS_TOKEN as a bearer's.\n"
)


class State(Collector):
    """What the installation is like at the moment of the look."""

    def describe(self) -> list[Metric]:
        """Nothing: names are known once somebody looks."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every number, or that the database doesn't answer."""
        home = cast(Shell, current_app).installation
        yield InfoMetricFamily(
            "reciproca", "Release and database.",
            {"release": version("reciproca"), "database": home.database.engine.dialect.name},
        )  # fmt: skip
        yield _number(
            "disk_free_bytes", "Room where the home is.", shutil.disk_usage(home.settings.home).free
        )
        ends = home.keys.seal.not_valid_after_utc.timestamp()
        yield _number("seal_certificate_ends_timestamp_seconds", "When the seal's certificate ends.", ends)
        try:
            is_current = schema.current(home.database) == schema.expected()
            with home.database.transaction(write=False) as session:
                found = [*_waiting(session, home), *_ledger(session)] if is_current else []
        except SQLAlchemyError:
            yield _number("database_up", "Whether the database answers.", 0)
            return
        yield _number("database_up", "Whether the database answers.", 1)
        yield _number("schema_current", "Whether the database is at this release's schema.", is_current)
        yield from found


def measure(app: Flask) -> None:
    """Give the application its `/metrics`, and count its requests from now on."""
    registry = CollectorRegistry()
    registry.register(State())
    taken = Histogram(
        "reciproca_request_seconds", "Time of a request, by method and status, in this process.",
        ("method", "status"), buckets=_SECONDS, registry=registry,
    )  # fmt: skip

    def begin() -> None:
        g.begun = monotonic()

    def finish(response: Response) -> Response:
        if request.endpoint != "metrics" and "begun" in g:
            taken.labels(_method(request), response.status_code).observe(monotonic() - g.begun)
        return response

    def metrics() -> ResponseReturnValue:
        if not may_read(request, cast(Shell, current_app).installation.settings):
            return Response(_REFUSED, 403, mimetype="text/plain")
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.before_request(begin)
    app.after_request(finish)
    app.add_url_rule("/metrics", "metrics", metrics)


def may_read(asked: Request, settings: Settings) -> bool:
    """Whoever has the token; without one, whoever asks on the machine itself and not through a proxy, whose requests
    seem to come from there too."""
    if settings.metrics_token:
        given = asked.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.metrics_token}".encode())
    is_passed_on = "X-Forwarded-For" in asked.headers or "Forwarded" in asked.headers
    return asked.remote_addr in _HERE and not is_passed_on


def _waiting(session: Session, installation: Installation) -> Iterator[Metric]:
    now = installation.clock.now()
    due = GaugeMetricFamily("reciproca_queue_due", "Rows that are due and not done.", labels=["queue"])
    late = GaugeMetricFamily(
        "reciproca_queue_late_seconds", "For how long the oldest has been due.", labels=["queue"]
    )
    failed = GaugeMetricFamily("reciproca_queue_failed", "Rows that failed for good.", labels=["queue"])
    for one in queues(session, now=now):
        due.add_metric([one.name], one.due)
        late.add_metric([one.name], (now - one.oldest).total_seconds() if one.oldest else 0)
        failed.add_metric([one.name], one.failed)
    yield from (due, late, failed)


def _ledger(session: Session) -> Iterator[Metric]:
    size = session.scalar(select(func.max(LedgerCheckpoint.size))) or 0
    yield _number("ledger_leaves", "Leaves under the newest checkpoint.", size)
    if (last := health.last_check(session)) is not None:
        yield _number("ledger_ok", "Whether the ledger verified when it was last looked at.", last.ok)
        at = last.checked_at.timestamp()
        yield _number("ledger_verified_timestamp_seconds", "When it was last looked at.", at)


def _number(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"reciproca_{name}", words, value=float(value))


def _method(asked: Request) -> str:
    """The method, of which anybody could invent a new one with each request."""
    return (
        asked.method
        if asked.method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
        else "other"
    )
