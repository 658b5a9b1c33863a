"""From the pieces of a document to two columns: pure decisions."""

from reciproca.compacts.exchange.rules.blocks import Block, Cell, Kind, Line
from reciproca.compacts.exchange.rules.pairing import LIMITS, Pair, Piece, Reading, Why, read_blocks
from reciproca.compacts.exchange.rules.rearranging import rearranged
from reciproca.compacts.exchange.rules.tracked import Part, author_texts, final_text, original_text

__all__ = [
    "LIMITS",
    "Block",
    "Cell",
    "Kind",
    "Line",
    "Pair",
    "Part",
    "Piece",
    "Reading",
    "Why",
    "author_texts",
    "final_text",
    "original_text",
    "read_blocks",
    "rearranged",
]
