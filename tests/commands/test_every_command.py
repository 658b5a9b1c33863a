"""What holds for every command alike: help with an example, a home before and after, one JSON document."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from reciproca.command_line import command_line


def _walk(
    command: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    for name in sorted(command.commands):
        yield from _walk(command.commands[name], (*path, name))


COMMANDS = list(_walk(command_line({})))
PATHS = [path for path, _command in COMMANDS]
SILENT = {
    ("demo",), ("init",), ("serve",), ("db", "upgrade"), ("db", "current"), ("db", "check"), ("ledger", "export"),
    ("ledger", "prove"), ("signature", "erase"), ("ledger", "consistency"), ("keys", "renew"),
    ("keys", "certify"), ("worker",), ("closures", "remove"),
    ("token", "revoke"), ("user", "add"), ("user", "disable"), ("user", "enable"), ("user", "grant"),
    ("user", "open"), ("user", "reset"), ("user", "withdraw"),
}  # fmt: skip
"""Commands that do one thing and say so in a line: they print no data."""


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_ends_in_an_example_that_parses(path: tuple[str, ...]) -> None:
    """Whoever asks for help sees how it is used, by the command's own name and options that exist."""
    said = CliRunner().invoke(command_line({}), [*path, "--help"], terminal_width=1000).output
    example = said.split("Example:", 1)[1].split("\n", 1)[0].split()
    assert tuple(example[1 : 1 + len(path)]) == path
    command = dict(COMMANDS)[path]
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    assert {word for word in example if word.startswith("--")} <= known


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_the_home_stands_before_or_after(path: tuple[str, ...]) -> None:
    """`--home` is taken in both places by every command, and the same folder is found."""
    before = command_line({}).make_context("reciproca", ["--home", "a", *path], resilient_parsing=True)
    after = dict(COMMANDS)[path].make_context(path[-1], ["--home", "a"], resilient_parsing=True)
    assert (before.params["home"], after.params["home"]) == (Path("a"), Path("a"))


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_what_prints_data_prints_json_on_request(path: tuple[str, ...]) -> None:
    """Scripts get stable keys from each command that shows something."""
    has_json = any("--json" in option.opts for option in dict(COMMANDS)[path].params)
    assert has_json != (path in SILENT)


@pytest.mark.parametrize("words", [["nothing"], ["compact", "nothing"], ["ledger", "verify", "--nothing"]])
def test_what_is_not_there_is_a_usage_error(words: list[str]) -> None:
    """A mistyped command or option ends with 2 and a hint, and does nothing."""
    result = CliRunner().invoke(command_line({}), words)
    assert result.exit_code == 2
    assert "--help" in result.output or "No such" in result.output
