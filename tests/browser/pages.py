"""Which pages there are: every rule of the URL map that a person opens, filled in from the sample hospital, by role."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

NOT_PAGES = (
    "/api",
    "/static",
    "/healthz",
    "/readyz",
    "/metrics",
    "/auth/demo",
    "/auth/language",
    "/documents",
    "/people/roster.csv",
    "/invited/sign",  # these three are a guest's alone: test_guest_signing opens them
    "/invited/copy",  # a file
    "/invited/here",  # this one is used up when it is opened
    "/invited/done",
    "/invited/other",
)


STATIC = "/static/<path:filename>"
FILES = (".pdf", ".docx", ".xlf", ".ics")


class Visit(NamedTuple):
    """A page as one role opens it; `is_first` of the roles that do."""

    role: str
    rule: str
    path: str
    is_first: bool


def rules(app: Flask) -> list[str]:
    """Every GET rule that answers with a page."""
    found = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [
        rule.rule for rule in found if not rule.rule.startswith(NOT_PAGES) and not rule.rule.endswith(FILES)
    ]


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
                yield Visit(role, rule, path, is_first=found == 1)
            if found == wanted:
                break


def addresses(app: Flask, rule: str, values: Mapping[str, Sequence[str]]) -> list[str]:
    """The rule with each value that its parameter may take; of several parameters, with a blank between."""
    found: Rule = next(each for each in app.url_map.iter_rules() if each.rule == rule)
    if not found.arguments:
        return [rule]
    names = re.findall(r"<(?:[^<>]*:)?(\w+)>", rule)
    kind = max((prefix for prefix in values if rule.startswith(prefix)), key=len)
    filled = (dict(zip(names, value.split(" "), strict=True)) for value in values[kind])
    built = (found.build(each, append_unknown=False) for each in filled)
    return [path[1] for path in built if path]


class Page(NamedTuple):
    """What answered at an address: the rule asked for, and the one that answered when it sent on."""

    path: str
    asked: str
    rule: str
    status: int
    text: str


def walked(app: Flask, client: FlaskClient, enough: int = 6) -> Iterator[Page]:
    """Everything that links lead to from one's first page; of one rule, `enough` addresses, and one file."""
    known, opened = set(rules(app)), Counter[str]()
    seen, waiting = {"/"}, ["/"]
    while waiting:
        path = waiting.pop(0)
        rule = rule_of(app, path)
        if opened[rule] == (enough if rule in known else 1) or rule == STATIC:
            continue
        opened[rule] += 1
        answer = client.get(path, follow_redirects=True)
        is_page = rule in known and answer.mimetype == "text/html"
        text = answer.text if is_page else ""
        yield Page(path, rule, rule_of(app, answer.request.path), answer.status_code, text)
        new = [html.unescape(one) for one in re.findall(r'href="(/[^"#]*)', text)]
        waiting += [one for one in dict.fromkeys(new) if one not in seen]
        seen |= set(new)


def rule_of(app: Flask, path: str) -> str:
    """The rule that answers at an address; empty when none does."""
    try:
        rule, _values = app.url_map.bind("").match(path.partition("?")[0], method="GET", return_rule=True)
    except HTTPException:
        return ""
    return rule.rule


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
