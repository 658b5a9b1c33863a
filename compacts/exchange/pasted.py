"""What was pasted: HTML as a word processor puts it on the clipboard, or columns separated by tabs."""

import csv
import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from reciproca.compacts.exchange.opening import DEPTH, refuse
from reciproca.compacts.exchange.rules import Block, Cell, Kind, Line
from reciproca.core.i18n import _

TEXT_LIMIT = 4 * 1024 * 1024
_HTML = re.compile(r"<(?:!doctype|html|body|table|p|div|h[1-6]|ul|ol|meta|span)\b", re.IGNORECASE)
_SILENT = {"style", "script", "head", "title", "template", "noscript", "o:p"}
_LINES = {
    "p",
    "div",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "br",
    "blockquote",
    "dt",
    "dd",
    "section",
    "article",
}
_BULLET = re.compile(r"^\s*(?:[•●▪◦‣∙·–—*-]|\(?\d{1,3}[.)])\s+")


@dataclass
class _Grid:
    """A table that is being read; `below` says which columns a cell above still covers."""

    number: int
    column: int = 0
    below: dict[int, int] = field(default_factory=dict)
    cells: list[Cell] | None = None
    lines: list[Line] | None = None
    span: int = 1
    rows: int = 1


class _Reader(HTMLParser):
    """Gathers blocks. Nothing that a page would run, load or show otherwise is looked at."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.grids: list[_Grid] = []
        self.count = 0
        self.silent = 0
        self.said: list[str] = []
        self.tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A new line, cell, row or table."""
        if tag in _SILENT:
            self.silent += 1
        elif tag in _LINES:
            self.flush()
            self.tag = tag if tag != "br" else self.tag
        elif tag == "table":
            self.flush()
            if len(self.grids) >= DEPTH:
                raise refuse(_("It is nested too deeply."), _("Paste only the table's text."))
            self.count += 1
            self.grids.append(_Grid(number=self.count))
        elif tag == "tr" and self.grids:
            self.end_row()
            self.grids[-1].cells, self.grids[-1].column = [], 0
        elif tag in {"td", "th"} and self.grids:
            self.start_cell({name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        """The end of one."""
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _LINES:
            self.flush()
            self.tag = ""
        elif tag in {"td", "th"} and self.grids:
            self.end_cell()
        elif tag == "tr" and self.grids:
            self.end_row()
        elif tag == "table" and self.grids:
            self.end_row()
            self.grids.pop()

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self.silent:
            self.said.append(data)

    def start_cell(self, attributes: dict[str, str]) -> None:
        """Open a cell at the next column that no cell above covers."""
        self.end_cell()
        grid = self.grids[-1]
        if grid.cells is None:
            grid.cells, grid.column = [], 0
        self.covered(grid)
        grid.lines = []
        grid.span = _count(attributes.get("colspan", ""))
        grid.rows = _count(attributes.get("rowspan", ""))

    def covered(self, grid: _Grid) -> None:
        """Step over columns that belong to a cell above."""
        while grid.below.get(grid.column, 0) > 0 and grid.cells is not None:
            grid.below[grid.column] -= 1
            grid.cells.append(Cell(column=grid.column, is_continued=True))
            grid.column += 1

    def end_cell(self) -> None:
        """Close the open cell, if one is."""
        self.flush()
        grid = self.grids[-1]
        if grid.lines is None or grid.cells is None:
            return
        grid.cells.append(Cell(column=grid.column, span=grid.span, lines=tuple(grid.lines)))
        for column in range(grid.column, grid.column + grid.span):
            grid.below[column] = grid.rows - 1
        grid.column += grid.span
        grid.lines = None

    def end_row(self) -> None:
        """Close the open row, if one is. A row of an inner table becomes lines of the cell that holds it."""
        self.end_cell()
        grid = self.grids[-1]
        if grid.cells is None:
            return
        self.covered(grid)
        cells, grid.cells = grid.cells, None
        outer = self.grids[-2] if len(self.grids) > 1 else None
        if outer is not None and outer.lines is not None and len([one for one in cells if one.text]) < 2:
            outer.lines += [line for cell in cells for line in cell.lines]
        elif any(cell.text for cell in cells):
            self.blocks.append(Block(kind=Kind.ROW, table=grid.number, cells=tuple(cells)))

    def flush(self) -> None:
        """Close the open line."""
        text = " ".join("".join(self.said).split())
        self.said = []
        if not text:
            return
        bare = _BULLET.sub("", text)
        is_item = self.tag == "li" or (bare != text and bool(bare))
        line = Line(text=bare if is_item else text, is_item=is_item)
        grid = self.grids[-1] if self.grids else None
        if grid is not None and grid.lines is not None:
            grid.lines.append(line)
        else:
            self.blocks.append(_block(line, self.tag))


def read_pasted(text: str) -> list[Block]:
    """The blocks of what was pasted: HTML where it looks like it, else lines with tabs between the columns. Invalid
    when it is longer than any agreement, or empty."""
    if len(text) > TEXT_LIMIT:
        raise refuse(_("It is longer than any agreement."), _("Paste only the agreement's two columns."))
    if not text.strip():
        raise refuse(_("There is nothing in it."), _("Copy the table, and paste it here."))
    text = text.replace("\x00", "")
    if not _HTML.search(text):
        return _read_columns(text)
    reader = _Reader()
    reader.feed(text)
    reader.close()
    while reader.grids:
        reader.handle_endtag("table")
    reader.flush()
    return reader.blocks


def _read_columns(text: str) -> list[Block]:
    """Lines with tabs are rows (a quoted cell may hold line breaks); others are paragraphs or items."""
    found: list[Block] = []
    for row in _rows(text):
        said = [cell.strip() for cell in row]
        if len([cell for cell in said if cell]) > 1 or (len(said) > 1 and any(said)):
            cells = tuple(Cell(column=column, lines=tuple(_lines(cell))) for column, cell in enumerate(said))
            found.append(Block(kind=Kind.ROW, table=1, cells=cells))
        elif said and said[0]:
            bare = _BULLET.sub("", said[0])
            found.append(_block(Line(text=bare, is_item=bare != said[0]), ""))
    return found


def _rows(text: str) -> list[list[str]]:
    """Cells by line. A quotation mark that nobody closed swallows the rest: then each line stands alone."""
    try:
        return list(csv.reader(io.StringIO(text), dialect="excel-tab"))
    except csv.Error:
        return [line.split("\t") for line in text.splitlines()]


def _lines(cell: str) -> list[Line]:
    found = []
    for text in cell.splitlines():
        bare = _BULLET.sub("", text).strip()
        if bare:
            found.append(Line(text=bare, is_item=bare != text.strip()))
    return found


def _block(line: Line, tag: str) -> Block:
    if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
        return Block(kind=Kind.HEADING, text=line.text, level=int(tag[1]))
    return Block(kind=Kind.ITEM if line.is_item else Kind.PARAGRAPH, text=line.text)


def _count(text: str) -> int:
    return min(max(int(text), 1), 1000) if text.isascii() and text.isdigit() and len(text) < 5 else 1
