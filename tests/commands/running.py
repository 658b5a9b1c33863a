"""The `reciproca` command as a process of its own, as an operator runs it."""

import os
import subprocess
import sys
from pathlib import Path

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
