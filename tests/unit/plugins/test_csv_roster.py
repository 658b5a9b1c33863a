"""Rosters as CSV: a corpus of what offices really send."""

import pytest

from reciproca.plugins.bundled.csv_roster import read_roster
from reciproca.plugins.types import RosterMapping, RosterTable, Severity

HEADING = "Staff ID,Surname,Given name,E-mail,CPSO #,Department"
ROW = "TR1,Lévesque,Zoë,zoe@riverbend.example,72449,Medicine"


def read(text: str | bytes, **mapping: object) -> RosterTable:
    """The table of `text` (UTF-8 unless bytes)."""
    data = text.encode() if isinstance(text, str) else text
    return read_roster(data, RosterMapping.from_json(mapping))


def lines(table: RosterTable) -> list[tuple[int, str]]:
    """(line, staff id) of every row."""
    return [(row.line, row.cells["staff_id"]) for row in table.rows]


def complaints(table: RosterTable) -> list[tuple[int, str, str]]:
    """(line, column, first words of the reason) of every error."""
    return [(p.line, p.column, p.reason) for p in table.problems if p.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_every_usual_encoding_gives_the_same_names(encoding: str, name: str) -> None:
    """Nobody's name is mangled by the program that saved the file."""
    table = read(f"{HEADING}\r\n{ROW}\r\n".encode(encoding))
    assert table.encoding == name
    assert [dict(row.cells) for row in table.rows] == [
        {"staff_id": "TR1", "family_name": "Lévesque", "given_name": "Zoë", "email": "zoe@riverbend.example",
         "licence.cpso": "72449", "department": "Medicine"}
    ]  # fmt: skip
    assert table.problems == ()


@pytest.mark.parametrize("name", ["Gérard", "Zoë", "Beauséjour", "Bjärke", "D’Août", "Nuñez"])
def test_an_encoding_that_is_not_known_is_refused_rather_than_guessed(name: str) -> None:
    """Names from an old Mac program aren't stored as gibberish; whoever names the encoding gets them right."""
    data = f"Staff ID,Surname\n1,{name}\n2,Gérard\n".encode("mac_roman")
    assert [problem.line for problem in read(data).problems] == [1]
    told = read(data, encoding="mac_roman")
    assert (told.rows[0].cells["family_name"], told.problems) == (name, ())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_delimiter_is_found(delimiter: str) -> None:
    """A file from a French spreadsheet is as good as one from an English one."""
    table = read(f"{HEADING}\n{ROW}\n".replace(",", delimiter))
    assert (table.delimiter, lines(table), table.problems) == (delimiter, [(2, "TR1")], ())


def test_a_delimiter_named_in_the_first_line_is_obeyed() -> None:
    """The line that spreadsheets put above the heading is not taken for the heading."""
    table = read("sep=;\r\nStaff ID;Surname\r\nTR1;A,B\r\n")
    assert (table.delimiter, lines(table)) == (";", [(3, "TR1")])


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_counts_them(ending: str) -> None:
    """A message about line 6 is about line 6, whatever quoted cells and blank lines came before."""
    text = ending.join(["Staff ID,Surname", '1,"two', 'lines"', "", "2,B", ",,", "3,C"])
    assert lines(read(text)) == [(2, "1"), (5, "2"), (7, "3")]


def test_separators_of_other_alphabets_are_no_line_breaks() -> None:
    """A stray U+2028 or form feed doesn't shift every line number after it."""
    table = read("Staff ID,Surname\n1,A\u2028B\u0085C\n2,B\n")
    assert lines(table) == [(2, "1"), (3, "2")]


def test_quotes_and_doubled_quotes_are_part_of_cells() -> None:
    """A cell may hold the delimiter, a quotation mark and a line break."""
    table = read('Staff ID,Surname\n1,"O""Brien, the\nsecond"\n')
    assert table.rows[0].cells["family_name"] == 'O"Brien, the\nsecond'


def test_an_unclosed_quote_is_an_error_on_the_line_where_it_opens() -> None:
    """What it swallows is not imported as one enormous surname."""
    table = read('Staff ID,Surname\n1,A\n2,"B\n3,C\n4,D\n')
    assert lines(table) == [(2, "1")]
    assert complaints(table) == [
        (3, "", "A quotation mark is not closed or not doubled, or a cell is far too long.")
    ]


def test_a_bad_quote_costs_only_its_own_line() -> None:
    """The lines after a typing slip are still read."""
    table = read('Staff ID,Surname\n1,"A"x\n2,B\n')
    assert lines(table) == [(3, "2")]
    assert [line for line, _, _ in complaints(table)] == [2]


def test_control_characters_are_an_error_with_line_and_column() -> None:
    """A NUL or an escape sequence never reaches a page, a mail or a log."""
    table = read("Staff ID,Surname\n1,A\0B\n2,\x1b[31mred\n3,C\n")
    reason = "This cell holds a control character."
    assert complaints(table) == [(2, "Surname", reason), (3, "Surname", reason)]
    assert lines(table) == [(4, "3")]


def test_a_formula_is_kept_as_text_with_a_warning() -> None:
    """Nothing is lost, and whoever exports it again has been told."""
    table = read('Staff ID,Surname,Given name\n1,"=HYPERLINK(""x"")",A\n2,-,B\n3,St-Pierre,C\n')
    assert [(p.severity, p.line, p.column) for p in table.problems] == [(Severity.WARNING, 2, "Surname")]
    assert [row.cells["family_name"] for row in table.rows] == ['=HYPERLINK("x")', "-", "St-Pierre"]


def test_more_cells_than_headings_is_an_error_and_fewer_are_empty() -> None:
    """A shifted line isn't read into the wrong columns; one that ends early has empty cells."""
    table = read("Staff ID,Surname,Post\n1,A,,extra\n2,B\n3,C,,,\n")
    assert complaints(table) == [(2, "", "This line has more cells than the heading.")]
    assert [dict(row.cells) for row in table.rows] == [
        {"staff_id": "2", "family_name": "B", "post": ""},
        {"staff_id": "3", "family_name": "C", "post": ""},
    ]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Matricule", "staff_id"),
        ("Nom de famille", "family_name"),
        ("PRÉNOM", "given_name"),
        ("Courriel", "email"),
        ("Département", "department"),
        ("N° RPPS", "licence.rpps"),
        ("CPSO #", "licence.cpso"),
        ("licence.state-board", "licence.state-board"),
        ("Date de fin", "ends"),
        ("Leave_From", "leave_from"),
        ("Shoe size", ""),
    ],
)
def test_headings_are_recognised_in_both_languages(heading: str, field: str) -> None:
    """Case, accents, dots and dashes make no difference; an unknown heading is left alone, not guessed."""
    table = read(f"staff_id,{heading}\n1,x\n" if field != "staff_id" else f"{heading}\n1\n")
    assert table.columns[heading] == field


