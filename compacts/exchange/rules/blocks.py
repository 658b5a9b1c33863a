"""What a document is made of, whatever program wrote it."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a block is. A box floats beside the text, a note stands under it, an edge repeats on each page."""

    HEADING = "heading"
    ITEM = "item"
    PARAGRAPH = "paragraph"
    ROW = "row"
    BOX = "box"
    NOTE = "note"
    EDGE = "edge"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One paragraph of a cell; an item is part of a list."""

    text: str
    is_item: bool = False


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell of a table's row: its first column (from 0), how many it covers, and what it says. `is_continued`: it
    belongs to the cell above."""

    column: int
    lines: tuple[Line, ...] = ()
    span: int = 1
    is_continued: bool = False

    @property
    def text(self) -> str:
        """All of its lines."""
        return "\n".join(line.text for line in self.lines if line.text)


@dataclass(frozen=True, kw_only=True)
class Block:
    """One piece of a document, in order. `table` (from 1) tells the rows of one table from those of the next."""

    kind: Kind
    text: str = ""
    level: int = 0
    table: int = 0
    cells: tuple[Cell, ...] = ()
