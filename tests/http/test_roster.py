"""Taking in a roster by pages, by the API and at the terminal."""

import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from reciproca.command_line import command_line
from reciproca.compacts.people.actions import KEPT
from reciproca.compacts.people.tables import Person, RosterFile
from reciproca.core.identity import Role, console
from tests.building.access import ANNA, Browser
from tests.building.people import ANNA_ROY, RIVERBEND, Hospital, a_roster, with_cells


@pytest.fixture
def hospital(tmp_path: Path, database_url: str) -> Iterator[Hospital]:
    """A hospital with nobody on file, and Anna as its credentialing officer."""
    with Hospital(tmp_path / "home", database_url) as made:
        made.account(ANNA, Role.CREDENTIALING_OFFICER)
        yield made


@pytest.fixture
def browser(hospital: Hospital) -> Browser:
    """Anna's browser."""
    made = hospital.browser()
    assert made.sign_in().status_code == 303
    return made


def send(browser: Browser, data: bytes, name: str = "staff.csv") -> str:
    """Send a file by the page, and return where one is led."""
    fields = {"_csrf": browser.token(), "file": (io.BytesIO(data), name)}
    response = browser.client.post("/people/import", data=fields, content_type="multipart/form-data")
    assert response.status_code == 303, response.text
    return str(response.location)


def number_on_file(hospital: Hospital) -> int:
    """How many people there are."""
    with hospital.installation.work(console(), hospital.place, write=False) as work:
        return work.session.scalar(select(func.count(Person.id))) or 0


def test_one_looks_before_anything_is_changed_and_leaves_out_bad_lines_knowingly(
    hospital: Hospital, browser: Browser
) -> None:
    """The preview names every line; only the button under it changes something; twice is once."""
    assert "Nobody is on file yet" in browser.get("/people").text
    address = send(browser, RIVERBEND.read_bytes())
    preview = browser.get(address).text
    said = ("6 lines have a mistake", "204 to add", "Line\u00a0204", "Take in 205 good lines")
    assert [text in preview for text in said] == [True] * 4
    assert number_on_file(hospital) == 0
    assert browser.post(address).status_code == 422
    assert number_on_file(hospital) == 0
    for _click in range(2):
        assert browser.post(address, partial="true", _key="once").status_code == 303
    done = browser.get(address).text
    assert ("The roster was taken in" in done, "204 added" in done, number_on_file(hospital)) == (
        True,
        True,
        204,
    )
    assert browser.post(address, partial="true").status_code == 409
    with hospital.installation.work(console(), hospital.place, write=False) as work:
        assert work.session.scalars(select(RosterFile.data)).all() == [None]


def test_a_good_roster_needs_one_click_and_the_same_again_none(hospital: Hospital, browser: Browser) -> None:
    """Nothing is asked where there is nothing to decide."""
    address = send(browser, a_roster(ANNA_ROY))
    assert "Ready to be taken in" in browser.get(address).text
    assert browser.post(address).status_code == 303
    again = browser.get(send(browser, a_roster(ANNA_ROY))).text
    assert ("Everything in it is on file already" in again, "<form" in again.split("<main")[1]) == (
        True,
        False,
    )
    changed = browser.get(send(browser, a_roster(with_cells(surname="Roy-Côté")))).text
    assert ("<del>Roy</del>" in changed, "<ins>Roy-Côté</ins>" in changed) == (True, True)


@pytest.mark.parametrize("data", [b"PK\x03\x04 a workbook", b"Name\nRoy\n"])
def test_what_is_no_roster_gets_a_reason_and_no_button(
    hospital: Hospital, browser: Browser, data: bytes
) -> None:
    """Who sends the wrong file learns what to send."""
    page = browser.get(send(browser, data)).text
    assert ("be read as a roster" in page, 'id="confirm"' in page) == (True, False)


def test_no_file_and_an_empty_one_are_said_beside_the_field(hospital: Hospital, browser: Browser) -> None:
    """The form comes back with what is missing."""
    missing = browser.post("/people/import")
    assert (missing.status_code, "Choose a file." in missing.text) == (422, True)
    fields = {"_csrf": browser.token(), "file": (io.BytesIO(b""), "empty.csv")}
    empty = browser.client.post("/people/import", data=fields, content_type="multipart/form-data")
    assert (empty.status_code, "The file is empty." in empty.text) == (422, True)


def test_a_file_that_nobody_confirmed_is_forgotten_after_a_day(hospital: Hospital, browser: Browser) -> None:
    """Names and addresses don't lie about in previews."""
    send(browser, a_roster(ANNA_ROY))
    hospital.clock.advance(KEPT + timedelta(seconds=1))
    browser.sign_in()
    send(browser, a_roster(ANNA_ROY))
    with hospital.installation.work(console(), hospital.place, write=False) as work:
        assert work.session.scalar(select(func.count(RosterFile.id))) == 1


def test_the_api_refuses_with_every_line_and_takes_in_what_is_good(hospital: Hospital) -> None:
    """A program gets the same answer as a person: all lines on a refusal, numbers when it is done."""
    client, headers = hospital.app.test_client(), hospital.bearer(ANNA)
    data = RIVERBEND.read_bytes()
    body = {"data": data, "content_type": "text/csv", "headers": headers}
    refused = client.post("/api/v1/roster", **body)
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
    assert [error["field"] for error in refused.json["errors"]][:2] == [
        "line 204 Staff ID",
        "line 205 E-mail",
    ]
    assert len(refused.json["report"]["warnings"]) == 4
    dry = client.post("/api/v1/roster?dry_run=true", **body)
    assert (dry.status_code, dry.json["people"]["added"], len(dry.json["differences"])) == (200, 204, 409)
    assert number_on_file(hospital) == 0
    form = {"file": (io.BytesIO(data), "staff.csv")}
    done = client.post("/api/v1/roster?partial=true", data=form, headers=headers)
    assert (done.status_code, done.json["applied"], done.json["appointments"]["added"]) == (200, True, 205)
    assert len(client.get("/api/v1/roster", headers=headers).json) == 205
    unknown = client.post("/api/v1/roster?x=1", data=b"a", headers=headers)
    nothing = client.post("/api/v1/roster", headers=headers)
    assert (unknown.status_code, nothing.status_code) == (422, 400)


