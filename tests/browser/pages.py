"""Which pages there are: every rule of the URL map that a person opens, filled in from the sample hospital, by role."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

NOT_PAGES = (
    "/api",
    "/static",
    "/healthz",
    "/readyz",
    "/auth/demo",
    "/auth/language",
    "/documents",
    "/people/roster.csv",
)


class Visit(NamedTuple):
    """A page as one role opens it."""

    role: str
    rule: str
    path: str


def rules(app: Flask) -> list[str]:
    """Every GET rule that answers with a page."""
    found = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [rule.rule for rule in found if not rule.rule.startswith(NOT_PAGES)]


def visits(
    app: Flask, entries: Mapping[str, str], values: Mapping[str, Sequence[str]], roles_each: int
) -> Iterator[Visit]:
    """For every rule the first `roles_each` roles who may open it (everybody for the first page), each with the first
    address that answers 200.
    `values` fills parameters: the uids by the first part of the path."""
    clients = {role: entered(app, url) for role, url in entries.items()}
    for rule in rules(app):
        found, wanted = 0, len(clients) if rule == "/" else roles_each
        for role, client in clients.items():
            path = next((path for path in addresses(app, rule, values) if opens(client, path)), None)
            if path is not None:
                found += 1
                yield Visit(role, rule, path)
            if found == wanted:
                break


def addresses(app: Flask, rule: str, values: Mapping[str, Sequence[str]]) -> list[str]:
    """The rule with each value that its parameter may take."""
    found: Rule = next(each for each in app.url_map.iter_rules() if each.rule == rule)
    if not found.arguments:
        return [rule]
    (argument,) = found.arguments
    kind = max((prefix for prefix in values if rule.startswith(prefix)), key=len)
    built = (found.build({argument: value}, append_unknown=False) for value in values[kind])
    return [path[1] for path in built if path]


def entered(app: Flask, url: str) -> FlaskClient:
    """A client that came in by that sample link; with no link, one that is not signed in."""
    client = app.test_client()
    if url:
        assert client.get(url).status_code == 303
    return client


def opens(client: FlaskClient, path: str) -> bool:
    """Whether the address answers with a page."""
    answer = client.get(path)
    return answer.status_code == 200 and answer.mimetype == "text/html"
