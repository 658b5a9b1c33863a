"""The places of a laid-out document whose words differ from one person's copy to the next.

Two samples of the same page say where they are: wherever their words differ is a slot, whatever it is about. A slot is
one run of words between two tags that has its lines to itself. It can take other words as long as these fill as many
lines; they are broken, shaped and drawn by the same code of WeasyPrint's that laid the sample out.
"""

import html as escapes
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

_TAG = re.compile(r"(<[^>]*>)")
_BLANK = " \t\n\r\f"
_BLANKS = re.compile(f"[{_BLANK}]+")
_KEPT = frozenset({"pre", "pre-wrap"})
"""Values of `white-space` with which every line and space counts."""
_BEGINNING = frozenset({"start", "left"})


@dataclass(frozen=True)
class Line:
    """One line of a slot: its box in the sample, and the width (px) that words have there. `is_spare`: nothing moves
    when it is missing, because what stands beside it is as high."""

    box: Any
    width: float
    is_spare: bool = False


@dataclass(frozen=True)
class Slot:
    """The lines of one slot that have boxes; and of all its lines, which have none because they are blank."""

    lines: tuple[Line, ...]
    blanks: tuple[bool, ...]


@dataclass(frozen=True)
class Read:
    """A page's source: its tags, and the words between them that aren't blank."""

    tags: tuple[str, ...]
    words: tuple[str, ...]


def read(source: str) -> Read:
    """`source`, HTML made by our templates, in which every `<` begins a tag."""
    parts = _TAG.split(source)
    words = (escapes.unescape(part) for part in parts[::2])
    return Read(tags=tuple(parts[1::2]), words=tuple(one for one in words if one.strip(_BLANK)))


def differing(first: Read, second: Read) -> frozenset[int] | None:
    """Which words of two pages differ, by their places; None when more than words does."""
    if first.tags != second.tags or len(first.words) != len(second.words):
        return None
    pairs = enumerate(zip(first.words, second.words, strict=True))
    return frozenset(at for at, (one, other) in pairs if one != other)


def slots_of(document: Any, tree: Any, page: Read, places: frozenset[int]) -> dict[int, Slot]:
    """The slots at `places` of a laid-out `document`, whose parsed source is `tree`. A place that can't be a slot is
    left out."""
    nodes = [(owner, words) for owner, words in _words(tree) if words.strip(_BLANK)]
    if [_plain(words) for _owner, words in nodes] != [_plain(words) for words in page.words]:
        return {}
    inside = defaultdict[Any, list[int]](list)
    for at, (owner, _said) in enumerate(nodes):
        inside[owner].append(at)
    drawn = defaultdict[Any, list[tuple[Any, Line | None]]](list)
    for laid_out in document.pages:
        for box, line in _boxes(laid_out._page_box):  # noqa: SLF001 -- WeasyPrint shows its boxes nowhere else
            drawn[box.element].append((box, line))
    found: dict[int, tuple[Line, ...]] = {}
    for owner in dict.fromkeys(nodes[at][0] for at in sorted(places)):
        found.update(_shared_out([(at, page.words[at]) for at in inside[owner]], drawn[owner]))
    return {
        at: Slot(
            lines, tuple(not layout.text.strip() for layout, _width in _broken(lines[0], page.words[at]))
        )
        for at, lines in found.items()
        if at in places and lines
    }


def fitted(slot: Slot, words: str) -> list[Any] | None:
    """Boxes with `words` in the place of those of `slot`; None when they take more lines, or fewer and that shows."""
    broken = list(_broken(slot.lines[0], words))
    blanks = tuple(not layout.text.strip() for layout, _width in broken)
    is_shorter = len(blanks) < len(slot.blanks) and not any((*blanks, *slot.blanks))
    if blanks != slot.blanks and not (
        is_shorter and all(line.is_spare for line in slot.lines[len(broken) :])
    ):
        return None
    boxes = []
    for line, (layout, width) in zip(
        slot.lines, (one for one in broken if one[0].text.strip()), strict=False
    ):
        boxes.append(drawable(line, layout, width))
    return boxes


