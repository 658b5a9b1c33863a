"""The documentation builds, says what the code says, and leads nowhere that isn't there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, Source, texts

PAGES = [source for source in texts(".md") if not source.path.startswith("tests/")]
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_CHORE = re.compile(r"\./dev ([a-z]+)")


def test_the_generated_pages_are_up_to_date() -> None:
    """Layers, settings and rights in the documentation are those of the code."""
    checked = subprocess.run(
        [sys.executable, "docs/pages.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, "")


def test_a_stale_page_is_found(tmp_path: Path) -> None:
    """The check of generated pages can fail: it compares texts, not dates."""
    script = "import pages, sys, pathlib; pages.DOCS = pathlib.Path(sys.argv[1]); print(pages.stale())"
    (tmp_path / "docs").mkdir()
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    found = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "docs")],
        cwd=ROOT / "docs",
        capture_output=True,
        text=True,
        check=True,
    )
    made = [
        "explanation/layers",
        "reference/settings",
        "reference/rights",
        "reference/events",
        "reference/states",
        "reference/commands",
    ]
    assert found.stdout.strip() == str([*(f"{name}.md" for name in made), "reference/openapi.json"])


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    """A broken reference or a page that no table of contents names stops the build."""
    built = subprocess.run(
        [
            sys.executable,
            "-m",
            "sphinx",
            "-q",
            "-W",
            "--keep-going",
            "-b",
            "dummy",
            "-d",
            str(tmp_path),
            "docs",
            str(tmp_path / "out"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (built.returncode, built.stderr) == (0, "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_every_link_between_pages_leads_to_a_file(page: Source) -> None:
    """Whoever follows a link in the repository finds what it promises."""
    targets = _LINK.findall(_FENCED.sub("", page.text))
    assert [target for target in targets if not ((ROOT / page.path).parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_every_chore_that_a_page_names_exists(page: Source) -> None:
    """A command in the README is one that `./dev help` knows."""
    known = set(
        re.findall(
            r"^  ([a-z]+)",
            subprocess.run(["./dev", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout,
            re.MULTILINE,
        )
    )
    assert set(_CHORE.findall(page.text)) - known == set()
