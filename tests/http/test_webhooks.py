"""Webhooks at the doors: administrators add, look at, turn, switch off and try; nobody else sees any of it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from reciproca.command_line import command_line
from reciproca.core.identity import Role
from reciproca.scheduler.calling import call_webhooks
from tests.building.access import ANNA, BEN, Browser, Site
from tests.building.house import an_app
from tests.building.listener import Listener, a_listener

WIRES = ["review.closed", "version.in_force"]


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """A hospital that Anna administers; Ben is its steward. It may tell systems on this machine."""
    with Site(tmp_path / "home", database_url) as made:
        settings = replace(made.installation.settings, webhook_networks="127.0.0.0/8")
        made.installation = replace(made.installation, settings=settings)
        made.app = an_app(made.installation)
        made.account(ANNA, Role.ADMINISTRATOR)
        made.account(BEN, Role.STEWARD)
        yield made


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Another system."""
    with a_listener() as made:
        yield made


def signed_in(site: Site, email: str = ANNA) -> Browser:
    """Somebody's browser."""
    browser = site.browser()
    browser.sign_in(email)
    return browser


def added(browser: Browser, url: str) -> tuple[str, str]:
    """An endpoint added by the page: its address there, and its secret."""
    fields: dict[str, Any] = {"url": url, "events": WIRES, "_csrf": browser.token()}
    text = browser.client.post("/webhooks", data=fields).text
    return "/webhooks/" + text.split('action="/webhooks/')[1].split("/")[0], secret_in(text)


def secret_in(text: str) -> str:
    """The secret that a page shows; empty when it shows none."""
    return text.partition("whsec_")[2].partition("<")[0]


def test_an_administrator_keeps_them_by_the_pages(site: Site, listener: Listener) -> None:
    """The secret is on one page only; a rotation shows another; what became of a test can be read, and tried again."""
    anna = signed_in(site)
    assert "No other system is told" in anna.get("/webhooks").text
    way, secret = added(anna, listener.url)
    assert len(secret) == 44
    assert secret_in(anna.get(way).text) == secret_in(anna.get("/webhooks").text) == ""
    assert "version.in_force" in anna.get(way).text
    assert secret_in(anna.post(f"{way}/rotations").text) not in {"", secret}
    listener.answer = lambda _heard: (503, {})
    assert anna.post(f"{way}/tests").status_code == 303
    assert "Queued" in anna.get(way).text
    call_webhooks(site.installation)
    page = anna.get(way).text
    assert "HTTP 503" in page
    assert "again on" in page
    listener.answer = lambda _heard: (200, {})
    again = f"{way}/deliveries/" + page.split("/deliveries/")[1].split('"')[0]
    assert anna.post(again).status_code == 303
    call_webhooks(site.installation)
    assert "Accepted" in anna.get(way).text
    assert anna.post(again).status_code == 409
    assert anna.post(f"{way}/disabling").status_code == 303
    assert "Disabled since" in anna.get(way).text
    assert anna.post(f"{way}/tests").status_code == 409
    assert anna.post(f"{way}/enabling").status_code == 303
    assert "Disabled since" not in anna.get(way).text
    assert "Tell another system" not in anna.get(f"{way}?lang=fr").text


def test_nobody_else_sees_or_touches_them(site: Site, listener: Listener) -> None:
    """A steward is refused, a stranger is sent to sign in, and no link leads there."""
    way, _secret = added(signed_in(site), listener.url)
    ben = signed_in(site, BEN)
    assert {ben.get(path).status_code for path in ("/webhooks", way)} == {403}
    verbs = ["", *(f"{way.removeprefix('/webhooks')}/{verb}" for verb in ("rotations", "disabling", "tests"))]
    assert {ben.post(f"/webhooks{verb}").status_code for verb in verbs[1:]} == {403}
    assert 'href="/webhooks"' in signed_in(site).get("/people?search=x").text
    assert 'href="/webhooks"' not in ben.get("/people?search=x").text
    assert site.browser().get("/webhooks").status_code == 302
    headers = site.bearer(BEN)
    assert site.app.test_client().get("/api/v1/webhooks", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"url": "", "events": WIRES}, "Fill this in."),
        ({"url": "https://10.0.0.1/", "events": WIRES}, "This address is not a public one."),
        ({"url": "http://8.8.8.8/", "events": WIRES}, "The address must begin with https://"),
        ({"url": "https://a:b@8.8.8.8/", "events": WIRES}, "Leave name and password out"),
        ({"url": "hooks", "events": WIRES}, "This is not a whole address."),
        ({"url": "https://8.8.8.8/", "events": []}, "Choose at least one event."),
        ({"url": "https://8.8.8.8/", "events": ["person.named"]}, "There is no such event."),
    ],
)
def test_what_can_t_be_added_is_said(site: Site, typed: dict[str, Any], said: str) -> None:
    """Beside the form, which keeps what was typed; nothing is changed."""
    anna = signed_in(site)
    answer = anna.client.post("/webhooks", data={**typed, "_csrf": anna.token()})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed["url"]}"' in answer.text or not typed["url"]
    assert "No other system is told" in anna.get("/webhooks").text


def test_the_api_and_the_terminal_do_the_same(site: Site, listener: Listener) -> None:
    """Add, list, turn, try, switch off and on; a repeated request doesn't tell the secret again."""
    client, bearer = site.app.test_client(), site.bearer(ANNA)

    def asked(method: str, path: str, body: object = None, key: str = "") -> Any:
        headers = {**bearer, **({"Idempotency-Key": key} if key else {})}
        answer = client.open(f"/api/v1/webhooks{path}", method=method, json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json if answer.text else None

    body = {"url": listener.url, "events": WIRES}
    made, repeated = (asked("POST", "", body, "a") for _ in range(2))
    assert made["secret"].startswith("whsec_")
    assert repeated == {**made, "secret": None}
    uid = made["uid"]
    turned = asked("POST", f"/{uid}/rotations")
    assert turned["secret"] not in {made["secret"], None}
    sent = asked("POST", f"/{uid}/tests")
    assert (sent["state"], sent["event"]) == ("queued", "webhook.test")
    call_webhooks(site.installation)
    assert [one["state"] for one in asked("GET", f"/{uid}/deliveries")["deliveries"]] == ["accepted"]
    asked("POST", f"/{uid}/disabling")
    assert asked("GET", f"/{uid}")["disabled_why"] == "asked"

    settings = site.installation.settings
    environ = {
        "RECIPROCA_HOME": str(settings.home),
        "RECIPROCA_DATABASE_URL": settings.url,
        "RECIPROCA_WEBHOOK_NETWORKS": "127.0.0.0/8",
    }

    def typed(*words: str) -> str:
        result = CliRunner().invoke(command_line(environ), ["webhook", *words])
        assert result.exit_code == 0, result.output
        return result.stdout

    assert [one["uid"] for one in json.loads(typed("list", "--json"))] == [uid]
    assert "disabled (asked)" in typed("list")
    typed("enable", uid)
    listener.answer = lambda _heard: (404, {})
    tried = json.loads(typed("test", uid, "--json"))[0]
    site.clock.advance(timedelta(days=36_500))  # the terminal goes by the machine's clock
    call_webhooks(site.installation)
    assert "HTTP 404" in typed("deliveries", uid)
    assert "queued" in typed("retry", uid, tried["uid"])
    assert "whsec_" in typed("rotate", uid)
    typed("disable", uid)
    other = json.loads(typed("add", listener.url, "--event", "version.in_force", "--json"))
    assert (other["events"], other["secret"][:6]) == (["version.in_force"], "whsec_")
    assert "whsec_" not in typed("list")
