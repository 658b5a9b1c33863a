"""A DOCX that left here and was edited, read with its marks and its tracked changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from reciproca.compacts.exchange.opening import open_package, parse
from reciproca.compacts.exchange.rules import Part, Returned, read_mark, read_version
from reciproca.compacts.exchange.word import W
from reciproca.plugins.types import Side

_PUT_IN = {f"{W}ins", f"{W}moveTo"}
_TAKEN_OUT = {f"{W}del", f"{W}moveFrom"}
_BREAKS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "\u2011"}
_SIDES = {1: Side.ORGANISATION, 2: Side.PHYSICIANS}
_Change = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class ReturnedFile:
    """The promises and topics of a document that came back; `version` (without dashes) and `locale` as it was marked
    when it left (empty where the mark is gone)."""

    promises: Sequence[Returned]
    topics: Sequence[Returned]
    version: str = ""
    locale: str = ""


def read_returned(data: bytes) -> ReturnedFile:
    """What came back. Invalid for what isn't a DOCX."""
    root = parse(open_package(data, ("word/document.xml",))["word/document.xml"])
    names = [mark.get(f"{W}name", "") for mark in root.iter(f"{W}bookmarkStart")]
    version, locale = next((found for name in names if (found := read_version(name))), ("", ""))
    promises: list[Returned] = []
    topics: list[Returned] = []
    for row in root.iter(f"{W}tr"):
        cells = [_cell(cell, column, _change_of_row(row)) for column, cell in enumerate(_cells(row))]
        if len(cells) != 3 or _is_heading(row):
            continue
        topics.append(cells[0])
        promises += [replace(cell, beside=cells[0].mark) for cell in cells[1:]]
    return ReturnedFile(promises=promises, topics=topics, version=version, locale=locale)


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row.iter(f"{W}tc") if cell.find(f"{W}tcPr/{W}gridSpan") is None]


def _is_heading(row: Element) -> bool:
    return row.find(f"{W}trPr/{W}tblHeader") is not None


def _change_of_row(row: Element) -> _Change:
    for name, mark in (("ins", "+"), ("del", "-")):
        found = row.find(f"{W}trPr/{W}{name}")
        if found is not None:
            return mark, found.get(f"{W}author", "")
    return "", ""


def _cell(cell: Element, column: int, change: _Change) -> Returned:
    marks = (read_mark(mark.get(f"{W}name", "")) for mark in cell.iter(f"{W}bookmarkStart"))
    parts: list[Part] = []
    paragraphs = list(cell.iter(f"{W}p"))
    for number, paragraph in enumerate(paragraphs):
        parts += [part for part in _parts(paragraph, change) if part.text]
        if number < len(paragraphs) - 1:
            mark, author = _change_of_end(paragraph, change)
            parts.append(Part(text="\n", mark=mark, author=author))
    return Returned(parts=parts, mark=next((mark for mark in marks if mark), None), side=_SIDES.get(column))


def _change_of_end(paragraph: Element, change: _Change) -> _Change:
    """Whether the end of a paragraph was put in or taken out: splitting and joining are changes too."""
    for name, mark in (("ins", "+"), ("del", "-")):
        found = paragraph.find(f"{W}pPr/{W}rPr/{W}{name}")
        if found is not None:
            return mark, found.get(f"{W}author", "")
    return change


def _parts(element: Element, change: _Change) -> Iterator[Part]:
    for child in element:
        if child.tag in {f"{W}t", f"{W}delText"}:
            yield Part(text=child.text or "", mark=change[0], author=change[1])
        elif child.tag in _BREAKS:
            yield Part(text=_BREAKS[child.tag], mark=change[0], author=change[1])
        elif child.tag in _PUT_IN:
            yield from _parts(child, ("+", child.get(f"{W}author", "")))
        elif child.tag in _TAKEN_OUT:
            yield from _parts(child, ("-", child.get(f"{W}author", "")))
        elif child.tag not in {f"{W}pPr", f"{W}rPr", f"{W}p"}:
            yield from _parts(child, change)
