"""The folder map: what stands at the root of the repository is what gets installed, under one import name."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from tests.architecture import packages
from tests.architecture.sources import FLOORS, PRODUCT, ROOT, files

LOCKS = {"runtime": ("build",), "test": ("test",), "check": ("check", "docs")}


def test_setup_cfg_lists_every_folder_that_is_a_package() -> None:
    """A new feature reaches the wheel, not only the editable install of whoever wrote it."""
    missing, superfluous = (
        set(packages.expected()) - set(packages.listed()),
        set(packages.listed()) - set(packages.expected()),
    )
    assert (missing, superfluous) == (set(), set()), "./dev format writes the list"


def test_each_link_leads_to_its_floor() -> None:
    """Tools that don't know the folder map see the same files by relative links that survive a clone."""
    links = {name: (ROOT / "reciproca" / name).readlink() for name in FLOORS}
    assert links == {name: Path("..", name) for name in FLOORS}


def test_the_wheel_holds_exactly_what_git_holds(tmp_path: Path) -> None:
    """Nothing is forgotten (a template, a font, a migration) and nothing else slips in."""
    shipped = {name for name in files() if _is_product(name)}
    expected = {name if name.startswith("reciproca/") else f"reciproca/{name}" for name in shipped}
    found = {name for name in _wheel(tmp_path) if ".dist-info/" not in name}
    assert found == expected


def test_every_requirement_is_locked() -> None:
    """What pyproject.toml asks for is what the hashed files install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for lock, groups in LOCKS.items():
        asked = [entry for group in groups for entry in project["dependency-groups"][group]]
        asked += project["project"]["dependencies"] if lock == "runtime" else []
        locked = (ROOT / "requirements" / f"{lock}.lock").read_text()
        assert [name for name in map(_distribution, asked) if f"\n{name}==" not in f"\n{locked}"] == []


def test_the_locks_hold_hashes_and_no_address() -> None:
    """Every file that is installed is known in advance, and comes from wherever the reader's own client looks."""
    for lock in LOCKS:
        locked = (ROOT / "requirements" / f"{lock}.lock").read_text()
        assert locked.count("--hash=sha256:") >= locked.count("==")
        assert "://" not in locked


def _wheel(folder: Path) -> list[str]:
    source = folder / "source"
    for name in (*files(), *(f"reciproca/{floor}" for floor in FLOORS)):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, source / name, follow_symlinks=False)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "--no-index",
            "--wheel-dir",
            str(folder),
            str(source),
        ],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as wheel:
        return [name for name in wheel.namelist() if not name.endswith("/")]


def _is_product(name: str) -> bool:
    return name.split("/", maxsplit=1)[0] in PRODUCT and "/" in name


def _distribution(requirement: str) -> str:
    name = requirement
    for sign in "[<>=!~; ":
        name = name.partition(sign)[0]
    return name.lower().replace("_", "-")
