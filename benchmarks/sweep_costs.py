"""What the sweep costs besides time for each reminder: memory, looking when nothing is due, and hooks."""

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from pluggy import PluginManager

from benchmarks.measuring import Benchmark, Goal, Side, Wrong
from benchmarks.sweep import DUE, SYSTEM, World, a_world, sweep_anew, sweep_once
from reciproca import hookimpl
from reciproca.plugins.registry import BUNDLED, Registry
from reciproca.plugins.types import DeliveryChannel, PluginInfo
from reciproca.scheduler.sweep import sweep

FEW, CALLS, MIB = 10_000, 50, 1024
CHILD = "import sys; from benchmarks.sweep_costs import grown; print(grown(sys.argv[1], int(sys.argv[2])))"


# --- memory ----------------------------------------------------------------------------------------------------------


@contextmanager
def _memory(n: int) -> Iterator[dict[str, Side]]:
    yield {"ours": lambda: _peak("postgres", n) - _peak("postgres", FEW)}


def _peak(kind: str, n: int) -> float:
    """The most memory (MiB) that a process of its own had while it swept `n` reminders."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, kind, str(n)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Wrong(done.stderr[-300:])
    return float(done.stdout.split()[-1])


def grown(kind: str, n: int) -> float:
    """Sweep `n` reminders; the most memory that this process has had (MiB). Making the world is the database's work.

    From /proc (proc(5), VmHWM): what `getrusage` says begins with what the process was that started this one."""
    with a_world(kind, n) as world:
        sweep_once(world, n)
    found = re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    if not found:
        raise Wrong("the system doesn't say how much memory a process has had")
    return int(found[1]) / MIB


# --- nothing due -----------------------------------------------------------------------------------------------------


@contextmanager
def _idle(n: int) -> Iterator[dict[str, Side]]:
    with ExitStack() as stack:
        many, few = (stack.enter_context(a_world("postgres", size, due=False)) for size in (n, FEW))
        yield {"ours": partial(_look, many), "floor": partial(_look, few)}


def _look(world: World) -> float:
    took = []
    for _call in range(CALLS):
        with world.installation.work(SYSTEM, world.place) as work:
            begin = time.perf_counter()
            if sweep(work).looked:
                raise Wrong("something was due")
            took.append(time.perf_counter() - begin)
    return statistics.median(took)


# --- hooks -----------------------------------------------------------------------------------------------------------


class _Plugin:
    """One of ten that offer something each."""

    def __init__(self, number: int) -> None:
        self.number = number

    @hookimpl
    def plugin_info(self) -> PluginInfo:
        """Who it is."""
        return PluginInfo(
            name=f"bench-{self.number}", version="1.0", api_version="1.0", summary="For measuring"
        )

    @hookimpl
    def delivery_channels(self) -> list[DeliveryChannel]:
        """What it offers."""
        return [DeliveryChannel(key=f"bench-{self.number}", label={"en": "Bench"}, settings=())]


@contextmanager
def _hooks(n: int) -> Iterator[dict[str, Side]]:
    with a_world("postgres", n) as world:
        plugins = [*world.installation.plugins.records]
        more = [(f"bench-{number}", _Plugin(number)) for number in range(10)]
        registry = Registry.load(bundled=(*BUNDLED, *more), points=())
        if len(registry.records) < len(plugins) + 10:
            raise Wrong("the ten plugins weren't admitted")
        spent = _watched(registry.calls.manager)
        loaded = replace(world, installation=replace(world.installation, plugins=registry))
        sweep_once(loaded, n)
        yield {"ours": partial(_share, loaded, n, spent)}


def _watched(manager: PluginManager) -> list[float]:
    """Seconds inside each hook call from now on."""
    begun: list[float] = []
    spent: list[float] = []
    manager.add_hookcall_monitoring(
        lambda *_call: begun.append(time.perf_counter()),
        lambda *_call: spent.append(time.perf_counter() - begun.pop()),
    )
    return spent


def _share(world: World, n: int, spent: list[float]) -> float:
    """The share of a sweep's time that is spent inside hook calls."""
    spent.clear()
    took = sweep_anew(world, n) * n
    return sum(spent) / took


BENCHMARKS = (
    Benchmark(
        name="sweep-memory",
        what="MiB by which a sweeper's process grows more with 200,000 due reminders than with 10,000 (PostgreSQL)",
        n=2 * DUE,
        unit="MiB",
        prepare=_memory,
        goal=Goal(key="ours", op="<=", limit=32),
    ),
    Benchmark(
        name="sweep-idle",
        what="one look when nothing is due among a million things that are owed (median of 50); floor: among 10,000",
        n=1_000_000,
        prepare=_idle,
        goal=Goal(key="ours", op="<=", limit=0.005),
    ),
    Benchmark(
        name="hooks",
        what="the share of a sweep's time inside hook calls, with ten plugins more (PostgreSQL)",
        n=DUE,
        unit="%",
        prepare=_hooks,
        goal=Goal(key="ours", op="<=", limit=0.02),
    ),
)
