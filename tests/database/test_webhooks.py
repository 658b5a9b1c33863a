"""Webhooks from the event to the other system: a real server hears them, and the reference library checks them."""

import datetime as dt
import json
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import standardwebhooks.webhooks
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select
from standardwebhooks import Webhook

from reciproca.compacts.access.tables import Membership
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.webhooks import actions
from reciproca.compacts.webhooks.calling import call
from reciproca.compacts.webhooks.queries import deliveries, endpoint, told_delivery
from reciproca.compacts.webhooks.rules import Network, ip_network
from reciproca.compacts.webhooks.tables import SCHEDULE, WebhookDelivery, Why
from reciproca.core.clock import FixedClock, SystemClock
from reciproca.core.db import ACROSS
from reciproca.core.errors import Conflict, Invalid
from reciproca.core.identity import Role, console, system
from reciproca.core.leases import lease
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.core.outbox import OutboxItem, drain_all
from reciproca.doctor import examine
from reciproca.plugins.events import VersionResumed
from reciproca.scheduler.calling import call_webhooks
from reciproca.scheduler.telling import tell
from reciproca.scheduler.ticks import tick
from tests.building.access import ANNA, a_hospital, a_person, an_account
from tests.building.house import an_installation
from tests.building.listener import Heard, Listener, a_listener

TEST = system("test")
LOOPBACK: list[Network] = [ip_network("127.0.0.0/8")]
WIRE = VersionResumed.wire


class House:
    """A hospital that tells other systems on this machine, on a clock that stands still."""

    def __init__(self, home: Path, url: str) -> None:
        self.clock = FixedClock()
        opened = an_installation(home, url, self.clock)
        self.installation = replace(opened, settings=replace(opened.settings, webhook_networks="127.0.0.0/8"))
        self.place = a_hospital(self.installation)

    def add(self, url: str, *events: str) -> tuple[str, str]:
        """An endpoint: its uid and its secret."""
        with self.installation.work(console(), self.place) as work:
            made = actions.add_endpoint(work, url=url, events=events or (WIRE,))
            return made.row.uid, made.secret

    def happens(self, compact: str = "c") -> None:
        """A version counts again; webhooks are put down, and nothing is sent yet."""
        with self.installation.work(TEST, self.place) as work:
            at = "2026-09-01T14:00:00.000000Z"
            work.record(VersionResumed(organisation=self.place.uid, at=at, compact=compact, version="v"))
        drain_all(self.installation, {"event": tell})

    def told(self, uid: str) -> list[tuple[str, int, int | None]]:
        """State, tries and last status of each message, the oldest first."""
        with self.installation.work(console(), self.place, write=False) as work:
            rows = [told_delivery(row) for row in deliveries(work, endpoint_uid=uid)]
        return [(row["state"], row["attempts"], row["status"]) for row in reversed(rows)]

    def does(self, verb: str, uid: str) -> None:
        """One of the administrator's acts."""
        with self.installation.work(console(), self.place) as work:
            getattr(actions, verb)(work, uid=uid)


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A hospital on 1 September 2026."""
    made = House(tmp_path / "home", database_url)
    yield made
    made.installation.database.dispose()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Another system."""
    with a_listener() as made:
        yield made


class _Then(datetime):
    """The reference library asks the machine for the time: here it is told the hospital's."""

    instant = datetime(2026, 9, 1, tzinfo=UTC)

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> "datetime":  # type: ignore[override]  # a plain datetime is enough
        return cls.instant.astimezone(tz)


