"""Accounts, tokens, plugins and mail at the terminal, in one installation from its first day."""

import json
from pathlib import Path

import pytest

from tests.commands.running import HOSPITAL, run_here

ANNA = "anna.roy@riverbend.example"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one account, the steward's."""
    home = tmp_path_factory.mktemp("made") / "home"
    assert run_here("init", *HOSPITAL, home=home).returncode == 0
    added = run_here("user", "add", ANNA, "--role", "steward", home=home)
    assert added.returncode == 0, added.stderr
    return home


def _json(home: Path, *words: str) -> object:
    done = run_here(*words, "--json", home=home)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _roles(home: Path) -> list[str]:
    (account,) = _json(home, "user", "list")  # type: ignore[misc]  # a list with one account
    return sorted(account["roles"])


def test_roles_are_given_and_taken_back(home: Path) -> None:
    """What `grant` adds, `withdraw` takes, and an unknown address is not found."""
    assert _roles(home) == ["steward"]
    given = run_here(
        "user", "grant", ANNA, "auditor", "--basis", "Audit plan", "--until", "2199-12-31", home=home
    )
    assert given.returncode == 0, given.stderr
    assert _roles(home) == ["auditor", "steward"]
    assert "auditor by Audit plan until 2200-01-01" in run_here("user", "list", home=home).stdout
    assert run_here("user", "withdraw", ANNA, "auditor", home=home).returncode == 0
    assert _roles(home) == ["steward"]
    assert run_here("user", "grant", "nobody@riverbend.example", "auditor", home=home).returncode == 4


def test_an_account_is_shut_and_opened(home: Path) -> None:
    """Shut at once, opened again, by the same address."""
    for verb, is_enabled in (("disable", False), ("enable", True)):
        assert run_here("user", verb, ANNA, home=home).returncode == 0
        (account,) = _json(home, "user", "list")  # type: ignore[misc]  # a list with one account
        assert account["is_enabled"] is is_enabled


def test_a_token_is_printed_once(home: Path) -> None:
    """The secret is in the answer that made it and in no list, and a revoked token is gone from the list."""
    made = run_here(
        "token", "create", "--as", ANNA, "--scope", "compact.read", "--label", "reporting", home=home
    )
    assert made.returncode == 0, made.stderr
    (row,) = _json(home, "token", "list", "--as", ANNA)  # type: ignore[misc]  # a list with one token
    assert row["label"] == "reporting"
    assert not any(str(value) in made.stdout.split() for value in row.values() if len(str(value)) > 40)
    assert run_here("token", "revoke", row["uid"], home=home).returncode == 0
    assert _json(home, "token", "list", "--as", ANNA) == []


def test_every_bundled_plugin_loaded(home: Path) -> None:
    """The list names each plugin, where it came from, and that it works."""
    rows = _json(home, "plugins", "list")
    assert isinstance(rows, list)
    assert {"ontario", "ottawa", "mail"} <= {row["name"] for row in rows}
    assert {(row["source"], row["state"]) for row in rows} == {("bundled", "loaded")}


def test_the_mail_drop_is_listed_and_shown(home: Path) -> None:
    """Without a relay, the link for the new account lies in the drop, and can be read there."""
    assert run_here("tick", home=home).returncode == 0
    rows = _json(home, "mail", "list")
    assert isinstance(rows, list)
    shown = run_here("mail", "show", rows[0]["id"], home=home)
    assert (shown.returncode, ANNA in shown.stdout) == (0, True)
    assert run_here("mail", "show", "nothing.eml", home=home).returncode == 4
