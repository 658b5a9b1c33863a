"""A DOCX, read as blocks: body, tables (merged and nested), text boxes, footnotes, headers. No program's own export."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from reciproca.compacts.exchange.opening import open_package, parse
from reciproca.compacts.exchange.rules import Block, Cell, Kind, Line

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = {f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", _FALLBACK}
_BREAKS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "\u2011"}
_WRAPS = {f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")}
_BULLET = re.compile(r"^\s*(?:[•●▪◦‣∙·–—*-]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+")
_BODY = (
    "word/document.xml",
    "word/styles.xml",
    "word/footnotes.xml",
    "word/endnotes.xml",
    "word/header",
    "word/footer",
)
_BESIDE = {"footnotes": Kind.NOTE, "endnotes": Kind.NOTE, "header": Kind.EDGE, "footer": Kind.EDGE}


@dataclass(frozen=True, kw_only=True)
class _Style:
    level: int | None = None
    is_item: bool = False


@dataclass
class _Walk:
    """What one walk through the document gathers."""

    styles: Mapping[str, _Style]
    boxes: list[str] = field(default_factory=list)
    tables: int = 0

    def blocks(self, parent: Element) -> Iterator[Block]:
        """Every paragraph and row under `parent`, in order."""
        for child in parent:
            if child.tag == f"{W}p":
                yield from self.paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self.table(child)
            elif child.tag in _WRAPS:
                yield from self.blocks(child)

    def paragraph(self, element: Element) -> Iterator[Block]:
        """A heading, an item or a paragraph; none when it is empty."""
        text = self.text(element)
        if not text:
            return
        level, is_item = self.form(element)
        bare = _BULLET.sub("", text)
        if level is not None and not is_item:
            yield Block(kind=Kind.HEADING, text=text, level=level)
        elif is_item or (bare != text and bare):
            yield Block(kind=Kind.ITEM, text=bare)
        elif len(text) <= 100 and _is_strong(element):
            yield Block(kind=Kind.HEADING, text=text.rstrip(":"), level=9)
        else:
            yield Block(kind=Kind.PARAGRAPH, text=text)

    def table(self, element: Element) -> Iterator[Block]:
        """The rows of a table. One that only frames another table, or text, is read through."""
        rows = [row for row in _children(element, f"{W}tr") if not _is_deleted(row)]
        if all(len(_children(row, f"{W}tc")) == 1 for row in rows):
            for row in rows:
                for cell in _children(row, f"{W}tc"):
                    yield from self.blocks(cell)
            return
        self.tables += 1
        number = self.tables
        for row in rows:
            cells = tuple(self.cells(row))
            if any(cell.text for cell in cells):
                yield Block(kind=Kind.ROW, table=number, cells=cells)

    def cells(self, row: Element) -> Iterator[Cell]:
        """The cells of a row, each at its column of the grid."""
        before = row.find(f"{W}trPr/{W}gridBefore")
        column = _number(before, 0)
        for cell in _children(row, f"{W}tc"):
            span = _number(cell.find(f"{W}tcPr/{W}gridSpan"), 1)
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            is_continued = merge is not None and merge.get(f"{W}val", "continue") == "continue"
            yield Cell(column=column, span=span, is_continued=is_continued, lines=tuple(self.lines(cell)))
            column += span

    def lines(self, cell: Element) -> Iterator[Line]:
        """The paragraphs of a cell; a table inside it is read row by row."""
        for block in self.blocks(cell):
            if block.kind is Kind.ROW:
                for inner in block.cells:
                    yield from inner.lines
            else:
                yield Line(text=block.text, is_item=block.kind is Kind.ITEM)

    def form(self, element: Element) -> tuple[int | None, bool]:
        """The level of a heading (0: the title), and whether it is an item of a list."""
        properties = element.find(f"{W}pPr")
        if properties is None:
            return None, False
        named = properties.find(f"{W}pStyle")
        style = self.styles.get(named.get(f"{W}val", "") if named is not None else "", _Style())
        outline = properties.find(f"{W}outlineLvl")
        level = _number(outline, 0) + 1 if outline is not None and _number(outline, 9) < 9 else style.level
        numbering = properties.find(f"{W}numPr")
        if numbering is None:
            return level, style.is_item
        return level, level is None and _number(numbering.find(f"{W}numId"), 1) != 0

    def text(self, element: Element) -> str:
        """The words of a paragraph as they read with every tracked change accepted."""
        joined = "".join(self._strings(element))
        return "\n".join(" ".join(line.split()) for line in joined.split("\n")).strip()

    def _strings(self, element: Element) -> Iterator[str]:
        for child in element:
            if child.tag == f"{W}t":
                yield child.text or ""
            elif child.tag in _BREAKS:
                yield _BREAKS[child.tag]
            elif child.tag == f"{W}txbxContent":
                self.boxes += [_said(block) for block in self.blocks(child)]
            elif child.tag not in _SKIPPED:
                yield from self._strings(child)


def read_word(data: bytes) -> list[Block]:
    """Every block of a DOCX: its body in order, then boxes, notes, and what repeats on each page. Invalid."""
    parts = open_package(data, _BODY)
    styles = parts.get("word/styles.xml")
    walk = _Walk(styles=_styles(parse(styles)) if styles else {})
    body = parse(parts["word/document.xml"]).find(f"{W}body")
    found = list(walk.blocks(body)) if body is not None else []
    found += [Block(kind=Kind.BOX, text=text) for text in dict.fromkeys(walk.boxes) if text]
    for name, kind in _BESIDE.items():
        held = [data for part, data in sorted(parts.items()) if part.startswith(f"word/{name}")]
        texts = [text for data in held for text in _side_texts(data, walk)]
        found += [Block(kind=kind, text=text) for text in dict.fromkeys(texts)]
    return found


def _side_texts(data: bytes, walk: _Walk) -> list[str]:
    """The texts of a part beside the body: one a note, or one in all."""
    root = parse(data)
    notes = [note for name in ("footnote", "endnote") for note in root.iter(f"{W}{name}")]
    return [
        text for part in notes or [root] if (text := "\n".join(_said(block) for block in walk.blocks(part)))
    ]


def _said(block: Block) -> str:
    return block.text or " | ".join(cell.text for cell in block.cells if cell.text)


def _styles(root: Element) -> dict[str, _Style]:
    """Which styles are headings, and which lists, by id."""
    found = {}
    for style in root.iter(f"{W}style"):
        named = style.find(f"{W}name")
        name = (named.get(f"{W}val", "") if named is not None else "").lower()
        outline = style.find(f"{W}pPr/{W}outlineLvl")
        level = _number(outline, 9) + 1 if outline is not None and _number(outline, 9) < 9 else None
        if level is None and (match := re.fullmatch(r"heading (\d)", name)):
            level = int(match[1])
        is_item = name.startswith("list") or style.find(f"{W}pPr/{W}numPr") is not None
        found[style.get(f"{W}styleId", "")] = _Style(
            level=0 if name == "title" else level, is_item=is_item and level is None
        )
    return found


def _is_strong(element: Element) -> bool:
    """Whether every word of a paragraph is bold."""
    runs = [
        run for run in element.iter(f"{W}r") if any((text.text or "").strip() for text in run.iter(f"{W}t"))
    ]
    marks = [run.find(f"{W}rPr/{W}b") for run in runs]
    return bool(marks) and all(
        mark is not None and mark.get(f"{W}val", "1") not in {"0", "false"} for mark in marks
    )


def _is_deleted(row: Element) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _children(parent: Element, tag: str) -> list[Element]:
    """Children with `tag`, through the wrappers of content controls."""
    found = []
    for child in parent:
        if child.tag == tag:
            found.append(child)
        elif child.tag in _WRAPS:
            found += _children(child, tag)
    return found


def _number(element: Element | None, otherwise: int) -> int:
    text = element.get(f"{W}val", "") if element is not None else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else otherwise
