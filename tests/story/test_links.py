"""Whoever clicks through the sample hospital finds a page behind every link that they are shown."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reciproca.app import create_app
from reciproca.core import settings
from tests.building.story import a_copy, told

LINK = re.compile(r'href="(/[^"]*)"')
FRAGMENT = re.compile(r'href="#([^"]+)"')
EACH = 3


@pytest.fixture(scope="module")
def app(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a copy of the sample hospital."""
    made = create_app(settings.load(a_copy(demo_home, tmp_path_factory.mktemp("served") / "home"), {}))
    yield made
    made.installation.database.dispose()  # type: ignore[attr-defined]  # our Shell


def walk(app: Flask, client: FlaskClient) -> Iterator[tuple[str, int, str]]:
    """Path, status and content of every page that can be reached by links from the first one; of those with one
    address pattern, a few."""
    routes = app.url_map.bind("localhost")
    seen, waiting, visits = {"/"}, ["/"], Counter[str]()
    while waiting:
        path = waiting.pop(0)
        endpoint = str(routes.match(path.partition("?")[0])[0])
        visits[endpoint] += 1
        if visits[endpoint] > EACH or endpoint == "static":
            continue
        answer = client.get(path)
        text = answer.text if answer.mimetype == "text/html" else ""
        yield path, answer.status_code, text
        found = {html.unescape(link).partition("#")[0] for link in LINK.findall(text)} - seen
        seen |= found
        waiting += sorted(found)


@pytest.mark.parametrize("number", range(12))
def test_every_link_that_somebody_sees_opens(app: Flask, demo_home: Path, number: int) -> None:
    """For each sample role, in both languages by the pages' own links: no dead end, no refusal, no lost anchor."""
    line = told(demo_home)["sign_in"][number]
    client = app.test_client()
    assert client.get(line["url"]).status_code == 303
    found = list(walk(app, client))
    assert len(found) > EACH
    assert [(path, status) for path, status, _text in found if status not in {200, 303}] == []
    lost = {
        (path, name)
        for path, _status, text in found
        for name in FRAGMENT.findall(text) if f'id="{html.unescape(name)}"' not in html.unescape(text)
    }  # fmt: skip
    assert lost == set()
