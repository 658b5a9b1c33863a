"""What a verification says of one file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

EXIT_CODES = {"intact": 0, "altered": 1, "untrusted": 1, "unreadable": 2}


class Altered(Exception):
    """The file is not what was sealed; the message says how it shows."""


class Untrusted(Exception):
    """The file may be whole, but not under a seal that the reader trusts."""


class Damaged(Exception):
    """The file can't be read as a sealed document or an evidence bundle."""


@dataclass(frozen=True, kw_only=True)
class Party:
    """A side of the agreement: who signed for it and when (ISO 8601, UTC); None when it hasn't signed."""

    party: str
    name: str | None
    signed_at: str | None


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """When an authority says that it saw the seal (ISO 8601, UTC); `trusted` when the reader knows that authority, else
    this is only its word. `level`: B-T, or B-LTA when archive stamps follow, the last of them at `renewed_at`. `until`:
    when the certificate of the last one ends, by which it wants another; `lapsed`: that is over."""

    at: str
    trusted: bool
    level: str
    renewed_at: str | None
    until: str
    lapsed: bool

    @property
    def words(self) -> Sequence[str]:
        """What is said of it on a terminal, a line each."""
        whose = "an authority that you trust" if self.trusted else "an authority that you didn't name"
        since = ", whose certificate has ended since" if self.lapsed and not self.renewed_at else ""
        end = f"ended on {self.until} without another" if self.lapsed else f"good until {self.until}"
        archived = [f"archive stamp (PAdES B-LTA): {self.renewed_at}, {end}"] if self.renewed_at else []
        return [f"time stamp: {self.at}, by {whose}{since}", *archived]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`verdict`: intact, altered, untrusted or unreadable; `reason` in one sentence; `parties` if it could be read;
    `stamp`: None when the time is the sealer's own word."""

    file: str
    verdict: str
    reason: str
    parties: Sequence[Party] = ()
    stamp: Stamp | None = None

    @property
    def exit_code(self) -> int:
        """0 intact, 1 altered or not trusted, 2 unreadable."""
        return EXIT_CODES[self.verdict]

    def to_json(self) -> dict[str, Any]:
        """As `reciproca verify --json` prints it."""
        return {
            "file": self.file,
            "verdict": self.verdict,
            "reason": self.reason,
            "parties": [vars(party) for party in self.parties],
            "stamp": vars(self.stamp) if self.stamp else None,
        }
