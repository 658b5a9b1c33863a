"""How rounds become one result; nothing is timed here."""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.measuring import Benchmark, Goal, Side, measure, percentile

ROUNDS = {"ours": [90.0, 2.0, 4.0, 3.0], "floor": [1.0, 1.0, 1.0, 2.0], "peer": [5.0, 12.0, 12.0, 12.0]}


def _benchmark(order: list[str], goal: Goal) -> Benchmark:
    @contextmanager
    def prepared(_n: int) -> Iterator[dict[str, Side]]:
        left = {side: list(values) for side, values in ROUNDS.items()}

        def turn(side: str) -> float:
            order.append(side)
            return left[side].pop(0)

        yield {"ours": lambda: turn("ours"), "floor": lambda: turn("floor"), "peer": lambda: turn("peer")}

    return Benchmark(name="b", what="w", n=9, peer_n=2, peer_name="p", prepare=prepared, goal=goal)


def test_a_result_is_of_the_rounds_after_the_first() -> None:
    """Medians, ratios and spread leave the warm-up out; lower is better to the floor, higher to the peer."""
    goal = Goal(key="ratio_to_floor", op="<=", limit=2.5)
    assert measure(_benchmark([], goal), rounds=3, size=None, say=lambda _line: None) == {
        "name": "b",
        "what": "w",
        "unit": "s",
        "n": 9,
        "peer_n": 2,
        "ours": 3.0,
        "floor": 1.0,
        "peer": 12.0,
        "peer_name": "p",
        "ratio_to_floor": 3.0,
        "ratio_to_peer": 4.0,
        "rounds": 3,
        "spread": (4.0 - 1.5) / 2.0,
        "goal": {"key": "ratio_to_floor", "op": "<=", "limit": 2.5},
        "met": False,
    }


def test_the_sides_take_turns_in_going_first() -> None:
    """Whoever goes first has a colder or a quieter machine: that evens out."""
    order: list[str] = []
    goal = Goal(key="ratio_to_peer", op=">=", limit=4)
    assert measure(_benchmark(order, goal), rounds=1, size=5, say=lambda _line: None)["n"] == 5
    assert order == ["floor", "ours", "peer", "peer", "ours", "floor"]


def test_a_percentile_is_one_of_the_values() -> None:
    """One in a hundred may be slower than the 99th percentile, not one more."""
    values = [float(number) for number in range(200, 0, -1)]
    assert (percentile(values, 0.99), percentile([7.0], 0.99)) == (198.0, 7.0)
