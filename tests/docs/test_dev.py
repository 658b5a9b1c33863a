"""`./dev` explains itself, and refuses what it doesn't know."""

import os
import re
import shutil
import subprocess
from pathlib import Path

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


def test_without_root_and_without_venv_it_names_the_one_command_and_makes_nothing(tmp_path: Path) -> None:
    """On Debian, python3 without python3-venv would leave a broken environment behind."""
    shutil.copy(ROOT / "dev", tmp_path)
    for name, body in {"id": "echo 1000", "python3": "exit 1"}.items():
        (tmp_path / "stubs").mkdir(exist_ok=True)
        (tmp_path / "stubs" / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / "stubs" / name).chmod(0o755)
    run = subprocess.run(
        ["sh", "dev", "demo"],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{tmp_path / 'stubs'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "sudo apt-get install python3-venv libpango-1.0-0" in run.stderr.splitlines()[0]
    assert "nothing was set up" in run.stderr.splitlines()[1]
    assert not (tmp_path / ".venv").exists()
