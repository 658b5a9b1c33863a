"""What the lines of a roster mean, and what is said of those that can't be taken."""

from datetime import date

import pytest

from reciproca.compacts.people.rules.customs import PostName, customs_of
from reciproca.compacts.people.rules.lines import Entry, Period, escaped, is_address, read_lines, unescaped
from reciproca.compacts.people.tables import folded
from reciproca.plugins.registry import Registry
from reciproca.plugins.types import RosterMapping, RosterRow, Severity

ONTARIO = Registry.load(points=()).jurisdictions["CA-ON"]
GOOD = {"staff_id": "P1", "family_name": "Roy", "given_name": "Anna", "email": "anna@riverbend.example",
        "department": "Surgery", "category": "Active", "starts": "2026-07-01"}  # fmt: skip


def read(
    mapping: RosterMapping | None = None, **cells: str
) -> tuple[list[Entry], list[tuple[str, str, str]]]:
    """The entries of one line with these cells, and (severity, column, subject) of what was found."""
    customs = customs_of(ONTARIO, mapping, ("en", "fr"))
    row = RosterRow(line=2, cells=GOOD | cells)
    entries, problems = read_lines([row], {"email": "E-mail"}, customs)
    return entries, [(problem.severity.value, problem.column, problem.subject) for problem in problems]


def test_a_good_line_is_understood_in_full() -> None:
    """Every cell becomes the fact that it states."""
    entries, found = read(division="Orthopaedics", ends="30/06/2027", leave_from="2026-09-01", locale="Français",
                          post="Chief; Quality lead", **{"licence.cpso": " 72449 "})  # fmt: skip
    unit = ("Surgery", "Orthopaedics")
    assert (entries, found) == ([
        Entry(line=2, staff_id="P1", family_name="Roy", given_name="Anna", email="anna@riverbend.example",
              second_email=None, locale="fr", licences={"cpso": "72449"}, unit=unit, category="active",
              period=Period(starts=date(2026, 7, 1), ends=date(2027, 6, 30)),
              leave=Period(starts=date(2026, 9, 1), ends=None),
              posts=(PostName(unit=unit, key="department_head", title="Chief of department"),
                     PostName(unit=unit, key="", title="Quality lead"))),
    ], [])  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"staff_id": "  "}, "staff_id"),
        ({"family_name": "", "given_name": ""}, "family_name"),
        ({"email": "not-an-address"}, "E-mail"),
        ({"starts": "31/02/2027"}, "starts"),
        ({"starts": "2027-06-30", "ends": "2026-07-01"}, "ends"),
        ({"starts": ""}, "starts"),
        ({"category": "Wizard"}, "category"),
        ({"category": ""}, "category"),
        ({"leave_to": "2026-09-01"}, "leave_from"),
        ({"leave_from": "2026-09-02", "leave_to": "2026-09-01"}, "leave_to"),
        ({"department": "", "division": "Orthopaedics"}, "division"),
        ({"family_name": "R" * 201}, "family_name"),
        ({"staff_id": "P" * 61}, "staff_id"),
        ({"given_name": "An\u202ena"}, "given_name"),
        ({"given_name": "An\x00na"}, "given_name"),
    ],
)
def test_a_line_with_one_mistake_is_refused_for_that_mistake_alone(
    cells: dict[str, str], column: str
) -> None:
    """The person who corrects the table is sent to the right cell, once."""
    entries, found = read(**cells)
    assert entries == []
    assert [(severity, where) for severity, where, _ in found] == [(Severity.ERROR.value, column)]


def test_a_line_without_an_appointment_is_a_person_and_says_so() -> None:
    """Executives who hold no appointment can be on file; a forgotten one is noticed."""
    entries, found = read(category="", starts="")
    assert [(entry.category, entry.period) for entry in entries] == [(None, None)]
    assert found == [("warning", "category", "")]


def test_an_unknown_language_gives_the_first_one_and_a_warning() -> None:
    """Nobody is kept out for the language they read."""
    entries, found = read(locale="Klingon")
    assert ([entry.locale for entry in entries], found) == ([None], [("warning", "locale", "klingon")])


def test_a_mapping_gives_words_their_meaning() -> None:
    """A hospital's own category words and order of dates are said once, in a file."""
    mapping = RosterMapping.from_json({"date_order": "mdy", "categories": {"Full": "active"}})
    entries, found = read(mapping, category="full", starts="07/01/2026")
    assert [(entry.category, entry.period) for entry in entries] == [
        ("active", Period(starts=date(2026, 7, 1), ends=None))
    ]
    assert found == []


@pytest.mark.parametrize("text", ["Locum Tenens", "locum", "SUPPLÉANT", "suppleant", "Suppléance"])
def test_categories_are_known_by_their_names_in_both_languages(text: str) -> None:
    """Case and accents make no difference to what a category is."""
    assert read(category=text)[0][0].category == "locum"


def test_a_post_of_the_whole_organisation_is_not_put_into_a_department() -> None:
    """The chief of staff on a line of Surgery is the hospital's, not Surgery's."""
    assert read(post="Chief of Staff")[0][0].posts == (
        PostName(unit=(), key="chief_of_staff", title="Chief of staff"),
    )


@pytest.mark.parametrize("text", ["a@b.ca", "anna.o'roy+x@sub.riverbend.example", "zoé@hôpital.example"])
def test_addresses_that_people_have_are_addresses(text: str) -> None:
    """Apostrophes, plus signs and accents stand in real addresses."""
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    ["", "a", "a@b", "a@@b.ca", "a b@c.ca", "a@b..ca", "@b.ca", "a@.ca", "a@b.c", "a@b.ca\n", "<a@b.ca>",
     "a@b.ca,c@d.ca", "a@b.4c", f"{'a' * 65}@b.ca", f"a@{'b.' * 130}ca"],
)  # fmt: skip
def test_what_no_mail_can_reach_is_no_address(text: str) -> None:
    """A slip of the pen is found when the roster comes in, not when a reminder is lost."""
    assert not is_address(text)


@pytest.mark.parametrize("text", ["=1+1", "+1 613", "-", "@home", "O'Brien", "", "plain"])
def test_what_is_escaped_for_a_spreadsheet_comes_back(text: str) -> None:
    """An exported table that is taken in again changes nobody's name, and runs no formula on the way."""
    assert unescaped(escaped(text)) == text
    assert not escaped(text).startswith(("=", "+", "-", "@"))


def test_names_are_compared_without_accents_and_case() -> None:
    """Searching for "o suil" finds Ó Súilleabháin, and "orsted" finds Ørsted."""
    assert [folded(name) for name in ("Ó  Súilleabháin", "ØRSTED", "Groß", "Łucja", "Œuvre")] == [
        "o suilleabhain", "orsted", "gross", "lucja", "oeuvre"]  # fmt: skip
