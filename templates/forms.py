"""One layout for many: a document that is laid out once, and filled in for each person.

What is filled in is drawn by the code that drew the sample, at the sample's places, in its fonts, inside its tags; the
text of everybody's pages, the structure and the fonts are taken over as they are. Nothing depends on who came before:
the same words give the same bytes. What doesn't fit in gets a layout of its own from whoever asks.
"""

import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import zip_longest
from threading import Lock
from typing import Any

import pikepdf

from reciproca.templates import slots
from reciproca.templates.pdf import Attached, attachments, page_of, say_accessible

BLANK_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)
"""When a sample, and every page that is filled into it, says that it was made; the real instant is put in its place."""

_LETTERS = "".join(map(chr, (*range(0x21, 0x7F), *range(0xA1, 0x100)))) + "‐‑‒–—‘’“”„…†•′″‹›€Œœ™−"
_MORE_LETTERS = "".join(map(chr, range(0x100, 0x180))) + "ȘșȚțẞẼẽẸẹỌọ"
_TOGETHER = "ff fi fl fj ffi ffl ffj tt ft"
NARROW = f"{' '.join(_LETTERS)} {_TOGETHER}"
WIDE = f"{NARROW} {' '.join(_MORE_LETTERS)}"
"""What a form can be filled in with: every letter that may be needed is in its fonts from the beginning."""


def alphabet_of(page: str) -> str:
    """The alphabet of the form that `page` can be filled into; the wide one makes a file larger by some 40 KB."""
    return NARROW if set(page) <= {*NARROW, "\n", "\u00a0", "\u202f"} else WIDE


class Unfit(Exception):
    """These words can't be filled in: they need more room than the sample has, other letters, or another page."""


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """One page's operators, and where in them the sample's boxes are drawn: after which, and before which."""

    operators: Sequence[bytes]
    drawn: Mapping[Any, "_Place"]


@dataclass(frozen=True)
class _Place:
    """Where a box is drawn: its marked content, from the first of its operators to after the last; the `number` (MCID)
    that ties it to its tag. What it draws stands between the three that begin the mark and the one that ends it."""

    begins: int
    ends: int
    number: int


class Form:
    """A document laid out once, from two samples that differ wherever people do."""

    def __init__(self, sample: str, other: str, attached: Sequence[Attached], alphabet: str) -> None:
        """`sample` and `other` are pages, said to be made at `BLANK_INSTANT`; `attached` names the files inside;
        `alphabet` holds the letters that may be filled in. Unfit when the two differ in more than words."""
        self._page = slots.read(sample)
        places = slots.differing(self._page, slots.read(other))
        if places is None:
            raise Unfit
        html = page_of(sample)
        self._document = html.render(pdf_variant="pdf/a-3a", presentational_hints=False)
        self._slots = slots.slots_of(self._document, html.etree_element, self._page, places)
        self._resources = _resources()
        self._sheets = [self._sheet(page) for page in self._document.pages]
        self._prime(alphabet)
        self._pdf = say_accessible(
            self._document.write_pdf(
                pdf_variant="pdf/a-3a",
                pdf_identifier=bytes(16),
                attachments=attachments(attached, BLANK_INSTANT),
                presentational_hints=False,
            )
        )
        self._known = {key: frozenset(font.to_unicode) for key, font in self._document.fonts.items()}
        self._check()
        self._filling = Lock()

    def filled(self, page: str, *, attached: Sequence[Attached], identifier: bytes, made: datetime) -> bytes:
        """The document whose source is `page`, as `render_pdf` would make it. Unfit."""
        asked = slots.read(page)
        places = slots.differing(self._page, asked)
        if places is None or not places <= self._slots.keys():
            raise Unfit
        with self._filling:
            drawn = {box: chunk for at in sorted(places) for box, chunk in self._drawn(at, asked.words[at])}
        with pikepdf.open(BytesIO(self._pdf)) as pdf:
            for number, sheet in enumerate(self._sheets):
                if mine := {box: drawn[box] for box in sheet.drawn if box in drawn}:
                    pdf.pages[number].Contents.write(b"\n".join(_put(sheet, mine)))
                    _untag(
                        pdf, number, [sheet.drawn[box].number for box, chunk in mine.items() if chunk is None]
                    )
            _attach(pdf, attached, made)
            _date(pdf, made)
            pdf.trailer.ID = pikepdf.Array([pikepdf.String(identifier), pikepdf.String(identifier)])
            out = BytesIO()
            pdf.save(out, static_id=False, deterministic_id=True, linearize=False)
        return out.getvalue()

    def _sheet(self, page: Any) -> _Sheet:
        """What WeasyPrint draws for one page. It names its boxes only while it draws."""
        tags: dict[Any, Any] = {}
        stream = self._stream(tags)
        stream.transform(d=-1, f=page.height * _SCALE)
        page.paint(stream, _SCALE)
        operators = [_bytes(one) for one in stream.stream]
        begins = [at for at, one in enumerate(operators) if one == b"BDC"]
        drawn = {}
        for box, tag in tags.items():
            begin = begins[tag["mcid"]]
            drawn[box] = _Place(begin - 2, operators.index(b"EMC", begin) + 1, tag["mcid"])
        return _Sheet(operators=operators, drawn=drawn)

    def _stream(self, tags: dict[Any, Any] | None = None) -> Any:
        from weasyprint.pdf.stream import Stream  # noqa: PLC0415 -- see pdf.py

        document = self._document
        return Stream(
            document.fonts,
            (0, 0, 0, 0),
            self._resources,
            {},
            tags,
            document.color_profiles,
            document.output_intent,
        )

    def _prime(self, alphabet: str) -> None:
        """Have every letter of `alphabet` in the fonts of the slots. What these lack, and the machine's own fonts have,
        is nothing to rely on."""
        fonts = self._document.fonts
        before, families = set(fonts), set[str]()
        first = {_face(line.box.style): line for slot in self._slots.values() for line in slot.lines}
        for line in first.values():
            self._draw(slots.one_line(line, alphabet))
            families.update(line.box.style["font_family"])
        for key in [key for key, font in fonts.items() if key not in before and font.family not in families]:
            del fonts[key]

    def _drawn(self, at: int, words: str) -> Iterator[tuple[Any, bytes | None]]:
        """The slot's boxes in the sample, and how each is drawn with `words` in it; None where they end before it.
        Unfit."""
        boxes = slots.fitted(self._slots[at], words)
        if boxes is None:
            raise Unfit
        for line, box in zip_longest(self._slots[at].lines, boxes):
            yield line.box, self._draw(box) if box else None
        if self._forget():
            raise Unfit

    def _draw(self, box: Any) -> bytes:
        from weasyprint.draw.text import draw_text  # noqa: PLC0415 -- see pdf.py

        stream = self._stream()
        draw_text(stream, box, 0, "clip", "none")
        return b"\n".join(_bytes(one) for one in stream.stream)

    def _forget(self) -> bool:
        """Forget letters that aren't in the form's fonts; whether there were any."""
        fonts, found = self._document.fonts, False
        for key in [key for key in fonts if key not in self._known]:
            del fonts[key]
            found = True
        for key, known in self._known.items():
            for glyph in [glyph for glyph in fonts[key].to_unicode if glyph not in known]:
                del fonts[key].to_unicode[glyph]
                fonts[key].widths.pop(glyph, None)
                found = True
        return found

    def _check(self) -> None:
        """Unfit when what was noted of the pages isn't what was written."""
        with pikepdf.open(BytesIO(self._pdf)) as pdf:
            written = [page.Contents.read_bytes() for page in pdf.pages]
        if written != [b"\n".join(sheet.operators) for sheet in self._sheets]:
            raise Unfit


