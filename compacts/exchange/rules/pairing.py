"""Blocks → sides → pairs. What finds no place in two columns is listed with the reason, and never dropped."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

from reciproca.compacts.exchange.rules.blocks import Block, Kind
from reciproca.compacts.exchange.rules.tables import Row, rows_of, sides_of_columns
from reciproca.compacts.exchange.rules.wording import side_of_heading, side_of_promise
from reciproca.plugins.types import Side

TITLE_WORDS = 7
LIMITS: Mapping[str, int] = {
    "topic": 200, "theme": 200, "organisation": 2000, "physicians": 2000, "indicator": 1000,
}  # fmt: skip
"""How many characters the editor takes."""
_KEPT = "\n\t\u00ad\u200c\u200d\u200e\u200f\u00a0\u202f\u2009"


class Why(StrEnum):
    """Why a piece found no place."""

    BEFORE = "before"
    BETWEEN = "between"
    HEADING = "heading"
    ROW = "row"
    CELL = "cell"
    BOX = "box"
    NOTE = "note"
    EDGE = "edge"
    LONG = "long"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Words that found no place, and why."""

    text: str
    why: Why


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One topic: what each side promises (empty: nothing yet)."""

    topic: str = ""
    theme: str = ""
    organisation: str = ""
    physicians: str = ""
    indicator: str = ""

    def of(self, side: Side) -> str:
        """What one side promises."""
        return self.organisation if side is Side.ORGANISATION else self.physicians


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a document says in two columns. `is_guess`: nothing told which column is whose; the first was taken as the
    organisation's. `title` is its first title, where it has one."""

    title: str = ""
    pairs: tuple[Pair, ...] = ()
    leftovers: tuple[Piece, ...] = ()
    is_guess: bool = False


@dataclass
class _Clauses:
    """Promises of one section, each side's in order."""

    theme: str = ""
    sides: dict[Side, list[str]] = field(default_factory=lambda: {side: [] for side in Side})

    def pairs(self) -> Iterator[Pair]:
        """The first of one side with the first of the other, and so on; what is left stands alone."""
        ours, theirs = self.sides[Side.ORGANISATION], self.sides[Side.PHYSICIANS]
        for number in range(max(len(ours), len(theirs))):
            yield Pair(
                theme=self.theme,
                organisation=ours[number] if number < len(ours) else "",
                physicians=theirs[number] if number < len(theirs) else "",
            )


@dataclass
class _Reader:
    """Goes through a document once, keeping what it has understood."""

    pairs: list[Pair] = field(default_factory=list)
    leftovers: list[Piece] = field(default_factory=list)
    title: str = ""
    is_guess: bool = False

    def table(self, blocks: Sequence[Block], theme: str) -> None:
        """Read one table."""
        layout = sides_of_columns(blocks)
        if layout is None:
            for block in blocks:
                self.drop(" | ".join(cell.text for cell in block.cells if cell.text), Why.ROW)
            return
        self.is_guess = self.is_guess or layout.is_guess
        for row in rows_of(blocks, layout):
            if row.is_theme:
                theme = row.theme
                continue
            self.row(replace(row, theme=row.theme or theme))

    def row(self, row: Row) -> None:
        """One row: a pair; or, where both cells hold lists, as many as the longer."""
        for text in row.extra:
            self.drop(text, Why.CELL)
        if not (row.organisation or row.physicians):
            self.drop(row.topic, Why.ROW)
            return
        for number in range(max(len(row.organisation), len(row.physicians))):
            self.pairs.append(
                Pair(
                    topic=row.topic,
                    theme=row.theme,
                    organisation=_at(row.organisation, number),
                    physicians=_at(row.physicians, number),
                    indicator=row.indicator,
                )
            )

    def drop(self, text: str, why: Why) -> None:
        """Keep what found no place."""
        if shown(text):
            self.leftovers.append(Piece(text=shown(text), why=why))


