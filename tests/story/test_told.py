"""What the story left behind is what the contract promises to those who read it."""

import hashlib
import sqlite3
from pathlib import Path
from typing import Any

from tests.building.invariants import check_invariants
from tests.building.story import reciproca, told

ROLES = {
    "steward",
    "drafter",
    "signatory",
    "commitment_owner",
    "executive_sponsor",
    "co_sponsor_organisation",
    "co_sponsor_physicians",
    "ratifier_organisation",
    "ratifier_physicians",
    "physician",
    "reviewer",
    "credentialing_officer",
    "auditor",
    "administrator",
}
DIGEST = 64


def shape(value: Any) -> Any:
    """The names in `value`, however deep, and the types at their ends; of a list, its first item's."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    return [shape(value[0])] if isinstance(value, list) else type(value).__name__


def query(home: Path, statement: str) -> list[Any]:
    """Rows of the home's database."""
    with sqlite3.connect(f"file:{home / 'reciproca.sqlite3'}?mode=ro", uri=True) as connection:
        return connection.execute(statement).fetchall()


def test_the_names_are_exactly_those_of_the_contract(demo_home: Path) -> None:
    """Others' scripts read this file by its names."""
    digest, sides = {"sha256": "str"}, {"organisation": "int", "physicians": "int"}
    assert shape(told(demo_home)) == {
        "organisation": {"uid": "str", "name": "str"},
        "people": "int",
        "appointments": "int",
        "compact": {"uid": "str", "title": "str"},
        "versions": [
            {
                "uid": "str",
                "number": "int",
                "state": "str",
                "change_class": "str",
                "renditions": {"en": digest, "fr": digest},
                "commitments": sides,
            }
        ],
        "requests": {
            "signed": "int",
            "bound": "int",
            "declined": "int",
            "asked_to_talk": "int",
            "open": "int",
        },
        "documents": [
            {"person": "str", "version": "int", "locale": "str", "pdf": "str", "bundle": "str", **digest}
        ],
        "reviews": [{"uid": "str", "state": "str", "assessed": sides, "actions": "int"}],
        "notices": {"to_organisation": "int", "to_physicians": "int"},
        "ledger": {"size": "int", "root": "str"},
        "certificate": "str",
        "sign_in": [{"role": "str", "email": "str", "url": "str"}],
    }


def test_the_numbers_are_those_that_were_promised(demo_home: Path) -> None:
    """A hospital of 200, two versions of 14 promises a side, 30 signatures that bind both, a closed review."""
    found = told(demo_home)
    assert found["people"] >= 200
    versions = [(one["number"], one["state"], one["commitments"]) for one in found["versions"]]
    fourteen = {"organisation": 14, "physicians": 14}
    assert versions == [(1, "in_force", fourteen), (2, "proposed", fourteen)]
    asked = found["requests"]
    assert asked["signed"] == asked["bound"] == len(found["documents"]) >= 30
    assert asked["declined"] + asked["asked_to_talk"] >= 5
    closed = [one for one in found["reviews"] if one["state"].startswith("closed")]
    assert [(one["assessed"], one["actions"] > 0) for one in closed] == [(fourteen, True)]
    assert min(found["notices"].values()) > 0
    assert found["ledger"]["size"] == query(demo_home, "SELECT count(*) FROM ledger_leaf")[0][0]
    assert {one["role"] for one in found["sign_in"]} == ROLES


def test_the_paths_lead_to_the_files(demo_home: Path) -> None:
    """Relative to the home, each document is there with its digest, in both languages."""
    found = told(demo_home)
    for one in found["documents"]:
        assert hashlib.sha256((demo_home / one["pdf"]).read_bytes()).hexdigest() == one["sha256"]
        assert (demo_home / one["bundle"]).is_file()
    assert {one["locale"] for one in found["documents"]} == {"en", "fr"}
    assert (demo_home / found["certificate"]).read_text().startswith("-----BEGIN CERTIFICATE-----")


def test_nobody_who_declined_or_asked_to_talk_is_named(demo_home: Path) -> None:
    """Refusals are counts: no name, address or identifier of such a person is in the file."""
    people = query(
        demo_home,
        """SELECT person.uid, given_name || ' ' || family_name, email, signature_request.uid
        FROM signature_request JOIN person ON person.id = person_id
        WHERE signature_request.state IN ('declined', 'discussion_requested')""",
    )
    text = (demo_home / "demo.json").read_text(encoding="utf-8")
    assert len(people) >= 5
    assert [word for person in people for word in person if word and word in text] == []


def test_everybody_who_signed_did_so_on_a_text_in_force_and_with_the_hospital(demo_home: Path) -> None:
    """A signature's text is a frozen one's, and the hospital's own signature is there."""
    frozen = {digest for (digest,) in query(demo_home, "SELECT sha256 FROM rendition")}
    signed = query(demo_home, "SELECT role, text_sha256 FROM signature")
    assert {digest for _role, digest in signed} <= frozen
    assert [role for role, _digest in signed].count("organisation") == 1


def test_what_always_holds_holds_here(demo_home: Path) -> None:
    """Ledger, evidence, states, outbox and documents fit together after a whole year."""
    check_invariants(demo_home)


def test_the_story_is_told_once(demo_home: Path, tmp_path: Path) -> None:
    """Telling it again in the same place is refused, and changes nothing."""
    before = (demo_home / "demo.json").read_bytes()
    again = reciproca("demo", "--once", "--home", demo_home, folder=tmp_path)
    assert (again.returncode, "has been told" in again.stderr) == (6, True)
    assert (demo_home / "demo.json").read_bytes() == before
