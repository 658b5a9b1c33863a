"""Settings are read once, from the home's file and the environment, and mistakes are named."""

from dataclasses import fields
from pathlib import Path

import pytest

from reciproca.core.clock import FileClock, SystemClock
from reciproca.core.errors import Misconfigured
from reciproca.core.settings import Settings, load


def test_without_anything_said_everything_is_in_the_home(tmp_path: Path) -> None:
    """A new installation needs no settings at all."""
    made = load(tmp_path, {})
    assert made == Settings(home=tmp_path)
    assert (made.url, made.mail_folder, made.keys_folder, made.is_secure) == (
        f"sqlite:///{tmp_path / 'reciproca.sqlite3'}",
        tmp_path / "mail",
        tmp_path / "keys",
        False,
    )


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """What is set for one process holds, and what isn't ours is passed over."""
    (tmp_path / "reciproca.toml").write_text('public_url = "https://a.example"\nlog_level = "error"\n')
    made = load(
        tmp_path, {"RECIPROCA_PUBLIC_URL": "https://b.example", "RECIPROCA_HOME": "elsewhere", "PATH": "x"}
    )
    assert (made.public_url, made.log_level, made.is_secure) == ("https://b.example", "error", True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('databse_url = "x"', "databse_url"),
        ("home = 'x'", "home"),
        ("log_level =", "can't be read"),
        ("log_level = 'é'", "can't be read"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_remedy(tmp_path: Path, text: str, said: str) -> None:
    """A misspelt setting is not silently without effect."""
    (tmp_path / "reciproca.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(Misconfigured, match=said) as refused:
        load(tmp_path, {})
    assert refused.value.remedy


def test_a_test_clock_is_for_tests_only(tmp_path: Path) -> None:
    """Nobody can move the time of an installation that isn't a test."""
    settings = {"RECIPROCA_TEST_CLOCK": str(tmp_path / "clock.txt")}
    with pytest.raises(Misconfigured):
        load(tmp_path, settings).clock()
    assert isinstance(load(tmp_path, {**settings, "RECIPROCA_TESTING": "1"}).clock(), FileClock)
    assert isinstance(load(tmp_path, {}).clock(), SystemClock)


def test_each_setting_is_documented() -> None:
    """The reference page is made from these."""
    told = {item.name: {"doc", "example"} <= item.metadata.keys() for item in fields(Settings)}
    assert set(told.values()) == {True}
