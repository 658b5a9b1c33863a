"""What a person puts right before a document becomes a draft: whose column is whose, and which promises answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reciproca.compacts.exchange.rules.pairing import Pair, Reading
from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _


def rearranged(reading: Reading, *, is_swapped: bool = False, places: Mapping[int, int]) -> Reading:
    """The reading with its columns the other way round where `is_swapped`, then with the physicians' promise of topic
    `number` beside the topic `places[number]` (both from 1). Invalid when two would stand in one place."""
    pairs = [_swapped(pair) for pair in reading.pairs] if is_swapped else list(reading.pairs)
    return replace(reading, pairs=tuple(_placed(pairs, places)))


def _placed(pairs: Sequence[Pair], places: Mapping[int, int]) -> list[Pair]:
    theirs: dict[int, str] = {}
    for number, pair in enumerate(pairs, 1):
        if not pair.physicians:
            continue
        place = places.get(number, number)
        if place in theirs or not 1 <= place <= len(pairs):
            raise Invalid(
                detail=_("Two promises would stand in one place, or one in none. Nothing was changed."),
                faults=[
                    Fault(
                        field=f"place-{number}",
                        reason=_("Choose a topic where no other promise of this side stands."),
                    )
                ],
            )
        theirs[place] = pair.physicians
    moved = [replace(pair, physicians=theirs.get(number, "")) for number, pair in enumerate(pairs, 1)]
    return [pair for pair in moved if pair.organisation or pair.physicians]


def _swapped(pair: Pair) -> Pair:
    return replace(pair, organisation=pair.physicians, physicians=pair.organisation)
