"""Forms are taken from our own pages only, and looking changes nothing: asked of every address that there is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from reciproca.core.identity import Role
from tests.building.access import ANNA, PASSWORD, Browser, Site, addresses

EVERY_ROLE = [role for role in Role if role not in {Role.THEMSELF, Role.SYSTEM}]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A hospital where Anna may do everything."""
    home: Path = tmp_path_factory.mktemp("home")
    with Site(home, f"sqlite:///{home / 'test.db'}") as made:
        made.account(ANNA, *EVERY_ROLE)
        yield made


@pytest.fixture
def anna(site: Site) -> Browser:
    """Anna's browser, signed in."""
    browser = site.browser()
    browser.sign_in()
    return browser


def everything(site: Site) -> dict[str, list[Any]]:
    """Every row of every table."""
    engine = site.installation.database.engine
    with engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{name}"'))]
            for name in inspect(engine).get_table_names()
        }


def forms(site: Site) -> list[tuple[str, str]]:
    """(method, address) of whatever changes something at the pages' door."""
    return [
        (method, address)
        for method in ("POST", "PUT", "PATCH", "DELETE")
        for address in addresses(site.app, method)
        if not address.startswith("/api/")
    ]


def test_no_form_is_taken_without_its_token(site: Site, anna: Browser) -> None:
    """Another site that makes this browser send something gets nowhere, whatever the address."""
    before = everything(site)
    asked = forms(site)
    codes = {
        (method, address): anna.client.open(address, method=method, data={"a": "b"}).status_code
        for method, address in asked
    }
    assert len(asked) > 8
    by_link = {key: code for key, code in codes.items() if key[1].startswith("/courtesy/")}
    assert set(by_link.values()) == {
        422
    }  # mail programs post there without a cookie: what it may do is in the address
    assert {code for key, code in codes.items() if key not in by_link} == {403}, codes
    assert everything(site) == before


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_wrong_token_is_no_token(anna: Browser, token: str) -> None:
    """Guessing doesn't help."""
    assert anna.client.post("/auth/sign-out", data={"_csrf": token}).status_code == 403
    assert anna.is_signed_in


def test_another_browsers_token_is_no_token(site: Site, anna: Browser) -> None:
    """A token is good in the browser that it was made for."""
    assert anna.client.post("/auth/sign-out", data={"_csrf": site.browser().token()}).status_code == 403


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("same-origin", 303),
        ("none", 303),
        ("same-site", 403),
        ("cross-site", 403),
    ],
)
def test_what_the_browser_says_of_where_a_form_came_from_is_believed(
    site: Site, said: str, code: int
) -> None:
    """Even with a right token, a form from another site is refused."""
    browser = site.browser()
    browser.sign_in()
    form = {"_csrf": browser.token()}
    assert (
        browser.client.post("/auth/sign-out", data=form, headers={"Sec-Fetch-Site": said}).status_code == code
    )


def test_a_strangers_sign_in_form_is_guarded_too(site: Site) -> None:
    """Nobody can be signed in to somebody else's account by another site's form."""
    client = site.app.test_client()
    assert client.post("/auth/sign-in", data={"email": ANNA, "password": PASSWORD}).status_code == 403


def test_looking_changes_nothing(site: Site, anna: Browser) -> None:
    """No GET of any address, by somebody who may do everything, changes a row; none breaks."""
    before = everything(site)
    codes = {address: anna.get(address).status_code for address in addresses(site.app, "GET")}
    assert {address: code for address, code in codes.items() if code >= 500 and address != "/readyz"} == {}
    assert everything(site) == before


def test_the_api_never_takes_a_cookie(site: Site, anna: Browser) -> None:
    """A browser that is signed in is a stranger at the API, so no other site can use it there."""
    assert anna.get("/api/v1/me").status_code == 401
    assert anna.client.post("/api/v1/tokens", json={"scopes": ["*"]}).status_code == 401
