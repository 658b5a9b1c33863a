"""What comes due by itself, and telling plugins of it: one that fails stops nobody."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reciproca import hookimpl
from reciproca.core.identity import system
from reciproca.core.outbox import OutboxItem, drain_all
from reciproca.core.settings import Settings
from reciproca.core.work import Installation, Work
from reciproca.plugins.events import Event, RosterImported
from reciproca.plugins.loading import BUNDLED
from reciproca.plugins.registry import Registry
from reciproca.plugins.types import PluginInfo
from reciproca.scheduler import due
from reciproca.scheduler.telling import tell
from reciproca.scheduler.ticks import tick
from tests.building.house import RunningClock, an_installation
from tests.building.obligations import a_reminded_hospital

TEST = system("test")


class Listener:
    """A plugin that hears of what happens, and can be made to fail at it."""

    def __init__(self, name: str, *, fails: bool = False) -> None:
        self.name, self.fails, self.heard = name, fails, list[str]()

    @hookimpl
    def plugin_info(self) -> PluginInfo:
        return PluginInfo(name=self.name, version="1.0", api_version="1.0", summary="Listens")

    @hookimpl
    def event_recorded(self, event: Event) -> None:
        self.heard.append(event.wire)
        if self.fails:
            raise RuntimeError("no")


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[Installation]:
    """An installation with one hospital."""
    made = an_installation(tmp_path / "home", database_url, RunningClock())
    yield made
    made.database.dispose()


def with_plugins(installation: Installation, *plugins: Any) -> Installation:
    """The same installation with more plugins."""
    registry = Registry.load(bundled=(*BUNDLED, *((one.name, one) for one in plugins)), points=())
    chosen: Settings = installation.settings
    return Installation(settings=chosen, clock=installation.clock, database=installation.database,
                        keys=installation.keys, plugins=registry)  # fmt: skip


def test_a_plugin_that_fails_is_itself_told_of_and_nobody_hears_twice(house: Installation) -> None:
    """Others hear of the event once, then that a plugin failed; its failing at that ends there."""
    broken, sound = Listener("broken", fails=True), Listener("sound")
    installation = with_plugins(house, broken, sound)
    place = a_reminded_hospital(installation)
    with installation.work(TEST, place) as work:
        work.record(
            RosterImported(organisation=place.uid, at="2026-09-01T14:00:00Z", added=1, changed=0, unchanged=0)
        )
    drain_all(installation, {"event": tell})
    assert sound.heard == ["roster.imported", "plugin.failed"]
    assert drain_all(installation, {"event": tell}) == 0


def test_a_due_act_that_fails_keeps_no_other_from_its_day(
    house: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One use case that raises is counted, changes nothing, and the next one is done all the same."""

    def broken(work: Work) -> list[str]:
        work.enqueue("lost", {})
        raise RuntimeError("no")

    def sound(work: Work) -> list[str]:
        work.enqueue("kept", {})
        return ["one", "two"]

    a_reminded_hospital(house)
    monkeypatch.setattr(due, "DUE", (("broken", broken), ("sound", sound)))
    done: list[str] = []

    def keep(_installation: Installation, item: OutboxItem) -> None:
        done.append(item.kind)

    report = tick(house, {"kept": keep, "lost": keep})
    assert (dict(report.due), done) == ({"failed": 1, "sound": 2}, ["kept"])