@pytest.fixture
def then(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The reference library on the hospital's clock."""
    monkeypatch.setattr(standardwebhooks.webhooks, "datetime", _Then)
    _Then.instant = house.clock.now()
    return house


def verified(house: House, heard: Heard, *secrets: str) -> dict[str, object]:
    """What the reference library reads from a request, with each of the secrets."""
    _Then.instant = house.clock.now()
    (read,) = {json.dumps(Webhook(one).verify(heard.body, heard.headers)) for one in secrets}
    found: dict[str, object] = json.loads(read)
    return found


def test_an_event_reaches_whoever_hears_it_signed_and_thin(then: House, listener: Listener) -> None:
    """Once each, at the whole address, as the reference library wants it; not whoever hears other events."""
    uid, secret = then.add(listener.url)
    then.add(listener.url, "review.closed")
    then.happens()
    assert then.told(uid) == [("queued", 0, None)]
    assert call_webhooks(then.installation) == Counter(accepted=1)
    assert call_webhooks(then.installation) == Counter()
    (heard,) = listener.heard
    assert heard.path == "/hooks?key=open-sesame"
    assert verified(then, heard, secret) == {
        "type": WIRE,
        "timestamp": "2026-09-01T14:00:00.000000Z",
        "data": {"organisation": then.place.uid, "compact": "c", "version": "v"},
    }
    assert then.told(uid) == [("accepted", 1, 204)]


def test_an_event_that_is_told_twice_is_put_down_once(house: House, listener: Listener) -> None:
    """A worker that died between putting down and saying so leads to no second message."""
    uid, _secret = house.add(listener.url)
    house.happens()
    with house.installation.database.transaction(write=False) as session:
        item = session.scalars(select(OutboxItem).filter_by(kind="event")).one()
    tell(house.installation, item)
    assert house.told(uid) == [("queued", 0, None)]


def test_ten_tries_with_one_id_and_an_instant_of_their_own(then: House, listener: Listener) -> None:
    """Over 75 h 35 min, each when it is due and not before, through a rotation; then it is given up and can be tried
    again by hand, under the same id."""
    uid, secret = then.add(listener.url)
    listener.answer = lambda _heard: (500, {})
    then.happens()
    secrets = [secret]
    for number, pause in enumerate((*SCHEDULE, 0), 1):
        assert call_webhooks(then.installation) == Counter({"refused" if number == 10 else "queued": 1})
        assert verified(then, listener.heard[-1], *secrets)
        if number == 1:
            with then.installation.work(console(), then.place) as work:
                secrets.append(actions.rotate(work, uid=uid).secret)
        then.clock.advance(timedelta(seconds=pause - 1))
        assert call_webhooks(then.installation) == Counter()
        then.clock.advance(timedelta(seconds=1))
        if number == 7:
            del secrets[0]  # a day after the rotation the first secret is over
    assert then.told(uid) == [("refused", 10, 500)]
    assert len({heard.headers["webhook-id"] for heard in listener.heard}) == 1
    assert len({heard.headers["webhook-timestamp"] for heard in listener.heard}) == 10
    assert len({heard.body for heard in listener.heard}) == 1
    then.clock.advance(timedelta(days=30))
    assert call_webhooks(then.installation) == Counter()
    listener.answer = lambda _heard: (200, {})
    with then.installation.work(console(), then.place) as work:
        actions.retry(work, endpoint_uid=uid, uid=listener.heard[0].headers["webhook-id"])
    assert call_webhooks(then.installation) == Counter(accepted=1)
    assert len({heard.headers["webhook-id"] for heard in listener.heard}) == 1
    with pytest.raises(Conflict), then.installation.work(console(), then.place) as work:
        actions.retry(work, endpoint_uid=uid, uid=listener.heard[0].headers["webhook-id"])


def test_gone_disables_and_tells_the_administrators(house: House, listener: Listener) -> None:
    """410: what waits isn't sent, doctor names it without its key, each administrator has one message in every
    language, and the ledger has it."""
    an_account(house.installation, house.place, ANNA, roles=(Role.ADMINISTRATOR,))
    with house.installation.work(console(), house.place) as work:
        work.session.scalars(select(Membership)).one().person_id = a_person(work, ANNA).id
    uid, _secret = house.add(listener.url)
    listener.answer = lambda _heard: (410, {})
    house.happens("1")
    house.happens("2")
    assert call_webhooks(house.installation) == Counter(refused=1, disabled=1)
    assert house.told(uid) == [("refused", 1, 410), ("disabled", 0, None)]
    house.happens("3")
    assert len(house.told(uid)) == 2
    assert len(listener.heard) == 1
    with house.installation.work(console(), house.place, write=False) as work:
        row = endpoint(work, uid=uid)
        assert (row.disabled_why, row.disabled_at) == (Why.GONE, house.clock.now())
        (notice,) = work.session.scalars(select(Notice))
        entries = [leaf.entry.decode() for leaf in work.session.scalars(select(LedgerLeaf))]
    assert set(notice.data["title"]) == set(notice.data["text"]) == {"en", "fr"}
    assert notice.data["path"] == f"/webhooks/{uid}"
    assert [kind for entry in entries if (kind := json.loads(entry)["type"]).startswith("webhook")] == [
        "webhook.added",
        "webhook.disabled",
    ]
    (found,) = [one for one in examine(house.installation) if one.name == "webhooks"]
    assert not found.ok
    assert uid in found.said
    for place in (json.dumps(notice.data), found.said, *entries):
        assert "open-sesame" not in place
    house.does("enable", uid)
    listener.answer = lambda _heard: (204, {})
    house.happens("4")
    assert call_webhooks(house.installation) == Counter(accepted=1)


def test_disabling_holds_back_and_enabling_begins_anew(house: House, listener: Listener) -> None:
    """Nothing is sent of what waited or happened meanwhile; no test either. It is no fault for doctor."""
    uid, _secret = house.add(listener.url)
    house.happens()
    house.does("disable", uid)
    house.does("disable", uid)
    house.happens()
    with pytest.raises(Conflict):
        house.does("send_test", uid)
    assert call_webhooks(house.installation) == Counter()
    assert house.told(uid) == [("disabled", 0, None)]
    (found,) = [one for one in examine(house.installation) if one.name == "webhooks"]
    assert (found.ok, "is disabled: asked" in found.said) == (True, True)
    house.does("enable", uid)
    house.does("send_test", uid)
    assert dict(tick(house.installation, {"event": tell}).webhooks) == {"accepted": 1}
    assert json.loads(listener.heard[0].body)["type"] == "webhook.test"


def test_one_that_hangs_holds_up_nobody_else(house: House, listener: Listener) -> None:
    """While one system keeps its answer back, all that another hears goes out, also what happens meanwhile."""
    may_go = threading.Event()
    with a_listener() as slow:
        slow.answer = lambda _heard: (204, {}) if may_go.wait(60) else (500, {})
        first, _secret = house.add(slow.url)
        second, _secret = house.add(listener.url)
        for number in range(3):
            house.happens(str(number))
        caller = threading.Thread(target=call_webhooks, args=(house.installation,))
        caller.start()
        slow.wait_for(1)
        listener.wait_for(3)
        house.happens("meanwhile")
        listener.wait_for(4)
        assert [state for state, _tries, _status in house.told(first)] == ["queued"] * 4
        may_go.set()
        caller.join()
    assert [state for state, _tries, _status in house.told(first) + house.told(second)] == ["accepted"] * 8


def test_one_that_does_not_answer_is_left_alone_for_a_while(house: House) -> None:
    """One try of one message, not of each: the others wait a minute, and that isn't counted as a try."""
    with a_listener() as dead:
        uid, _secret = house.add(dead.url)
    for number in range(3):
        house.happens(str(number))
    assert call_webhooks(house.installation) == Counter(queued=1)
    assert house.told(uid) == [("queued", 1, None), ("queued", 0, None), ("queued", 0, None)]
    house.clock.advance(timedelta(seconds=59))
    assert call_webhooks(house.installation) == Counter(queued=1)
    house.clock.advance(timedelta(seconds=1))
    assert call_webhooks(house.installation) == Counter(queued=1)


def test_a_worker_that_died_is_followed_under_the_same_id(house: House, listener: Listener) -> None:
    """Its lease runs out, the next one sends; before that, nobody else speaks to that system."""
    uid, _secret = house.add(listener.url)
    house.happens("1")
    house.happens("2")
    with house.installation.database.transaction() as session:
        (taken,) = lease(session, WebhookDelivery, now=house.clock.now(), seconds=60, limit=1)
    assert call_webhooks(house.installation) == Counter()
    house.clock.advance(timedelta(seconds=61))
    assert call_webhooks(house.installation) == Counter(accepted=2)
    assert [heard.headers["webhook-id"] for heard in listener.heard].count(taken.uid) == 1
    assert house.told(uid) == [("accepted", 2, 204), ("accepted", 1, 204)]


def test_a_redirect_is_a_refusal(house: House, listener: Listener) -> None:
    """It could lead anywhere: nobody follows it."""
    with a_listener() as elsewhere:
        listener.answer = lambda _heard: (302, {"Location": elsewhere.url})
        uid, _secret = house.add(listener.url)
        house.happens()
        assert call_webhooks(house.installation) == Counter(queued=1)
        assert house.told(uid) == [("queued", 1, 302)]
        assert (len(listener.heard), elsewhere.heard) == (1, [])


def test_a_private_address_is_refused_at_both_doors(house: House, listener: Listener) -> None:
    """When it is added; and when it is sent to, if it wasn't private (or was allowed) before."""
    uid, _secret = house.add(listener.url)
    house.happens()
    shut = replace(house.installation, settings=replace(house.installation.settings, webhook_networks=""))
    with pytest.raises(Invalid) as refused, shut.work(console(), house.place) as work:
        actions.add_endpoint(work, url=listener.url, events=[WIRE])
    assert [fault.field for fault in refused.value.faults] == ["url"]
    assert call_webhooks(shut) == Counter(queued=1)
    assert listener.heard == []
    with house.installation.database.transaction(write=False) as session:
        row = session.scalars(select(WebhookDelivery), execution_options=ACROSS).one()
    assert (row.status, row.failure) == (None, "not called: private address")
    assert house.told(uid) == [("queued", 1, None)]


def test_who_drips_is_cut_off() -> None:
    """A time for the whole request, not for each byte of it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        dripping = threading.Thread(target=_drip, args=(server,), daemon=True)
        dripping.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        answer = call(url, headers={}, body=b"{}", allowed=LOOPBACK, seconds=0.5)
        dripping.join()
    assert (answer.status, answer.reason) == (None, "no answer in time")


def _drip(server: socket.socket) -> None:
    """An answer whose first header never ends: a byte at a time, until the other side has gone."""
    line, _address = server.accept()
    with line, suppress(OSError):
        line.recv(65536)
        line.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _byte in range(60):
            threading.Event().wait(0.05)
            line.sendall(b"a")


def test_over_tls_the_certificate_must_be_for_the_name_that_was_asked_for(tmp_path: Path) -> None:
    """One that is trusted and fits is called at the address that was judged; another isn't told anything."""
    trusted, context = a_certificate(tmp_path)
    with a_listener(context) as listener:
        port = listener.url.split(":")[2].split("/")[0]

        def asked(name: str, trust: ssl.SSLContext | None) -> tuple[int | None, str]:
            said = call(
                f"https://{name}:{port}/", headers={}, body=b"{}", allowed=LOOPBACK, context=trust,
                lookup=lambda *_asked, **_more: [(0, 0, 0, "", ("127.0.0.1", 0))],
            )  # fmt: skip
            return said.status, said.reason.partition(":")[0]

        assert asked("hooks.example", trusted) == (204, "")
        assert listener.heard[0].headers["host"] == f"hooks.example:{port}"
        assert asked("other.example", trusted) == (None, "certificate")
        assert asked("hooks.example", None) == (None, "certificate")
        assert len(listener.heard) == 1


def a_certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Who trusts a certificate for hooks.example and 127.0.0.1, and who has it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example")])
    now = SystemClock().now()  # TLS goes by the clock of the machine
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("hooks.example"), x509.IPAddress(ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / "both.pem"
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(file)
    pem = made.public_bytes(serialization.Encoding.PEM).decode()
    return ssl.create_default_context(cadata=pem), serving
