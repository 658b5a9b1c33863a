"""What webhooks are told, how they are signed, and which addresses may be called."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from itertools import pairwise

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from reciproca.compacts.webhooks import rules
from reciproca.compacts.webhooks.calling import NotCalled, address_of
from reciproca.compacts.webhooks.tables import SCHEDULE
from reciproca.compacts.webhooks.words import EVENT_WORDS
from reciproca.core.clock import SystemClock
from reciproca.plugins.events import BY_WIRE, EVENTS, SignatureGiven, VersionEnded

LEFT_OUT = {
    "added", "agreed", "at", "cause", "changed", "digest", "due", "effective", "hook", "number", "organisation",
    "plugin", "requests", "seal_opens", "unchanged", "until", "why",
}  # fmt: skip

HOSTILE = [
    "", " ", "hooks", "//hooks.example", "ftp://hooks.example/", "file:///etc/passwd", "gopher://hooks.example/",
    "http://hooks.example/", "http://10.0.0.1/", "http://127.0.0.1.nip.example/", "https://", "https:///x",
    "https://user@hooks.example/", "https://user:word@hooks.example/", "https://:word@hooks.example/",
    "https://@hooks.example/", "https://hooks.example/#x", "https://hooks.example:0/", "https://hooks.example:99999/",
    "https://hooks.example:port/", "https://hooks.example/a b", "https://hooks.example/\r\nX: y",
    "https://hooks.example\\@10.0.0.1/", "https://h\u00f4pital.example/", "https://[::1", "javascript:alert(1)",
    "https://hooks.example/" + "a" * 500, "https://hooks.example/\x00", "https://hooks.example/\t", "data:text/plain,x",
]  # fmt: skip

PRIVATE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",  # noqa: S104 -- it must be refused
    "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
    "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::",
    "2001:0:7f00:1::",
]  # fmt: skip


def stands_for(*addresses: str) -> rules.Any:
    """A name server that says so, and counts how often it is asked."""
    asked: list[str] = []

    def lookup(host: str, port: int, **_more: object) -> Sequence[tuple[object, ...]]:
        asked.append(host)
        if not addresses:
            raise OSError
        return [(0, 0, 0, "", (one, port)) for one in addresses]

    lookup.asked = asked  # type: ignore[attr-defined]  # read by the test that counts
    return lookup


def test_ten_tries_over_about_76_hours() -> None:
    """The pauses grow, and end on the fourth day."""
    assert len(SCHEDULE) + 1 == 10
    assert all(earlier < later for earlier, later in pairwise(SCHEDULE))
    assert timedelta(hours=75) < timedelta(seconds=sum(SCHEDULE)) < timedelta(hours=77)


def test_each_field_of_each_event_is_an_identifier_or_left_out() -> None:
    """Protects whoever adds a field to an event: it must be decided whether strangers are told."""
    known = {field.name for event in EVENTS for field in fields(event)}
    assert known == rules.UIDS | LEFT_OUT
    assert not rules.UIDS & LEFT_OUT


def test_a_message_holds_identifiers_only() -> None:
    """What, when and which: nothing else of the event."""
    given = SignatureGiven(
        organisation="o",
        at="2026-09-01T14:00:00.000000Z",
        compact="c",
        version="v",
        signature="s",
        person="p",
    )
    assert rules.payload_of(given.wire, given.to_json()) == {
        "type": "signature.given",
        "timestamp": "2026-09-01T14:00:00.000000Z",
        "data": {"organisation": "o", "compact": "c", "version": "v", "signature": "s", "person": "p"},
    }
    ended = VersionEnded(organisation="o", at="t", compact="c", version="v", why="withdrawn")
    assert set(rules.payload_of(ended.wire, ended.to_json())["data"]) == {
        "organisation",
        "compact",
        "version",
    }


def test_every_event_has_words() -> None:
    """Nobody has to guess what a wire means."""
    assert set(EVENT_WORDS) == {*BY_WIRE, rules.TEST}


def test_the_reference_library_verifies_both_secrets_while_one_follows_the_other() -> None:
    """For a day after a rotation; afterwards only the new one counts, and another never did."""
    turned = SystemClock().now()  # the library looks at the clock itself
    first, second, other = (rules.secret_of(bytes(32), "u", number) for number in (1, 2, 3))

    def signed(now: datetime) -> dict[str, str]:
        secrets = [rules.secret_of(bytes(32), "u", one) for one in rules.counting(2, turned, now)]
        return rules.headers_of(secrets, message="u", now=turned, body=b'{"a":1}')

    headers = signed(turned + timedelta(hours=23, minutes=59))
    assert [Webhook(one).verify(b'{"a":1}', headers) for one in (first, second)] == [{"a": 1}] * 2
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(b'{"a":1}', headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(second).verify(b'{"a":2}', headers)
    headers = signed(turned + timedelta(hours=24))
    assert Webhook(second).verify(b'{"a":1}', headers) == {"a": 1}
    with pytest.raises(WebhookVerificationError):
        Webhook(first).verify(b'{"a":1}', headers)


@pytest.mark.parametrize("url", HOSTILE)
def test_no_hostile_address_is_taken(url: str) -> None:
    """As it is written, before anybody is asked what it stands for."""
    assert rules.fault_of(url)


def test_a_good_address_is_taken() -> None:
    """https anywhere; http on this machine."""
    good = [
        "https://hooks.example",
        "https://hooks.example:8443/a?b=c",
        "https://[2606:4700::1]/",
        "http://127.0.0.1:9",
    ]
    assert [rules.fault_of(url) for url in [*good, "http://localhost/", "http://[::1]:9/"]] == [""] * 6


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_called(address: str) -> None:
    """Whatever it is dressed up as, and also when a public one stands beside it."""
    for found in ([address], ["8.8.8.8", address]):
        with pytest.raises(NotCalled) as refused:
            address_of("https://hooks.example/", (), stands_for(*found))
        assert refused.value.code == "private"


def test_one_s_own_network_can_be_allowed() -> None:
    """That one only; in plain text nothing but this machine even then."""
    allowed = [ip_network("10.20.0.0/16"), ip_network("127.0.0.0/8")]
    asked = ("10.20.3.4", "10.21.3.4", "8.8.8.8", "::ffff:10.20.3.4", "::ffff:10.21.3.4")
    assert [rules.may_call(ip_address(one), allowed) for one in asked] == [True, False, True, True, False]
    assert not rules.may_call(ip_address("10.20.3.4"), allowed, is_plain=True)
    assert not rules.may_call(ip_address("8.8.8.8"), allowed, is_plain=True)
    assert rules.may_call(ip_address("127.0.0.1"), allowed, is_plain=True)


def test_a_name_is_asked_for_once_and_unknown_ones_are_refused() -> None:
    """A name server that says something else the second time is never asked a second time."""
    lookup = stands_for("8.8.8.8")
    assert str(address_of("https://hooks.example/", (), lookup)) == "8.8.8.8"
    assert lookup.asked == ["hooks.example"]
    with pytest.raises(NotCalled) as refused:
        address_of("https://hooks.example/", (), stands_for())
    assert refused.value.code == "unknown"