_SCALE = 0.75
"""Points in a CSS pixel."""


def _resources() -> Any:
    kinds = ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace")
    return {"Font": None, **{kind: {} for kind in kinds}}


def _face(style: Any) -> tuple[Any, ...]:
    return (tuple(style["font_family"]), style["font_weight"], style["font_style"])


def _bytes(operator: Any) -> bytes:
    if isinstance(operator, bytes):
        return operator
    data = getattr(operator, "data", None)
    return data if isinstance(data, bytes) else str(operator).encode("ascii")


def _put(sheet: _Sheet, drawn: Mapping[Any, bytes | None]) -> Iterator[bytes]:
    """The page's operators with those of `drawn` in the place of the sample's, without those that are None."""
    at = 0
    for place, chunk in sorted(((sheet.drawn[box], chunk) for box, chunk in drawn.items()), key=_by_place):
        yield from sheet.operators[at : place.begins]
        if chunk is not None:
            yield from (*sheet.operators[place.begins : place.begins + 3], chunk, b"EMC")
        at = place.ends
    yield from sheet.operators[at:]


def _by_place(one: tuple[_Place, bytes | None]) -> int:
    return one[0].begins


def _untag(pdf: pikepdf.Pdf, page: int, numbers: Sequence[int]) -> None:
    """Take the tags of the marked contents with `numbers` out of the structure, since nothing is there."""
    if not numbers:
        return
    by_page = pdf.Root.StructTreeRoot.ParentTree.Nums
    tags = next(by_page[at + 1] for at in range(0, len(by_page), 2) if by_page[at] == page)
    for number in numbers:
        tag, parent = tags[number], tags[number].P
        parent.K = pikepdf.Array([kid for kid in parent.K if kid != tag])
        tags[number] = None


def _attach(pdf: pikepdf.Pdf, attached: Sequence[Attached], made: datetime) -> None:
    """Put `attached` in the place of the sample's files of the same names."""
    names = pdf.Root.Names.EmbeddedFiles.Names
    files = {str(names[at + 1].UF): names[at + 1].EF.F for at in range(0, len(names), 2)}
    if sorted(files) != sorted(one.name for one in attached):
        raise Unfit
    instant = pikepdf.String(f"D:{made:%Y%m%d%H%M%SZ}")
    for one in attached:
        stream = files[one.name]
        # as WeasyPrint writes it: verifiers without a PDF library find the files by that
        stream.write(zlib.compress(one.data, 9), filter=pikepdf.Name.FlateDecode)
        digest = hashlib.md5(one.data, usedforsecurity=False).digest()
        stream.Params.CheckSum, stream.Params.Size = pikepdf.String(digest), len(one.data)
        stream.Params.CreationDate = stream.Params.ModDate = instant


def _date(pdf: pikepdf.Pdf, made: datetime) -> None:
    instant, blank = (f"{one:%Y-%m-%dT%H:%M:%SZ}".encode() for one in (made, BLANK_INSTANT))
    metadata = pdf.Root.Metadata
    metadata.write(metadata.read_bytes().replace(blank, instant))
    pdf.docinfo["/CreationDate"] = pdf.docinfo["/ModDate"] = pikepdf.String(f"D:{made:%Y%m%d%H%M%SZ}")