class Terminal:
    """The `reciproca` command on a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.run("init", "--organisation", "Riverbend Hospital")

    def run(self, *words: str) -> Result:
        """Run it in this process."""
        return CliRunner().invoke(command_line({}), [*words, "--home", str(self.home)])

    def roster(self, *words: str) -> tuple[int, dict[str, object]]:
        """`roster import … --json`: exit code and report."""
        result = self.run("roster", "import", *words, "--json")
        return result.exit_code, json.loads(result.stdout)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A terminal with a founded hospital."""
    return Terminal(tmp_path / "home")


def counts(report: dict[str, object], name: str) -> tuple[int, int, int]:
    """(added, changed, unchanged) of people or appointments."""
    found = report[name]
    assert isinstance(found, dict)
    return found["added"], found["changed"], found["unchanged"]


def lines(report: dict[str, object], name: str) -> list[int]:
    """The lines of a list of problems, each of which has exactly the four keys of the contract."""
    found = report[name]
    assert isinstance(found, list)
    assert all(set(problem) == {"line", "column", "reason", "remedy"} for problem in found)
    return [problem["line"] for problem in found]


def test_the_command_keeps_the_contract(terminal: Terminal) -> None:
    """Exit codes and JSON are what people's scripts rely on."""
    file = str(RIVERBEND)
    assert json.loads(terminal.run("roster", "export", "--json").stdout) == []
    code, refused = terminal.roster(file)
    assert (code, refused["applied"], counts(refused, "people")) == (1, False, (0, 0, 0))
    assert (lines(refused, "errors"), lines(refused, "warnings"), lines(refused, "duplicates")) == (
        [204, 205, 206, 207, 208, 209], [210, 211, 212, 213], [203])  # fmt: skip
    assert json.loads(terminal.run("roster", "export", "--json").stdout) == []
    code, done = terminal.roster(file, "--partial")
    assert (code, done["applied"], counts(done, "people"), counts(done, "appointments")) == (
        0,
        True,
        (204, 0, 0),
        (205, 0, 0),
    )
    code, again = terminal.roster(file, "--partial")
    assert (code, counts(again, "people"), counts(again, "appointments")) == (0, (0, 0, 204), (0, 0, 205))
    rows = json.loads(terminal.run("roster", "export", "--json").stdout)
    assert (len(rows), len({row["staff_id"] for row in rows})) == (205, 204)


def test_the_other_exit_codes(terminal: Terminal, tmp_path: Path) -> None:
    """Unreadable is 2, nothing applicable is 3, no installation is 4; a dry run tells and changes nothing."""
    files = {
        "bad": b"Name\nRoy\n",
        "none": a_roster(with_cells(category="Wizard")),
        "good": a_roster(ANNA_ROY),
    }
    paths = {name: tmp_path / f"{name}.csv" for name in files}
    for name, path in paths.items():
        path.write_bytes(files[name])
    assert terminal.roster(str(paths["bad"]), "--partial")[0] == 2
    assert terminal.roster(str(paths["none"]), "--partial")[0] == 3
    assert terminal.run("roster", "import", str(tmp_path / "missing.csv")).exit_code == 2
    assert (
        Terminal.run(
            terminal, "roster", "import", str(paths["good"]), "--mapping", str(paths["bad"])
        ).exit_code
        == 2
    )
    dry = terminal.run("roster", "import", str(paths["good"]), "--dry-run")
    assert (
        dry.exit_code,
        "+ line 2, person P1 Anna Roy" in dry.stdout,
        "Nothing was changed." in dry.stdout,
    ) == (0, True, True)
    assert json.loads(terminal.run("roster", "export", "--json").stdout) == []
    terminal.home = tmp_path / "nowhere"
    assert terminal.run("roster", "export").exit_code == 4


def test_a_suggested_mapping_is_where_to_start(terminal: Terminal, tmp_path: Path) -> None:
    """The words that weren't understood are left open in it; filled in, the file comes in."""
    table, mapping = tmp_path / "staff.csv", tmp_path / "mapping.json"
    table.write_bytes(a_roster(with_cells(category="Wizard")))
    suggested = json.loads(terminal.run("roster", "import", str(table), "--suggest-mapping").stdout)
    assert (suggested["date_order"], suggested["categories"]) == ("dmy", {"Wizard": ""})
    assert suggested["columns"]["Surname"] == "family_name"
    mapping.write_text(json.dumps({**suggested, "categories": {"Wizard": "honorary"}}))
    code, done = terminal.roster(str(table), "--mapping", str(mapping))
    assert (code, done["applied"], counts(done, "people")) == (0, True, (1, 0, 0))
    mapping.write_text(json.dumps({**suggested, "colour": "red"}))
    refused = terminal.run("roster", "import", str(table), "--mapping", str(mapping))
    assert (refused.exit_code, re.search("suggest-mapping", refused.stderr) is not None) == (2, True)
