"""`reciproca backup` and `restore`, as whoever runs an installation meets them."""

import json
from pathlib import Path

import pytest

from tests.building.backups import contents
from tests.commands.running import HOSPITAL, run, run_here


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a setting in its file."""
    home = tmp_path_factory.mktemp("made") / "home"
    assert run("init", *HOSPITAL, home=home).returncode == 0
    (home / "reciproca.toml").write_text('mail_from = "Compacts <compacts@riverbend.example>"\n')
    return home


def test_one_file_there_and_back(home: Path, tmp_path: Path) -> None:
    """Both say in plain data what they did and what a backup can't hold; the copy is as good as the original."""
    file, new = tmp_path / "a.zip", tmp_path / "new"
    done = run("backup", str(file), "--json", home=home, RECIPROCA_SMTP_URL="smtp://user:secret@relay")
    assert (done.returncode, done.stderr) == (0, "")
    made = json.loads(done.stdout)
    assert made["left_out"] == [
        "the setting RECIPROCA_SMTP_URL, which is in the environment",
        "programs: Reciproca itself and third parties' plugins",
    ]
    assert file.stat().st_mode & 0o777 == 0o600
    assert not any(b"user:secret" in data for data in contents(file).values())
    done = run("restore", str(file), "--json", home=new)
    restored = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (restored["same"], restored["ledger"]["ok"]) == (True, True)
    assert (restored["tables"], restored["files"]) == (made["tables"], made["files"])
    assert (new / "reciproca.toml").read_text() == (home / "reciproca.toml").read_text()
    assert run("doctor", home=new).returncode == 0


def test_what_is_refused(home: Path, tmp_path: Path) -> None:
    """Nothing is written over unless that was said, and each refusal has its own exit code."""
    file = tmp_path / "a.zip"
    assert run_here("backup", str(file), home=home).returncode == 0
    before = file.read_bytes()
    said = [
        run_here("backup", str(file), home=home),
        run_here("backup", str(home / "a.zip"), home=home),
        run_here("backup", str(tmp_path / "none" / "a.zip"), home=home),
        run_here("restore", str(file), home=home),
        run_here("restore", str(home / "reciproca.toml"), home=tmp_path / "new"),
        run_here("restore", str(tmp_path / "none.zip"), home=tmp_path / "new"),
    ]
    assert [done.returncode for done in said] == [6, 2, 1, 6, 2, 4]
    assert all("Nothing was" in done.stderr for done in said)
    assert file.read_bytes() == before
    assert set(tmp_path.iterdir()) == {file}
    assert run_here("backup", str(file), "--yes", home=home).returncode == 0
    assert file.read_bytes() != before
