"""A joint review each year: it opens on the anniversary, and its seal opens three weeks later, whoever is silent."""

from collections.abc import Sequence
from datetime import date, timedelta

from reciproca import hookimpl
from reciproca.plugins.types import CycleAnchor, Opening, PluginInfo, ReviewCycleSpec

GATHERING = timedelta(days=21)
ANNUAL = ReviewCycleSpec(
    key="annual",
    label={"en": "Annual joint review", "fr": "Bilan conjoint annuel"},
    summary={
        "en": "Once a year, on the day the agreement came into force, both sides look at every commitment of both.",
        "fr": "Une fois l’an, au jour de l’entrée en vigueur, les deux parties examinent chaque engagement des deux.",
    },
    every_months=12,
    gathering_days=GATHERING.days,
)


@hookimpl
def plugin_info() -> PluginInfo:
    """Say who this is."""
    return PluginInfo(name="annual-review", version="1.0", api_version="1.0", summary="Annual joint review")


@hookimpl
def review_cycles() -> list[ReviewCycleSpec]:
    """The annual cycle."""
    return [ANNUAL]


@hookimpl
def next_openings(anchors: Sequence[CycleAnchor]) -> list[Opening]:
    """Each on its anniversary; one that began on 29 February opens on the 28th where a year has no 29th."""
    return [_opening(item) for item in anchors]


def _opening(item: CycleAnchor) -> Opening:
    opens = _in_year(item.anchor, item.anchor.year + item.number)
    return Opening(number=item.number, opens=opens, seal_opens=opens + GATHERING)


def _in_year(day: date, year: int) -> date:
    leapless = (day.month, day.day) == (2, 29) and (year % 4 != 0 or (year % 100 == 0 and year % 400 != 0))
    return day.replace(year=year, day=28 if leapless else day.day)
