"""A round by the terminal alone: whoever runs the installation acts for a member, with that member's rights."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reciproca.command_line import command_line
from tests.building.access import Site
from tests.building.consulting import ROUND
from tests.building.talking import REASON, Table, email


class Terminal:
    """The operator's terminal, beside the people with browsers."""

    def __init__(self, table: Table) -> None:
        self.table = table
        settings = table.site.installation.settings
        self.environ = {"RECIPROCA_HOME": str(settings.home), "RECIPROCA_DATABASE_URL": settings.url}

    def run(self, command: str, *words: str) -> Result:
        """Type a command on the draft."""
        return CliRunner().invoke(
            command_line(self.environ), ["compact", command, self.table.version, *words]
        )

    def data(self, command: str, *words: str) -> Any:
        """What it prints as JSON; it must succeed."""
        result = self.run(command, *words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


_SAID = {**ROUND, "closes_on": "2199-12-31"}  # the terminal has the machine's own clock
OPEN = [word for name, text in _SAID.items() for word in (f"--{name.replace('_', '-')}", text)]


@pytest.fixture
def terminal(tmp_path: Path, database_url: str) -> Iterator[Terminal]:
    """A terminal at a hospital with one draft."""
    with Site(tmp_path / "home", database_url) as site:
        yield Terminal(Table(site))


def test_a_round_is_held_at_the_terminal(terminal: Terminal) -> None:
    """Open with its warning, list, answer two in one act, close; the pages tell the same."""
    opened = terminal.data("round-open", "--by", email("steward"), *OPEN)
    assert (opened["round"], opened["warnings"]) == (1, ["one_physician_asked"])
    terminal.table.say("anna")
    terminal.table.say("ben", "A week is far too long.")
    assert "Anna Roy: A week is too long." in terminal.run("comments", "--state", "open").output
    uids = [point["comments"][0]["uid"] for point in terminal.data("comments")]
    chosen = [word for uid in uids for word in ("--comment", uid)]
    said = ("--disposition", "declined", "--reason", REASON)
    assert terminal.data("answer", "--by", email("doctor"), *chosen, *said)["disposition"] == "declined"
    closed = terminal.data("round-close", "--by", email("steward"), "--summary", "It stays.")
    assert closed["is_closed"]
    assert REASON in terminal.table.read("anna", "/answers")


def test_nobody_acts_there_with_more_than_their_own_rights(terminal: Terminal) -> None:
    """A physician opens no round, a stranger does nothing, and what is refused says what to do."""
    assert "may not" in terminal.run("round-open", "--by", email("anna"), *OPEN).output.lower()
    assert "user list" in terminal.run("round-open", "--by", "nobody@riverbend.example", *OPEN).output
    result = terminal.run("round-open", "--by", email("steward"), *OPEN[:-1], "soon")
    assert (result.exit_code, "closes_on" in result.output) == (2, True)
    terminal.table.open_round()
    terminal.table.say("anna")
    assert (
        "still wait for an answer"
        in terminal.run("round-close", "--by", email("steward"), "--summary", "So.").output
    )
    ((point,),) = [terminal.data("comments")]
    said = ("--point", point["uid"], "--disposition", "accepted", "--reason", "Noted.")
    assert terminal.run("answer", "--by", email("doctor"), *said).exit_code == 2
