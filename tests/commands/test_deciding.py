"""A version's life at the terminal alone: begun, consulted on, proposed, ratified by both sides, given its day."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reciproca.command_line import command_line
from reciproca.compacts.drafting.queries import compact_of, find_version
from reciproca.compacts.people.tables import Unit
from reciproca.core.clock import SystemClock, day_at
from reciproca.core.identity import Role, console, system
from tests.building.access import Site
from tests.building.consulting import close_round, open_round
from tests.building.drafting import STEWARD, a_draft, as_actor, in_force, read

TODAY = day_at(SystemClock().now(), "America/Toronto")
PEOPLE = {
    "steward": (Role.STEWARD,),
    "board": (Role.RATIFIER_ORGANISATION, Role.CO_SPONSOR_ORGANISATION),
    "association": (Role.RATIFIER_PHYSICIANS, Role.CO_SPONSOR_PHYSICIANS),
}


class Terminal:
    """The operator's terminal at a hospital whose clock is the machine's."""

    def __init__(self, site: Site) -> None:
        self.site = site
        site.clock.move_to(SystemClock().now())
        settings = site.installation.settings
        self.environ = {"RECIPROCA_HOME": str(settings.home), "RECIPROCA_DATABASE_URL": settings.url}
        with site.installation.work(system("test"), site.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend", path="Riverbend"))
        for name, roles in PEOPLE.items():
            site.account(f"{name}@riverbend.example", *roles)

    def run(self, who: str, command: str, *words: str) -> Result:
        """Type a command for somebody."""
        typed = ["compact", command, *words, "--by", f"{who}@riverbend.example", "--json"]
        return CliRunner().invoke(command_line(self.environ), typed)

    def does(self, who: str, command: str, *words: str) -> Any:
        """The same; it must succeed."""
        result = self.run(who, command, *words)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def consult(self, uid: str) -> None:
        """A round is held, and each language confirmed."""
        site = self.site
        with site.installation.work(console(), site.place) as work:
            steward, version = as_actor(work, STEWARD), find_version(work, uid=uid)
            open_round(steward, version, work.today() + timedelta(days=14))
            close_round(steward, version)
            read(work, version)


@pytest.fixture
def terminal(tmp_path: Path, database_url: str) -> Iterator[Terminal]:
    """Nothing is written yet."""
    with Site(tmp_path / "home", database_url) as site:
        yield Terminal(site)


def _ballot(side: str) -> list[str]:
    day = TODAY.isoformat()
    return ["--side", side, "--body", "The body", "--decided-on", day, "--for", "9", "--quorum", "5"]


def test_from_a_template_to_its_day(terminal: Terminal) -> None:
    """Each act says where the version stands; whoever may not act is refused, and so is a step out of turn."""
    uid = terminal.does("steward", "start", "--template", "ottawa-14")["uid"]
    assert terminal.run("steward", "propose", uid).exit_code != 0
    terminal.consult(uid)
    assert terminal.run("board", "propose", uid).exit_code == 5
    assert terminal.does("steward", "propose", uid)["state"] == "proposed"
    assert terminal.run("board", "ratify", uid, *_ballot("physicians")).exit_code == 5
    assert terminal.does("board", "ratify", uid, *_ballot("organisation"))["state"] == "proposed"
    assert terminal.does("association", "ratify", uid, *_ballot("physicians"))["state"] == "ratified"
    day = (TODAY + timedelta(days=30)).isoformat()
    assert terminal.run("steward", "schedule", uid, "--on", "soon").exit_code == 2
    assert terminal.does("steward", "schedule", uid, "--on", day)["effective_from"] == day
    assert terminal.does("steward", "withdraw", uid, "--reason", "Not yet.")["state"] == "withdrawn"


def test_a_refusal_needs_its_reason(terminal: Terminal) -> None:
    """It ends the version; without a reason nothing is recorded."""
    uid = terminal.does("steward", "start", "--template", "ottawa-14")["uid"]
    terminal.consult(uid)
    terminal.does("steward", "propose", uid)
    refused = [*_ballot("physicians"), "--refused"]
    assert terminal.run("association", "ratify", uid, *refused).exit_code == 2
    told = terminal.does("association", "ratify", uid, *refused, "--reason", "Sixty days are too long.")
    assert told["state"] == "refused"


def test_both_sides_give_their_word_on_the_next_version(terminal: Terminal) -> None:
    """One person can't give the word of both."""
    site = terminal.site
    with site.installation.work(STEWARD, site.place) as work:
        compact = compact_of(work, version=in_force(work, a_draft(work))).uid
    made = terminal.does("steward", "next", compact, "--class", "minor")
    assert (made["number"], made["change_class"]) == (2, "minor")
    terminal.does("board", "accord", made["uid"], "--matter", "change_class")
    assert terminal.run("board", "accord", made["uid"], "--matter", "change_class").exit_code == 6
    terminal.does("association", "accord", made["uid"], "--matter", "change_class")
