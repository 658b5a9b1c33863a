"""In which order people are asked: waves, each of which opens on its day, the leaders' perhaps before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Wave:
    """People who are asked together, at the latest on the local day `opens`: those who lead (`leaders`), those
    appointed in one of the `units` (uids), or with neither everybody who is in no earlier wave. `is_open`: they
    were asked."""

    opens: date
    leaders: bool = False
    units: tuple[str, ...] = ()
    is_open: bool = False

    @property
    def takes_the_rest(self) -> bool:
        """Whether it is for everybody whom no earlier wave takes."""
        return not self.leaders and not self.units

    def to_json(self) -> dict[str, Any]:
        """As a campaign keeps it."""
        return {
            "opens": self.opens.isoformat(),
            "leaders": self.leaders,
            "units": list(self.units),
            "is_open": self.is_open,
        }


def read_waves(said: Sequence[Mapping[str, Any]]) -> tuple[Wave, ...]:
    """Waves as a campaign keeps them; none are kept where all are asked at once."""
    return tuple(
        Wave(
            opens=date.fromisoformat(one["opens"]),
            leaders=one["leaders"],
            units=tuple(one["units"]),
            is_open=one["is_open"],
        )
        for one in said
    )


def wave_of(takers: Sequence[Collection[int] | None], person_id: int) -> int:
    """The number (from 0) of the first wave that takes somebody; `takers` are the ids of each, None for the rest."""
    return next((number for number, ids in enumerate(takers) if ids is None or person_id in ids), 0)


def opened(waves: Sequence[Wave], *, today: date, leaders_have_signed: bool) -> tuple[Wave, ...]:
    """`waves` with those open that are to open: when their day has come, or when they come next after the leaders' and
    the leaders of both sides have signed. None opens before the one that stands before it."""
    found: list[Wave] = []
    for wave in waves:
        before = found[-1] if found else None
        is_due = wave.opens <= today or (before is not None and before.leaders and leaders_have_signed)
        is_turn = before is None or before.is_open
        found.append(replace(wave, is_open=wave.is_open or (is_turn and is_due)))
    return tuple(found)


def faults_of(waves: Sequence[Wave], *, due: date) -> list[str]:
    """What is wrong with an order of waves, as codes: "rest" (the last one must be for everybody else, and only that),
    "days" (each opens later than the one before it), "end" (the last opens before the last day)."""
    rest = [wave.takes_the_rest for wave in waves]
    wrong = {
        "rest": bool(waves) and rest != [False] * (len(waves) - 1) + [True],
        "days": any(later.opens <= earlier.opens for earlier, later in pairwise(waves)),
        "end": any(wave.opens >= due for wave in waves),
    }
    return [code for code, is_wrong in wrong.items() if is_wrong]
