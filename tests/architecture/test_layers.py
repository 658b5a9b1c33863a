"""The layer contracts have no exceptions, and each of them finds an import that points the wrong way."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.sources import FLOORS, ROOT, product

WRONG_WAYS = {
    "floors": ("core/planted.py", "import reciproca.compacts"),
    "features": ("compacts/people/planted.py", "import reciproca.compacts.overview"),
    "rooms": ("compacts/people/tables.py", "import reciproca.compacts.people.web"),
    "rules": ("compacts/people/rules.py", "import sqlalchemy"),
    "pluggy": ("compacts/people/planted.py", "import pluggy"),
    "weasyprint": ("scheduler/planted.py", "import weasyprint"),
    "icalendar": ("compacts/people/planted.py", "import icalendar"),
    "apscheduler": ("templates/planted.py", "import apscheduler"),
    "bundled": ("plugins/bundled/planted.py", "import reciproca.core.db"),
}


def _contracts() -> dict[str, dict[str, object]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {contract["id"]: contract for contract in project["tool"]["importlinter"]["contracts"]}


def test_no_contract_has_a_list_of_exceptions() -> None:
    """An exception would be the first of many; the code or the rule changes instead."""
    assert {name for name, contract in _contracts().items() if "ignore_imports" in contract} == set()


def test_every_contract_finds_a_planted_import(tmp_path: Path) -> None:
    """A contract that looks at the wrong place, or only at modules that don't exist, would hold for ever."""
    for source in product():
        (tmp_path / source.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / source.path).write_text(source.text)
    for floor in FLOORS:
        (tmp_path / "reciproca" / floor).symlink_to(Path("..", floor))
    for path, line in WRONG_WAYS.values():
        with (tmp_path / path).open("a") as planted:
            planted.write(f"\n{line}\n")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )
    kept = {name for name, contract in _contracts().items() if f"{contract['name']} BROKEN" not in run.stdout}
    assert kept == set()
    assert set(WRONG_WAYS) == set(_contracts())
