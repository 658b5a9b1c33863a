"""The Nu HTML checker, as installed by `./dev setup` (package.json): one Java process for any number of pages."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

JAR = Path(__file__).parents[1] / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def errors(files: Sequence[Path], *, css: bool = False) -> list[str]:
    """What is wrong with `files` (HTML, or CSS): one `name:line message` for each error. Warnings are left out."""
    java = shutil.which("java")
    if java is None or not JAR.exists():
        pytest.skip(
            "Java or the Nu HTML checker is missing; run ./dev setup (apt-get install default-jre-headless)"
        )
    kind = ["--css"] if css else []
    run = subprocess.run(
        [java, "-jar", str(JAR), "--errors-only", "--format", "json", *kind, *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    messages = json.loads(run.stderr)["messages"]
    return [f"{Path(found['url']).name}:{found.get('lastLine', 0)} {found['message']}" for found in messages]
