"""Rosters as CSV: any usual encoding, delimiter and heading; lines counted as an editor counts them; cells as text."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from reciproca import hookimpl
from reciproca.plugins.bundled import csv_headings, csv_text
from reciproca.plugins.types import (
    N_,
    PluginInfo,
    Problem,
    RosterFormat,
    RosterMapping,
    RosterRow,
    RosterTable,
    Severity,
)

CSV = RosterFormat(
    key="csv", label={"en": "CSV table", "fr": "Tableau CSV"}, suffixes=(".csv", ".tsv", ".txt")
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
FORMULA = re.compile(r"\s*[=+@\-][^\s\-]")


@hookimpl
def plugin_info() -> PluginInfo:
    """Say who this is."""
    return PluginInfo(name="csv-roster", version="1.0", api_version="1.0", summary="Rosters as CSV")


@hookimpl
def roster_formats() -> list[RosterFormat]:
    """The format "csv"."""
    return [CSV]


@hookimpl
def read_roster(data: bytes, mapping: RosterMapping) -> RosterTable:
    """The table in `data`; what can't be read is a problem in it, with its line."""
    try:
        encoding, text = csv_text.decoded(data, mapping.encoding)
    except ValueError as error:
        return _unreadable(str(error))
    delimiter = mapping.delimiter or csv_text.delimiter_of(text)
    records = list(_records(text, delimiter))
    if not records or isinstance(records[0], Problem):
        return _unreadable(N_("The file has no heading line."), encoding)
    return _table(encoding, delimiter, records[0], records[1:], mapping)


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record and the physical line on which it begins."""

    line: int
    cells: tuple[str, ...]


def _records(text: str, delimiter: str) -> Iterator[Record | Problem]:
    """Every record that isn't blank, and a problem for each that can't be taken apart."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield _problem(
                line, N_("A quotation mark is not closed or not doubled, or a cell is far too long.")
            )
            continue
        if any(cell.strip() for cell in cells) and not (line == 1 and cells[0].startswith("sep=")):
            yield Record(line=line, cells=tuple(unicodedata.normalize("NFC", cell) for cell in cells))


def _table(
    encoding: str, delimiter: str, heading: Record, rest: list[Record | Problem], mapping: RosterMapping
) -> RosterTable:
    headings = tuple(cell.strip() for cell in heading.cells)
    columns = csv_headings.fields_of(headings, mapping.columns or {})
    problems = [
        _problem(heading.line, reason, name) for name, reason in csv_headings.faults(headings, columns)
    ]
    rows: list[RosterRow] = []
    for record in rest:
        found = [record] if isinstance(record, Problem) else _faults(record, headings, columns)
        problems.extend(found)
        if isinstance(record, Record) and not any(item.severity is Severity.ERROR for item in found):
            rows.append(_row(record, columns))
    return RosterTable(
        encoding=encoding,
        delimiter=delimiter,
        headings=headings,
        columns=dict(zip(headings, columns, strict=True)),
        rows=() if any(item.line == heading.line for item in problems) else tuple(rows),
        problems=tuple(problems),
    )


def _row(record: Record, columns: tuple[str, ...]) -> RosterRow:
    """Cells by field; a short record lacks its last cells, and they are empty."""
    cells = record.cells + ("",) * (len(columns) - len(record.cells))
    return RosterRow(line=record.line, cells={name: cells[at] for at, name in enumerate(columns) if name})


def _faults(record: Record, headings: tuple[str, ...], columns: tuple[str, ...]) -> list[Problem]:
    if any(cell.strip() for cell in record.cells[len(headings) :]):
        return [_problem(record.line, N_("This line has more cells than the heading."))]
    pairs = [
        (name, cell) for name, cell, field in zip(headings, record.cells, columns, strict=False) if field
    ]
    return [problem for name, cell in pairs for problem in _cell_faults(record.line, name, cell)]


def _cell_faults(line: int, heading: str, cell: str) -> list[Problem]:
    if CONTROL.search(cell):
        return [_problem(line, N_("This cell holds a control character."), heading)]
    if FORMULA.match(cell):
        return [
            Problem(
                severity=Severity.WARNING,
                line=line,
                column=heading,
                reason=N_("This cell begins like a formula; it is kept as text and escaped on export."),
                remedy=N_("Correct it in the source if it is not meant."),
            )
        ]
    return []


def _problem(line: int, reason: str, column: str = "") -> Problem:
    remedy = N_("Correct the file and import it again; the other lines are not affected.")
    if line == 1:
        remedy = N_("Correct the file, or say with a mapping file what its columns hold.")
    return Problem(severity=Severity.ERROR, line=line, column=column, reason=reason, remedy=remedy)


def _unreadable(reason: str, encoding: str = "") -> RosterTable:
    remedy = N_("Save the table as “CSV UTF-8” and import that file.")
    problem = Problem(severity=Severity.ERROR, line=1, reason=reason, remedy=remedy)
    return RosterTable(encoding=encoding, delimiter="", headings=(), columns={}, rows=(), problems=(problem,))
