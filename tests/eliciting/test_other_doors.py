"""A blind round by the API, at the terminal and in messages."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reciproca.command_line import command_line
from reciproca.compacts.eliciting.tables import Strand, Wish
from tests.building.access import Site
from tests.building.asking import ASKED, Asking
from tests.building.talking import email


@pytest.fixture
def asking(tmp_path: Path, database_url: str) -> Iterator[Asking]:
    """People of both sides, and nobody asked yet."""
    with Site(tmp_path / "home", database_url) as site:
        yield Asking(site)


def test_a_round_is_held_by_the_api(asking: Asking) -> None:
    """Open once however often it is sent, write, count nobody below five, close, sort, order, answer, take away."""
    path = f"/compacts/{asking.compact}/elicitations"
    first = asking.api("POST", path, "steward", ASKED, Idempotency_Key="one")
    again = asking.api("POST", path, "steward", ASKED, Idempotency_Key="one")
    assert (first.status_code, first.get_json()) == (201, again.get_json())
    here = f"/elicitations/{first.get_json()['uid']}"
    lines = {"gives": ["Teaching", "Beds"], "gets": ["Quiet"], "locale": "en"}
    kept = asking.api("PUT", f"{here}/list", "anna", lines)
    assert (kept.status_code, kept.get_json()["gives"]) == (200, ["Teaching", "Beds"])
    assert asking.api("PUT", f"{here}/list", "anna", lines, If_Match='"7"').status_code == 412
    counts = asking.api("GET", f"{here}/writers", "steward").get_json()
    assert counts == {"organisation": None, "physicians": None}
    assert asking.api("GET", f"{here}/writers", "anna").status_code == 403
    assert asking.api("POST", f"{here}/closings", "steward").status_code == 200
    assert asking.api("POST", f"{here}/closings", "steward").status_code == 409
    uids = {row["text"]: row["uid"] for row in asking.rows(Wish)}
    strands = [
        asking.api(
            "POST", f"{here}/strands", "steward", {"title": title, "wish_uids": [uids[title]]}
        ).get_json()["uid"]
        for title in ("Teaching", "Beds")
    ]
    moved = {"wish_uids": [uids["Quiet"]], "strand_uid": strands[1]}
    assert asking.api("POST", f"{here}/moves", "steward", moved).get_json() == {"moved": 1}
    order = asking.api("PUT", f"{here}/order", "steward", {"strand_uids": strands[::-1]}).get_json()
    assert [strand["title"] for strand in order["strands"]] == ["Beds", "Teaching"]
    wrong = asking.api("PUT", f"{here}/order", "steward", {"strand_uids": strands[:1]})
    assert wrong.status_code == 409
    answer = {"title": "Beds", "identity": asking.clause().identity}
    assert asking.api("PATCH", f"/strands/{strands[1]}", "steward", answer, If_Match='"2"').status_code == 200
    assert asking.api("DELETE", f"/strands/{strands[0]}", "steward").status_code == 204
    found = asking.api("GET", f"{here}/lists", "ben").get_json()
    assert [strand["identity"] for strand in found["strands"]] == [answer["identity"]]
    assert [line["text"] for line in found["loose"]] == ["Teaching"]


def test_a_list_sent_with_a_key_is_kept_nowhere_else(asking: Asking) -> None:
    """A program that sends a key with its list leaves no kept answer that would tell later who wrote what."""
    asking.open()
    asking.api(
        "PUT", f"{asking.round}/list", "anna", {"gives": ["Mine"], "locale": "en"}, Idempotency_Key="k"
    )
    asking.api(
        "PUT", f"{asking.round}/list", "anna", {"gives": ["Mine"], "locale": "en"}, Idempotency_Key="k"
    )
    assert len(asking.rows(Wish)) == 1


def test_both_sides_are_told_when_a_round_opens_and_when_it_is_closed(asking: Asking) -> None:
    """Each gets one message at a time, with the way to the page, and no line of anybody's."""
    asking.open()
    asking.write("ben", "A quiet line")
    for who in ("anna", "manager"):
        page = asking.at(who).get("/messages").text
        assert page.count("What would you give, what do you hope to get?") == 1
    asking.close()
    page = asking.at("anna").get("/messages").text
    assert page.count("lists are open") == 1
    assert "A quiet line" not in page
    notices = asking.api("GET", "/notices", "anna").get_json()["notices"]
    assert {notice["path"] for notice in notices} == {asking.round}


def test_a_round_is_held_at_the_terminal(asking: Asking) -> None:
    """Ask with its warning, close with its warning, list; refused for whoever may not, and while it is open."""
    said = ("--question", ASKED["question"], "--closes-on", "2199-12-31")
    assert _run(asking, "ask", asking.compact, "--by", email("anna"), *said).exit_code != 0
    wrong = _run(asking, "ask", asking.compact, "--by", email("steward"), *said[:-1], "soon")
    assert (wrong.exit_code, "closes_on" in wrong.output) == (2, True)
    opened = _data(asking, "ask", asking.compact, "--by", email("steward"), *said)
    assert opened["warnings"] == ["one_physician_asked"]
    asking.write("anna", "Teaching")
    assert "Teaching" not in (refused := _run(asking, "lists", opened["uid"])).output
    assert refused.exit_code == 6
    closed = _data(asking, "ask-close", opened["uid"], "--by", email("steward"))
    assert closed["warnings"] == ["one_physician_asked", "few_physicians_wrote"]
    assert "physicians gives: Teaching" in _run(asking, "lists", opened["uid"]).output
    assert [line["text"] for line in _data(asking, "lists", opened["uid"])["loose"]] == ["Teaching"]
    assert asking.rows(Strand) == []


def _run(asking: Asking, *words: str) -> Result:
    settings = asking.site.installation.settings
    environ = {"RECIPROCA_HOME": str(settings.home), "RECIPROCA_DATABASE_URL": settings.url}
    return CliRunner().invoke(command_line(environ), ["compact", *words])


def _data(asking: Asking, *words: str) -> Any:
    result = _run(asking, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
