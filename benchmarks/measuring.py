"""What a benchmark is, and how its rounds become one result."""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal

Side = Callable[[], float]
"""One round of one side: seconds per unit of work. Raises `Wrong` when the work wasn't done as it should be."""
SIDES = ("ours", "floor", "peer")


class Wrong(Exception):
    """The work that was measured was not done right, so there is no figure."""


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a result must keep: its `key` against a `limit`."""

    key: Literal["ours", "ratio_to_floor", "ratio_to_peer"]
    op: Literal["<=", ">="]
    limit: float

    def is_met(self, value: float) -> bool:
        """Whether `value` keeps it."""
        return value <= self.limit if self.op == "<=" else value >= self.limit


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """One figure. `prepare(n)` makes ready what is not measured and hands over one function for each side: always
    `ours`; `floor`, the best hand-written way to the same result; `peer`, another product's."""

    name: str
    what: str
    n: int
    prepare: Callable[[int], AbstractContextManager[dict[str, Side]]]
    goal: Goal
    peer_name: str | None = None
    peer_n: int | None = None
    unit: Literal["s", "MiB", "%"] = "s"
    """What the figures are: seconds for a unit of work, memory, or a share (0.02 is shown as 2 %)."""


def measure(
    benchmark: Benchmark, *, rounds: int, size: int | None, say: Callable[[str], None]
) -> dict[str, Any]:
    """The result of one benchmark: a discarded round, then `rounds` in which the sides take turns in going first."""
    n = size or benchmark.n
    with benchmark.prepare(n) as sides:
        found = []
        for number in range(rounds + 1):
            order = sorted(sides, reverse=bool(number % 2))
            found.append({side: sides[side]() for side in order})
            shown = ", ".join(
                f"{side} {shown_as(found[-1][side], benchmark.unit)}" for side in SIDES if side in sides
            )
            say(f"{benchmark.name}: {f'round {number}' if number else 'warm-up'}: {shown}")
    return _result(benchmark, n, found[1:])


def _result(benchmark: Benchmark, n: int, rounds: Sequence[dict[str, float]]) -> dict[str, Any]:
    middle = {side: median(one[side] for one in rounds) if side in rounds[0] else None for side in SIDES}
    goal, judged = (
        benchmark.goal,
        _judge({side: value for side, value in middle.items() if value is not None}),
    )
    return {
        "name": benchmark.name,
        "what": benchmark.what,
        "unit": benchmark.unit,
        "n": n,
        "peer_n": benchmark.peer_n,
        **middle,
        "peer_name": benchmark.peer_name,
        "ratio_to_floor": judged.get("ratio_to_floor"),
        "ratio_to_peer": judged.get("ratio_to_peer"),
        "rounds": len(rounds),
        "spread": spread([_judge(one)[goal.key] for one in rounds]),
        "goal": asdict(goal),
        "met": goal.is_met(judged[goal.key]),
    }


def _judge(sides: Mapping[str, float]) -> dict[str, float]:
    """What a goal may ask about. Lower is better to the floor, higher to the peer."""
    found = {"ours": sides["ours"]}
    if "floor" in sides:
        found["ratio_to_floor"] = sides["ours"] / sides["floor"]
    if "peer" in sides:
        found["ratio_to_peer"] = sides["peer"] / sides["ours"]
    return found


def spread(values: Sequence[float]) -> float:
    """(max − min) / median; 0 where every value is the same, as when all are 0."""
    widest = max(values) - min(values)
    return widest / median(values) if widest else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that at least `share` of them don't exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def shown_as(value: float | None, unit: str) -> str:
    """A figure as people read it; a dash for none."""
    if value is None:
        return "–"
    if unit != "s":
        return f"{value:.1f} MiB" if unit == "MiB" else f"{value * 100:.2g} %"
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.3g} ms"
