"""The scene of the joint review."""

from reciproca.demo.stage import Stage
from reciproca.demo.story import Calendar


def review_together(stage: Stage, days: Calendar) -> None:
    """Both sides look at every commitment of both."""