def test_a_mapping_wins_over_what_is_recognised() -> None:
    """The operator's word on a column is final, also that it be ignored."""
    columns = {"Key": "staff_id", "Surname": "", "Family": "family_name"}
    table = read("Key,Surname,Family\n1,old,new\n", columns=columns)
    assert [dict(row.cells) for row in table.rows] == [{"staff_id": "1", "family_name": "new"}]
    assert read("a;b,staff id\n1;2,3\n", delimiter=",").rows[0].cells == {"staff_id": "3"}
    assert (
        read("Staff ID,Surname\n1,Zoë\n".encode("mac-roman"), encoding="mac-roman")
        .rows[0]
        .cells["family_name"]
        == "Zoë"
    )


@pytest.mark.parametrize(
    ("data", "columns", "reason"),
    [
        (b"", {}, "The file has no heading line."),
        (b"\r\n \r\n", {}, "The file has no heading line."),
        (b"PK\x03\x04rest", {}, "This is a workbook, not a CSV file."),
        (b"\xff\xfeS\x00t\x00a", {}, "The file's text can't be read in this encoding."),
        (b"\x81\x8d\x8f", {}, "The file's text can't be read in this encoding."),
        (b"Surname,Post\nA,B\n", {}, "No column holds the staff identifier."),
        (b"Staff ID,Staff ID\n1,2\n", {}, "Two columns have the same heading."),
        (b"a,b\n1,2\n", {"a": "staff_id", "b": "staff_id"}, "Two columns are given the same field."),
        (
            b"a,b\n1,2\n",
            {"a": "staff_id", "b": "shoe"},
            "The mapping gives this column a field that does not exist.",
        ),
    ],
)
def test_a_file_of_no_use_gives_no_rows_and_says_why(
    data: bytes, columns: dict[str, str], reason: str
) -> None:
    """Half a file is never imported by mistake: there are no rows, and a remedy."""
    table = read(data, columns=columns)
    assert table.rows == ()
    assert reason in {problem.reason for problem in table.problems}
    assert all(problem.line == 1 and problem.remedy for problem in table.problems)


def test_a_cell_beyond_all_measure_costs_only_its_line() -> None:
    """A cell of a megabyte is refused with its line, not stored and not a crash."""
    table = read("Staff ID,Surname\n1," + "x" * 1_000_000 + "\n2,B\n")
    assert lines(table) == [(3, "2")]
    assert [line for line, _, _ in complaints(table)] == [2]
