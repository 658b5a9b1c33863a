"""Making an installation: once, whole or not at all, and movable."""

import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.commands.running import HOSPITAL, run, run_here


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A new installation's folder."""
    made = run("init", *HOSPITAL, home=tmp_path / "home")
    assert made.returncode == 0, made.stderr
    return tmp_path / "home"


def test_it_has_keys_of_its_own_and_one_code(tmp_path: Path) -> None:
    """No default user and no default secret: the code is printed once, and the keys are their owner's only."""
    made = run("init", *HOSPITAL, home=tmp_path / "home")
    assert re.search(r"this code once: (?:[A-Z2-7]{4}-){4}[A-Z2-7]{4}$", made.stdout, re.MULTILINE)
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "home" / "keys").iterdir()} == {0}
    with sqlite3.connect(tmp_path / "home" / "reciproca.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM account").fetchone() == (0,)


def test_a_second_time_is_refused(home: Path) -> None:
    """Nobody overwrites an installation by a slip: exit code 6, and the keys stay."""
    before = (home / "keys" / "root.pem").read_bytes()
    again = run("init", *HOSPITAL, home=home)
    assert (again.returncode, (home / "keys" / "root.pem").read_bytes()) == (6, before)


@pytest.mark.parametrize("wrong", [("--jurisdiction", "XX"), ("--zone", "Mars/One"), ("--locales", "en,zz")])
def test_a_wrong_word_leaves_nothing_behind(tmp_path: Path, wrong: tuple[str, str]) -> None:
    """A refused start can be repeated with the word put right."""
    refused = run_here("init", *HOSPITAL, *wrong, home=tmp_path / "home")
    assert refused.returncode == 2
    assert list((tmp_path / "home").glob("*")) == []
    assert run_here("init", *HOSPITAL, home=tmp_path / "home").returncode == 0


def test_the_hospital_can_come_later(tmp_path: Path) -> None:
    """An installation made without an organisation gets its first one by the same command, and keeps its keys."""
    assert run("init", home=tmp_path / "home").returncode == 0
    root = (tmp_path / "home" / "keys" / "root.pem").read_bytes()
    assert run("init", *HOSPITAL, home=tmp_path / "home").returncode == 0
    assert (tmp_path / "home" / "keys" / "root.pem").read_bytes() == root


def test_a_home_can_be_moved(home: Path, tmp_path: Path) -> None:
    """Nothing inside holds an absolute path: copied elsewhere, with the original gone, everything stands."""
    moved = tmp_path / "elsewhere" / "house"
    shutil.copytree(home, moved)
    shutil.rmtree(home)
    for words in (("doctor",), ("ledger", "verify"), ("db", "check")):
        done = run(*words, home=moved)
        assert done.returncode == 0, done.stdout + done.stderr
    assert not any(str(home).encode() in path.read_bytes() for path in moved.rglob("*") if path.is_file())
