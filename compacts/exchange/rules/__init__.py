"""From the pieces of a document to two columns: pure decisions."""

from reciproca.compacts.exchange.rules.blocks import Block, Cell, Kind, Line
from reciproca.compacts.exchange.rules.marks import (
    Mark,
    bare,
    digest_of,
    promise_mark,
    read_mark,
    read_version,
    topic_mark,
    version_mark,
)
from reciproca.compacts.exchange.rules.pairing import LIMITS, Pair, Piece, Reading, Why, read_blocks
from reciproca.compacts.exchange.rules.rearranging import rearranged
from reciproca.compacts.exchange.rules.returned import Change, Returned, What, changes_of
from reciproca.compacts.exchange.rules.tracked import (
    Part,
    Tracked,
    final_text,
    original_text,
    tracked_changes,
)

__all__ = [
    "LIMITS",
    "Block",
    "Cell",
    "Change",
    "Kind",
    "Line",
    "Mark",
    "Pair",
    "Part",
    "Piece",
    "Reading",
    "Returned",
    "Tracked",
    "What",
    "Why",
    "bare",
    "changes_of",
    "digest_of",
    "final_text",
    "original_text",
    "promise_mark",
    "read_blocks",
    "read_mark",
    "read_version",
    "rearranged",
    "topic_mark",
    "tracked_changes",
    "version_mark",
]
