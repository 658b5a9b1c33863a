"""What a verification found."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MOST = 100
"""Problems listed one by one; a rewritten log of a million leaves needs no million lines."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong: at leaf `index`, or nowhere in particular (None)."""

    index: int | None
    reason: str

    def __str__(self) -> str:
        return self.reason if self.index is None else f"leaf {self.index}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class Report:
    """`size` leaves with `root` (hexadecimal), `erased` records lawfully erased, and what is wrong."""

    size: int
    root: str
    erased: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """As `ledger verify --json` prints it."""
        problems = [{"index": problem.index, "reason": problem.reason} for problem in self.problems]
        return {
            "ok": self.ok,
            "size": self.size,
            "root": self.root,
            "erased": self.erased,
            "problems": problems,
        }


@dataclass
class Findings:
    """Problems as they are found; all are counted, the first `MOST` kept."""

    kept: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, index: int | None, reason: str) -> None:
        self.count += 1
        if self.count <= MOST:
            self.kept.append(Problem(index, reason))

    def extend(self, found: Iterable[tuple[int | None, str]]) -> None:
        for index, reason in found:
            self.add(index, reason)

    def listed(self) -> tuple[Problem, ...]:
        """The problems kept, and how many more there are."""
        more = self.count - len(self.kept)
        return (*self.kept, Problem(None, f"and {more} more problems")) if more else tuple(self.kept)
