"""`/metrics`: what whoever watches the machine sees, and who that is."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import func, select

from reciproca.app import create_app
from reciproca.core.outbox import OutboxItem
from reciproca.core.work import Installation
from tests.building import signing as build
from tests.building.house import an_installation


@pytest.fixture
def installation(tmp_path: Path, database_url: str) -> Iterator[Installation]:
    """A hospital that has asked its physicians to sign; nobody sends the invitations."""
    made = an_installation(tmp_path / "home", database_url)
    build.a_hospital(made, physicians=2)
    yield made
    made.database.dispose()


def test_numbers_say_what_waits_and_what_was_asked(installation: Installation) -> None:
    """Prometheus's own reader reads them; requests count by status; no label holds anything of a person."""
    client = create_app(installation.settings, installation=installation).test_client()
    assert [client.get(path).status_code for path in ("/healthz", "/nowhere")] == [200, 404]
    text = client.get("/metrics").get_data(as_text=True)
    found = {
        (one.name, tuple(sorted(one.labels.values()))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }
    assert {
        queue: found["reciproca_queue_due", (queue,)] for queue in ("outbox", "deliveries", "obligations")
    } == {
        "outbox": waiting(installation),
        "deliveries": 2,
        "obligations": 2,
    }
    assert found["reciproca_queue_failed", ("outbox",)] == 0
    assert found["reciproca_database_up", ()] == found["reciproca_schema_current", ()] == 1
    assert found["reciproca_ledger_leaves", ()] > 0
    assert found["reciproca_request_seconds_count", ("200", "GET")] == 1
    assert found["reciproca_request_seconds_count", ("404", "GET")] == 1
    assert "riverbend" not in text.lower()


def test_only_the_machine_itself_reads_them_or_whoever_has_the_token(installation: Installation) -> None:
    """Neither another machine nor anybody who comes through a proxy on this one, whatever they claim; where a token is
    set, it alone counts."""
    client = create_app(installation.settings, installation=installation).test_client()

    def code(address: str, **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get("/metrics", headers=named, environ_base={"REMOTE_ADDR": address}).status_code

    assert [code("127.0.0.1"), code("::1"), code("192.0.2.1")] == [200, 200, 403]
    assert [code("127.0.0.1", X_Forwarded_For="127.0.0.1"), code("127.0.0.1", Forwarded="for=::1")] == [
        403,
        403,
    ]
    chosen = replace(installation.settings, metrics_token="let-me-look")
    client = create_app(chosen, installation=replace(installation, settings=chosen)).test_client()
    assert [code("127.0.0.1"), code("192.0.2.1", Authorization="Bearer let-me-loo")] == [403, 403]
    assert code("192.0.2.1", Authorization="Bearer let-me-look") == 200


def waiting(installation: Installation) -> int:
    """How much of the outbox is to be done."""
    with installation.database.transaction(write=False) as session:
        return session.scalar(select(func.count()).select_from(OutboxItem)) or 0