def one_line(line: Line, words: str) -> Any:
    """A box with `words` in one line, as long as it takes."""
    layout, width = next(_broken(Line(box=line.box, width=float("inf")), words))
    return drawable(line, layout, width)


def drawable(line: Line, layout: Any, width: float) -> Any:
    """The line's box with other words, laid out."""
    box = line.box.copy_with_text(layout.text)
    box.pango_layout, box.width = layout, width
    return box


def _broken(line: Line, words: str) -> Iterator[tuple[Any, float]]:
    """`words` broken into lines as wide as `line`: WeasyPrint's layout of each, and its width (px)."""
    from weasyprint.text.line_break import split_first_line  # noqa: PLC0415 -- see pdf.py

    for rest in _paragraphs(line.box.style, words):
        begin: int | None = 0
        data = rest.encode()
        while begin is not None:
            left = data[begin:].decode()
            layout, _length, resume, width, _height, _baseline = split_first_line(
                left, line.box.style, None, line.width, 0
            )
            yield layout, width
            begin = None if resume is None else begin + resume


def _paragraphs(style: Any, words: str) -> list[str]:
    """What a line's end ends in any case; blanks are run together where the style says so."""
    if style["white_space"] in _KEPT:
        return words.removesuffix("\n").split("\n")
    return [_BLANKS.sub(" ", words).strip(_BLANK)]


def _words(element: Any) -> Iterator[tuple[Any, str]]:
    """The words of a parsed page in its order, each with the element that they stand in."""
    yield element, element.text or ""
    for child in element:
        yield from _words(child)
        yield element, child.tail or ""


def _boxes(box: Any) -> Iterator[tuple[Any, Line | None]]:
    """The boxes of text under `box` in their order, without those in margins; with the line that each has to itself."""
    from weasyprint.formatting_structure import boxes  # noqa: PLC0415 -- see pdf.py

    for child in box.children:
        if isinstance(child, boxes.LineBox):
            texts = [one for one in child.descendants() if isinstance(one, boxes.TextBox)]
            is_alone = child.children[:1] == texts[:1] and not any(one.text.strip() for one in texts[1:])
            for text in texts:
                if "::" not in text.element_tag:
                    yield text, _line(text, box) if is_alone and text is texts[0] else None
        elif isinstance(child, boxes.TableRowBox):
            yield from _row(child)
        elif isinstance(child, boxes.ParentBox) and not isinstance(child, boxes.MarginBox):
            yield from _boxes(child)


def _row(row: Any) -> Iterator[tuple[Any, Line | None]]:
    """The same of a table's row; the last words of a cell that another one is as high as are spare lines."""
    heights = [cell.content_height if cell.rowspan == 1 else 0 for cell in row.children]
    for at, cell in enumerate(row.children):
        found = list(_boxes(cell))
        others = max(heights[:at] + heights[at + 1 :], default=0)
        is_low = cell.content_height <= others and cell.vertical_align == "top"
        for box, line in found:
            is_last = bool(found) and box.element is found[-1][0].element is cell.element
            yield box, replace(line, is_spare=True) if line and is_low and is_last else line


def _line(text: Any, container: Any) -> Line | None:
    style = text.style
    begins = abs(text.position_x - container.content_box_x()) < 0.01
    if begins and style["text_align_all"] in _BEGINNING and style["direction"] == "ltr":
        return Line(box=text, width=container.width)
    return None


def _shared_out(
    words: Sequence[tuple[int, str]], drawn: Sequence[tuple[Any, Line | None]]
) -> dict[int, tuple[Line, ...]]:
    """Which of an element's lines belong to which of its words; nothing where they don't come out even."""
    found: dict[int, tuple[Line, ...]] = {}
    left = list(drawn)
    for at, said in words:
        wanted, mine = _plain(said), list[Line | None]()
        while wanted and left:
            box, line = left.pop(0)
            text = _plain(box.text)
            if not wanted.startswith(text):
                return {}
            wanted = wanted[len(text) :]
            mine.append(line)
        if wanted:
            return {}
        lines = tuple(line for line in mine if line is not None)
        if len(lines) == len(mine):
            found[at] = lines
    return {} if left else found


def _plain(words: str) -> str:
    """`words` without blanks, which lines' ends swallow."""
    return _BLANKS.sub("", words)
