"""The sample hospital, made once for a whole test run, and the command as a person in another folder runs it."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

COMMAND = Path(sys.executable).with_name("reciproca")
FORGET = ("RECIPROCA_HOME", "RECIPROCA_DATABASE_URL", "RECIPROCA_TEST_CLOCK", "RECIPROCA_SMTP_URL")


def reciproca(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in `folder`, with none of this process's settings."""
    environment = {name: value for name, value in os.environ.items() if name not in FORGET}
    return subprocess.run(
        [COMMAND, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def the_home(factory: pytest.TempPathFactory) -> Path:
    """The folder of a told demo, shared by all workers of a run: read it, and copy it to change it (`a_copy`)."""
    root = factory.getbasetemp()
    shared = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / "story"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "told").exists():
            shutil.rmtree(shared / "home", ignore_errors=True)
            run = reciproca("demo", "--once", "--home", shared / "home", folder=shared)
            assert run.returncode == 0, run.stderr
            (shared / "told").write_text(run.stdout, encoding="utf-8")
    return shared / "home"


def told(home: Path) -> dict[str, Any]:
    """The content of the home's `demo.json`."""
    found: dict[str, Any] = json.loads((home / "demo.json").read_text(encoding="utf-8"))
    return found


def a_copy(home: Path, to: Path) -> Path:
    """The home, copied elsewhere to be changed there. What SQLite keeps beside a file that somebody reads isn't
    copied: it holds nothing of its own, and may be gone before it is reached."""
    return Path(shutil.copytree(home, to, ignore=shutil.ignore_patterns("*.sqlite3-shm", "*.sqlite3-wal")))
