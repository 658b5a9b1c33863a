"""The description of the API: every route is in it, and it fits together."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.building.access import Site


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The application: what it describes depends on no database."""
    with Site(tmp_path / "home", f"sqlite:///{tmp_path / 'db'}") as site:
        yield site.app


def test_the_description_lists_every_route(app: Flask) -> None:
    """OpenAPI 3.1: each address and method of the API is in it, with a summary and an answer, and nothing else is."""
    described = app.test_client().get("/api/v1/openapi.json").get_json()
    operations = {
        (path, method.upper()): operation
        for path, item in described["paths"].items()
        for method, operation in item.items() if method != "parameters"
    }  # fmt: skip
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")]
    served = {
        (re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule), method)
        for rule in rules if not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }  # fmt: skip
    assert operations.keys() == served
    assert described["openapi"].startswith("3.1")
    assert [
        where
        for where, said in operations.items()
        if not said.get("summary") or not any(code.startswith("2") for code in said["responses"])
    ] == []


def test_the_description_fits_together(app: Flask) -> None:
    """Each reference leads somewhere, each path names its parameters, and no operation has another's name."""
    described = app.test_client().get("/api/v1/openapi.json").get_json()
    for reference in set(
        re.findall(r'"\$ref": ?"#/([^"]+)"', app.test_client().get("/api/v1/openapi.json").text)
    ):
        found = described
        for part in reference.split("/"):
            found = found[part]
    for path, item in described["paths"].items():
        for method in item.keys() - {"parameters"}:
            parameters = [*item.get("parameters", []), *item[method].get("parameters", [])]
            named = {one["name"] for one in parameters if one.get("in") == "path"}
            assert named == set(re.findall(r"{([^}]+)}", path)), path
    names = re.findall(r'"operationId": ?"([^"]+)"', app.test_client().get("/api/v1/openapi.json").text)
    assert len(names) == len(set(names))
