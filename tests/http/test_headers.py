"""Every answer, of every address, carries the headers that keep a browser from doing harm."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reciproca.app import create_app
from reciproca.core.identity import Role
from tests.building.access import ANNA, Browser, Site, addresses


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A hospital where Anna is the administrator."""
    home: Path = tmp_path_factory.mktemp("home")
    with Site(home, f"sqlite:///{home / 'test.db'}") as made:
        made.account(ANNA, Role.ADMINISTRATOR, Role.STEWARD)
        yield made


@pytest.fixture
def secure(site: Site) -> Browser:
    """A browser at the same hospital, reached over HTTPS."""
    settings = replace(site.installation.settings, public_url="https://compacts.hospital.example")
    installation = replace(site.installation, settings=settings)
    return Browser(create_app(settings, installation=installation), Host="compacts.hospital.example")


EXPECTED = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def test_every_answer_carries_them(site: Site) -> None:
    """Pages, API, errors and redirects alike; also what is asked of addresses that don't exist."""
    browser = site.browser()
    browser.sign_in()
    asked = [("GET", path) for path in [*addresses(site.app, "GET"), "/nowhere", "/api/v1/nowhere"]]
    asked += [("POST", path) for path in addresses(site.app, "POST")]
    lacking = []
    for method, path in asked:
        headers = browser.client.open(path, method=method).headers
        lacking += [(method, path, name) for name, value in EXPECTED.items() if headers.get(name) != value]
    assert lacking == []


def test_nothing_on_a_page_needs_what_the_policy_forbids(site: Site) -> None:
    """No inline script, style or handler: the policy has no exception to be abused."""
    browser = site.browser()
    pages = [browser.get(path).text for path in ("/auth/sign-in", "/auth/link", "/auth/first")]
    browser.sign_in()
    pages.append(browser.get("/auth/account").text)
    for text in pages:
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text
        assert "<script>" not in text


def test_over_https_the_cookies_are_locked_to_the_host(secure: Browser) -> None:
    """The session's cookie is Secure, HttpOnly, of this host alone; the browser is told to keep to HTTPS."""
    response = secure.client.get("/auth/link", base_url="https://compacts.hospital.example")
    token = response.text.partition('name="_csrf" value="')[2][:64]
    response = secure.client.post(
        "/auth/sign-in",
        base_url="https://compacts.hospital.example",
        data={"_csrf": token, "email": ANNA, "password": "quiet lantern tramway"},
    )
    cookie = next(
        line for line in response.headers.getlist("Set-Cookie") if line.startswith("__Host-session=")
    )
    said = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert said == {"secure", "httponly", "path=/", "samesite=lax"}
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_behind_a_proxy_each_persons_own_address_counts(site: Site) -> None:
    """Fifty wrong passwords of one visitor shut out that visitor, and nobody else who comes through the same proxy."""
    settings = replace(site.installation.settings, trusted_proxies="1")
    app = create_app(settings, installation=replace(site.installation, settings=settings))
    guesser = Browser(app, **{"X-Forwarded-For": "198.51.100.7"})
    for number in range(51):
        last = guesser.sign_in(f"person{number}@x.example", "wrong wrong wrong wrong").status_code
    assert last == 429
    assert Browser(app, **{"X-Forwarded-For": "203.0.113.9"}).sign_in().status_code == 303
