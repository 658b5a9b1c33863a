"""What will be sent, when, why and why not: on one's own page, and at the terminal."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from reciproca.command_line import command_line
from reciproca.compacts.people.tables import Leave, Person
from reciproca.compacts.signing.actions import decline, stop_reminders
from reciproca.core.identity import system
from tests.building import signing as build
from tests.building.ceremony import Site, a_site

P1, P2 = "p1@riverbend.example", "p2@riverbend.example"


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians who were asked on 1 September, to answer until 1 October."""
    with a_site(tmp_path / "home", database_url) as made:
        yield made


def _plan(site: Site, *words: str) -> list[dict[str, Any]]:
    chosen = site.hospital.installation.settings
    environ = {"RECIPROCA_HOME": str(chosen.home), "RECIPROCA_DATABASE_URL": chosen.database_url,
               "RECIPROCA_TESTING": "1", "RECIPROCA_TEST_CLOCK": str(chosen.home / "clock.txt")}  # fmt: skip
    (chosen.home / "clock.txt").write_text(site.clock.now().isoformat())
    done = CliRunner().invoke(command_line(environ), ["schedule", "plan", *words, "--json"])
    assert done.exit_code == 0, done.stderr
    items: list[dict[str, Any]] = json.loads(done.stdout)["items"]
    return items


def _brief(items: list[dict[str, Any]]) -> list[tuple[str | None, int | None, str | None]]:
    return [(one["at"] and one["at"][:10], one["offset_days"], one["held"]) for one in items]


def test_a_person_sees_what_comes_and_a_leave_holds_it_up(site: Site) -> None:
    """On the page and at the terminal alike; whoever signed has nothing ahead."""
    assert _brief(_plan(site, "--person", P1)) == [("2026-09-15", 14, None), ("2026-09-28", -3, None)]
    assert "14 days after it began" in site.browser("P1").get("/messages/plan").text
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        person = work.session.scalars(select(Person).filter_by(email=P1)).one()
        work.session.add(Leave(person_id=person.id, starts=date(2026, 9, 10), ends=date(2026, 9, 20)))
    assert _brief(_plan(site, "--person", "P1"))[0] == ("2026-09-21", 14, "on_leave")
    assert "after your leave" in site.browser("P1").get("/messages/plan").text
    build.signed(site.hospital, "P2")
    assert _plan(site, "--person", P2) == []
    assert "Nothing is planned" in site.browser("P2").get("/messages/plan").text


def test_a_refusal_is_not_told_from_a_wish_to_be_left_in_peace(site: Site) -> None:
    """Whoever looks at the terminal finds the same of both."""
    with site.hospital.installation.work(site.hospital.actor("P1"), site.hospital.place) as work:
        decline(work, request_uid=site.hospital.requests["P1"])
    with site.hospital.installation.work(site.hospital.actor("P2"), site.hospital.place) as work:
        stop_reminders(work, request_uid=site.hospital.requests["P2"])
    first, second = ([{**one, "to": ""} for one in _plan(site, "--person", who)] for who in (P1, P2))
    assert first == second


def test_of_an_agreement_invitations_are_counts(site: Site) -> None:
    """Nobody is named, and fewer than five aren't counted."""
    items = _plan(site, "--compact", site.hospital.compact)
    assert [(one["offset_days"], one["people"], one["to"]) for one in items] == [
        (14, None, ""),
        (-3, None, ""),
    ]


@pytest.mark.parametrize("words", [[], ["--person", P1, "--compact", "x"]])
def test_one_of_the_two_is_named(site: Site, words: list[str]) -> None:
    """A wrong use is told as one."""
    environ = {"RECIPROCA_HOME": str(site.hospital.installation.settings.home)}
    assert CliRunner().invoke(command_line(environ), ["schedule", "plan", *words]).exit_code == 2
