"""At which hours somebody can be written to."""

from reciproca.compacts.obligations.rules import DAYTIME

EARLIEST, LATEST = 6, 21
"""The first and the last full hour that one can choose: wider than the daytime, because it is one's own choice."""


def hours_of(chosen: int | None) -> tuple[int, int]:
    """From which local hour on, and before which, somebody is written to: the one `chosen`, or the daytime."""
    return DAYTIME if chosen is None else (chosen, chosen + 1)


def is_hour(hour: int | None) -> bool:
    """Whether somebody may choose it; None is the daytime."""
    return hour is None or EARLIEST <= hour <= LATEST