def read_blocks(blocks: Sequence[Block]) -> Reading:
    """The two columns of a document: from its tables, and from lists under headings that name a side."""
    reader = _Reader()
    for run in _runs(blocks):
        if run[0].kind is Kind.ROW:
            reader.table(run, "")
        else:
            _read_text(reader, run)
    pairs = tuple(_fitted(reader, _titled(_clean(pair))) for pair in reader.pairs)
    return Reading(
        title=reader.title, pairs=pairs, leftovers=tuple(reader.leftovers), is_guess=reader.is_guess
    )


def shown(text: str) -> str:
    """`text` without characters that nobody types: controls, and what turns the direction of the words after it."""
    return "".join(mark for mark in text if mark.isprintable() or mark in _KEPT).strip()


def _clean(pair: Pair) -> Pair:
    return Pair(**{name: shown(value) for name, value in asdict(pair).items()})


def _runs(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Each table by itself, and the text between two tables."""
    run: list[Block] = []
    for block in blocks:
        if run and block.table != run[-1].table:
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _read_text(reader: _Reader, blocks: Sequence[Block]) -> None:
    """Headings, lists and paragraphs. A heading that names a side opens its section; others are themes."""
    side: Side | None = None
    theme, has_items = "", any(block.kind is Kind.ITEM for block in blocks)
    sections: dict[str, _Clauses] = {}
    headings: list[str] = []
    for block in blocks:
        if block.kind in {Kind.BOX, Kind.NOTE, Kind.EDGE}:
            reader.drop(block.text, Why(block.kind.value))
        elif block.kind is Kind.HEADING:
            named = side_of_heading(block.text) if _opens_side(block, reader, sections) else None
            if named:
                side, theme = named, theme if side and block.level > 2 else ""
            elif not reader.title and not sections:
                reader.title = block.text
            else:
                theme = block.text
                headings.append(theme)
        elif not _place(sections, block, side, theme, has_items=has_items):
            reader.drop(block.text, Why.BETWEEN if reader.pairs or sections else Why.BEFORE)
    for section in sections.values():
        reader.pairs += section.pairs()
    for heading in dict.fromkeys(headings):
        if heading not in sections:
            reader.drop(heading, Why.HEADING)


def _opens_side(block: Block, reader: _Reader, sections: dict[str, _Clauses]) -> bool:
    """The document's own title names both sides as a rule: it opens neither."""
    is_title = block.level == 0 or (
        block.level == 1 and not reader.title and not sections and _is_both(block.text)
    )
    return not is_title


def _is_both(text: str) -> bool:
    halves = text.lower()
    return any(word in halves for word in ("compact", "agreement", "entente", "accord", "pacte", "charte"))


def _place(
    sections: dict[str, _Clauses], block: Block, side: Side | None, theme: str, *, has_items: bool
) -> bool:
    """Put a promise into its section. False when it isn't one."""
    owner = side
    if block.kind is Kind.PARAGRAPH and has_items:
        return False
    owner = owner or side_of_promise(block.text)
    if owner is None or not block.text.strip():
        return not block.text.strip()
    sections.setdefault(theme, _Clauses(theme=theme)).sides[owner].append(block.text.strip())
    return True


def _titled(pair: Pair) -> Pair:
    """A topic without a name takes the first words of what is promised under it."""
    if pair.topic:
        return pair
    words = (pair.organisation or pair.physicians).split()
    short = " ".join(words[:TITLE_WORDS]).rstrip(".,;:")
    return replace(pair, topic=f"{short}…" if len(words) > TITLE_WORDS else short)


def _fitted(reader: _Reader, pair: Pair) -> Pair:
    """The pair as far as the editor takes it; the rest of a longer text is kept with what found no place."""
    fitted = {}
    for name, limit in LIMITS.items():
        text = getattr(pair, name)
        if len(text) > limit:
            end = max(text.rfind(" ", 0, limit - 1), limit // 2)
            reader.drop(text[end:], Why.LONG)
            text = f"{text[:end].rstrip()}…"
        fitted[name] = text
    return Pair(**fitted)


def _at(texts: Sequence[str], number: int) -> str:
    return texts[number] if number < len(texts) else ""
