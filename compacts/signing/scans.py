"""Scanned papers: looked at before they are taken, cut out of a batch, and kept under the name of their content."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf

from reciproca.compacts.signing.gathering import FOLDER, write_file
from reciproca.core.canonical import sha256
from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.settings import Settings

LARGEST = 5 * 1024 * 1024
"""Bytes of one scan; a whole batch is bound by what a request may hold."""
_LINE = re.compile(r"\s*(\S+)\s+(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?\s*")


@dataclass(frozen=True, kw_only=True)
class Scan:
    """One paper: whose (a staff identifier), and its PDF."""

    staff_id: str
    data: bytes


def sent_scans(files: Sequence[tuple[str, bytes]], *, whose: str) -> list[Scan]:
    """The scans in `files` (name and content of each): a PDF for each person, named by the staff identifier; or, where
    `whose` says whose its pages are, one PDF that is cut up. Invalid."""
    if not whose.strip():
        return [Scan(staff_id=name.rpartition("/")[2].rpartition(".")[0], data=data) for name, data in files]
    ranges = ranges_in(whose)
    if len(files) != 1 or not (count := pages_in(files[0][1])):
        raise _not_cut(_("To cut up a batch, send one PDF."), "scans")
    if not ranges or any(not 1 <= first <= last <= count for first, last in ranges.values()):
        raise _not_cut(
            _("Write a line for each person: the staff identifier, then pages that are there: P1 1-2"),
            "whose",
        )
    return [Scan(staff_id=one, data=cut(files[0][1], *ranges[one])) for one in ranges]


def _not_cut(reason: str, field: str) -> Invalid:
    return Invalid(detail=_("Nothing was taken in."), faults=[Fault(field=field, reason=reason)])


def pages_in(data: bytes) -> int:
    """How many pages the PDF `data` has; 0 when it is no PDF that can be opened."""
    if not data.startswith(b"%PDF-"):
        return 0
    try:
        with pikepdf.open(BytesIO(data)) as document:
            return len(document.pages)
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return 0


def ranges_in(text: str) -> dict[str, tuple[int, int]] | None:
    """Lines "P1 1-2" or "P2 3" as {staff id: (first page, last page)}; None when a line is neither, or one repeats."""
    found: dict[str, tuple[int, int]] = {}
    for line in filter(str.strip, text.splitlines()):
        read = _LINE.fullmatch(line)
        if not read or read[1] in found:
            return None
        found[read[1]] = int(read[2]), int(read[3] or read[2])
    return found


def cut(data: bytes, first: int, last: int) -> bytes:
    """The pages `first` to `last` of a PDF (from 1, both included), as a PDF. The same bytes for the same pages."""
    with pikepdf.open(BytesIO(data)) as whole, pikepdf.new() as part:
        part.pages.extend(whole.pages[first - 1 : last])
        out = BytesIO()
        part.save(out, deterministic_id=True)
    return out.getvalue()


def keep_scan(settings: Settings, data: bytes) -> str:
    """Put a scan into HOME/documents, whole or not at all. Returns its name."""
    folder = settings.home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"scan-{sha256(data)}.pdf"
    write_file(folder / name, data)
    return name


def read_scan(settings: Settings, name: str) -> bytes | None:
    """The bytes of a scan that was kept; None when it is gone."""
    path = settings.home / FOLDER / Path(name).name
    return path.read_bytes() if path.is_file() else None
