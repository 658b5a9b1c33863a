"""`./dev` explains itself, and refuses what it doesn't know."""

import re
import subprocess

from tests.architecture.sources import ROOT


def _dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "dev", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_help_lists_every_command() -> None:
    """A chore that help doesn't list is found by nobody."""
    script = (ROOT / "dev").read_text()
    commands = re.findall(
        r"^    ([a-z]+)(?: \||\))", script[script.index('case "$command" in') :], re.MULTILINE
    )
    listed = re.findall(r"^  ([a-z]+)", _dev("help").stdout, re.MULTILINE)
    assert sorted(listed) == sorted(commands)


def test_an_unknown_command_is_refused_with_the_list() -> None:
    """A slip of the finger changes nothing and shows what there is."""
    run = _dev("tset")
    assert (run.returncode, run.stdout) == (1, "")
    assert "usage: ./dev COMMAND" in run.stderr
    assert run.stderr.endswith("dev: there is no command tset\n")
