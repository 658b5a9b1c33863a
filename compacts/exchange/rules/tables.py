"""Tables: which column is whose, which rows head a theme, and what stands in each row."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reciproca.compacts.exchange.rules import wording
from reciproca.compacts.exchange.rules.blocks import Block, Cell
from reciproca.plugins.types import Side


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Columns by what they hold (None: no such column). `heading`: the first row only names them. `is_guess`: nothing
    told whose column is whose."""

    organisation: int
    physicians: int
    topic: int | None = None
    theme: int | None = None
    indicator: int | None = None
    heading: int | None = None
    is_guess: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: what each side promises (several where its cell is a list), or only the heading of a theme. `extra` is
    what stands in columns that nobody knows."""

    topic: str = ""
    theme: str = ""
    indicator: str = ""
    organisation: tuple[str, ...] = ()
    physicians: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    is_theme: bool = False


def sides_of_columns(rows: Sequence[Block]) -> Layout | None:
    """Which column is whose: by the headings, else by how the promises begin, else the first two that hold words.
    None for a table that hasn't two columns."""
    counted = Counter(
        cell.column for row in rows for cell in row.cells if cell.text and not wording.is_number(cell.text)
    )
    if len(counted) < 2:
        return None
    for index, row in enumerate(rows[:4]):
        found = _by_heading(row, index)
        if found:
            return found
    return _by_promises(rows, sorted(counted))


def rows_of(rows: Sequence[Block], layout: Layout) -> Iterator[Row]:
    """The rows under the heading, themes among them. A topic or theme whose cell is continued goes on."""
    topic = theme = ""
    for index, row in enumerate(rows):
        cells = {cell.column: cell for cell in row.cells}
        if index == layout.heading:
            continue
        said = [cell for cell in row.cells if cell.text]
        if not said:
            continue
        if _is_theme(said, cells, layout):
            yield Row(theme=said[0].text.replace("\n", " "), is_theme=True)
            continue
        topic = _goes_on(cells, layout.topic, topic)
        theme = _goes_on(cells, layout.theme, theme)
        yield _row(cells, layout, topic=topic, theme=theme)


def _by_heading(row: Block, index: int) -> Layout | None:
    sides: dict[Side, int] = {}
    others: dict[str, int] = {}
    for cell in row.cells:
        text = cell.text
        side = wording.side_of_heading(text) if len(text) <= 120 else None
        for name, test in (
            ("topic", wording.is_topic_heading),
            ("theme", wording.is_theme_heading),
            ("indicator", wording.is_indicator_heading),
        ):
            if test(text) and name not in others:
                others[name] = cell.column
                side = None
                break
        if side:
            sides.setdefault(side, cell.column)
    if len(sides) < 2 or any(len(cell.text) > 120 or len(cell.lines) > 2 for cell in row.cells):
        return None
    if _is_promise_row(row):
        return None
    return Layout(
        organisation=sides[Side.ORGANISATION],
        physicians=sides[Side.PHYSICIANS],
        topic=others.get("topic"),
        theme=others.get("theme"),
        indicator=others.get("indicator"),
        heading=index,
    )


def _is_promise_row(row: Block) -> bool:
    """Whether a row already promises something: it ends like a sentence, or "we" and "I" go on to say what."""
    said = [cell.text.rstrip() for cell in row.cells if cell.text]
    ends = sum(text.endswith((".", ";")) for text in said)
    speaks = sum(wording.is_spoken(text) and len(text.split()) > 4 for text in said)
    return max(ends, speaks) >= 2


def _by_promises(rows: Sequence[Block], columns: Sequence[int]) -> Layout | None:
    votes: dict[int, Counter[Side]] = {column: Counter() for column in columns}
    words: Counter[int] = Counter()
    for row in rows:
        for cell in row.cells:
            if not cell.text or cell.column not in votes:
                continue
            words[cell.column] += len(cell.text.split())
            for line in cell.lines:
                side = wording.side_of_promise(line.text)
                if side:
                    votes[cell.column][side] += 1
    score = {column: votes[column][Side.ORGANISATION] - votes[column][Side.PHYSICIANS] for column in columns}
    long = sorted(column for column, _count in words.most_common(2))
    ours, theirs = max(columns, key=lambda each: score[each]), min(columns, key=lambda each: score[each])
    is_told = score[ours] > 0 > score[theirs]
    if not is_told:
        ours, theirs = _told_by_one(score, long)
    topic = next((column for column in columns if column < min(ours, theirs)), None)
    return Layout(
        organisation=ours, physicians=theirs, topic=topic, is_guess=not is_told and not any(score.values())
    )


def _told_by_one(score: dict[int, int], columns: Sequence[int]) -> tuple[int, int]:
    """Of the two columns with the most words, the organisation's first; unless one tells otherwise."""
    left, right = columns[0], columns[1]
    if score[left] < score[right]:
        return right, left
    return left, right


def _is_theme(said: Sequence[Cell], cells: dict[int, Cell], layout: Layout) -> bool:
    """One merged cell, or words in one column only while both sides' cells are one with it."""
    if len(said) != 1:
        return False
    one = said[0]
    covers = range(one.column, one.column + one.span)
    if layout.organisation in covers and layout.physicians in covers:
        return True
    is_side = one.column in {layout.organisation, layout.physicians}
    is_short = len(one.text) <= 80 and not one.text.rstrip().endswith(".")
    return (not is_side and one.column != layout.indicator and is_short) or (
        is_side
        and is_short
        and wording.side_of_promise(one.text) is None
        and one.span == 1
        and len(cells) == 1
    )


def _row(cells: dict[int, Cell], layout: Layout, *, topic: str, theme: str) -> Row:
    known = {layout.organisation, layout.physicians, layout.topic, layout.theme, layout.indicator}
    ours, theirs = _promises(cells.get(layout.organisation)), _promises(cells.get(layout.physicians))
    return Row(
        topic=topic,
        theme=theme,
        indicator=_text(cells, layout.indicator),
        organisation=ours,
        physicians=theirs,
        extra=tuple(
            cell.text
            for column, cell in cells.items()
            if column not in known and cell.text and not wording.is_number(cell.text)
        ),
    )


def _promises(cell: Cell | None) -> tuple[str, ...]:
    """What a cell promises: each item of its list, with the lines before the list joined to the first; or all of it."""
    if cell is None or not cell.text:
        return ()
    items = [line for line in cell.lines if line.is_item and line.text]
    if len(items) < 2:
        return (cell.text,)
    found: list[str] = []
    for line in cell.lines:
        if not line.text:
            continue
        if line.is_item or not found:
            found.append(line.text)
        else:
            found[-1] += f"\n{line.text}"
    if not cell.lines[0].is_item and len(found) > 1:
        found[0:2] = [f"{found[0]}\n{found[1]}"]
    return tuple(found)


def _goes_on(cells: dict[int, Cell], column: int | None, before: str) -> str:
    if column is None:
        return ""
    cell = cells.get(column)
    return before if cell is None or cell.is_continued else cell.text.replace("\n", " ")


def _text(cells: dict[int, Cell], column: int | None) -> str:
    cell = cells.get(column) if column is not None else None
    return cell.text if cell else ""
