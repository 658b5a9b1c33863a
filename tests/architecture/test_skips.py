"""No silent skips in CI: the plugin is tried in a pytest of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

SKIPS = '''
import pytest
{module}
def test_it():
    """Is skipped."""
    pytest.skip("{reason}")
'''


@pytest.mark.parametrize(
    ("reason", "module", "ci", "result"),
    [
        ("chromium is not installed", "", "true", "1 failed"),
        ("chromium is not installed", "", "", "1 skipped"),
        ("needs ../shared/data", "", "true", "1 skipped"),
        ("", 'pytest.skip("no server", allow_module_level=True)', "true", "1 error"),
    ],
)
def test_a_skip_in_ci_is_an_error_unless_it_needs_the_shared_folder(
    tmp_path: Path, reason: str, module: str, ci: str, result: str
) -> None:
    """A missing browser or server can't turn a red run green."""
    (tmp_path / "test_skipping.py").write_text(SKIPS.format(reason=reason, module=module))
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "tests.skips",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            str(tmp_path),
            str(tmp_path),
        ],
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result in run.stdout.splitlines()[-1]
