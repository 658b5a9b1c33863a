"""From the bytes of a CSV file to its text and its delimiter, without a dependency and without guessing twice."""

import codecs
import csv
import io
import re

from reciproca.plugins.bundled import csv_headings
from reciproca.plugins.types import N_

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
DELIMITERS = (",", ";", "\t", "|")
MISREAD = re.compile(r"[A-Za-z][‡ˆ‰•˜™›][A-Za-z]|[A-Za-z][ŠŽŸ][a-z]")
"""What Mac Roman's letters with accents turn into when they are taken for Windows-1252; no name is written so."""


def decoded(data: bytes, encoding: str = "") -> tuple[str, str]:
    """The encoding's name and the text. ValueError, with a reason for people, when it is no text."""
    if data.startswith(WORKBOOKS):
        raise ValueError(N_("This is a workbook, not a CSV file."))
    name = encoding or _encoding_of(data)
    try:
        text = data.decode("utf-8-sig" if name == "utf-8" else name)
    except (UnicodeError, LookupError) as error:
        raise ValueError(N_("The file's text can't be read in this encoding.")) from error
    if name == "cp1252" and not encoding and MISREAD.search(text):
        raise ValueError(N_("The accents in this file are in an encoding that isn't known here."))
    return name.removesuffix("-sig"), text


def _encoding_of(data: bytes) -> str:
    """By its mark, else by the NULs that 16-bit text has, else UTF-8 if it is that, else Windows-1252."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return name
    if sixteen := _sixteen_bit(data[:4096]):
        return sixteen
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _sixteen_bit(head: bytes) -> str:
    """Latin text in 16 bits has NULs in most odd (little-endian) or most even places only."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half and max(even, odd) * 10 > half * 7 and min(even, odd) * 10 < half:
        return "utf-16-le" if odd > even else "utf-16-be"
    return ""


def delimiter_of(text: str) -> str:
    """What divides the heading: the one that yields most known headings, then most cells; a comma when none does."""
    first = text.split("\n", 1)[0].strip("\r")
    if first.startswith("sep=") and len(first) == 5:
        return first[4]
    return max(DELIMITERS, key=lambda mark: _fit(text, mark))


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    try:
        cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return (0, 0)
    return sum(1 for cell in cells if csv_headings.field_of(cell)), len(cells)
