"""The `reciproca` command as a process of its own, as an operator runs it; or run_here here, where only what it does
matters: starting Python takes longer than most of them."""

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from reciproca.command_line import command_line

RECIPROCA = (sys.executable, "-c", "from reciproca.command_line import main; main()")
HOSPITAL = ("--organisation", "Riverbend Hospital", "--jurisdiction", "CA-ON", "--locales", "en,fr")


def environment(**more: str) -> dict[str, str]:
    """This process's environment without any setting of Reciproca's, and with `more`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RECIPROCA_")}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2]), **more}


def run(*words: str, home: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    place = ("--home", str(home)) if home else ()
    return subprocess.run(
        [*RECIPROCA, *words, *place], capture_output=True, text=True, check=False, env=environment(**more)
    )


def run_here(*words: str, home: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """The same without a process."""
    place = ("--home", str(home)) if home else ()
    done = CliRunner().invoke(command_line(environment(**more)), [*words, *place])
    return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)
